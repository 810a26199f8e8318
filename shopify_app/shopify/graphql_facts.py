"""Answers of the Admin GraphQL API as facts. Protected fields may be null and are then empty."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from shopify_app.domain.facts import (
    FulfillmentEventFacts,
    FulfillmentFacts,
    Item,
    OrderFacts,
    Parcel,
    Recipient,
    ShopFacts,
    plain,
)
from shopify_app.domain.versions import version

Node = dict[str, Any]


def numeric_id(gid: str) -> int:
    """The number at the end of `gid://shopify/Order/123`."""
    return int(gid.rsplit("/", 1)[-1].split("?")[0])


def shop(node: Node, locale: str) -> ShopFacts:
    """A store, from the operation `shop`."""
    return ShopFacts(
        id=numeric_id(node["id"]),
        domain=node["myshopifyDomain"],
        name=node["name"],
        email=node["email"],
        timezone=node["ianaTimezone"],
        currency=node["currencyCode"],
        locale=locale,
        contact_email=node["contactEmail"],
        address=", ".join(node["shopAddress"]["formatted"]),
        storefront=node["primaryDomain"]["host"],
    )


def order(node: Node) -> OrderFacts:
    """An order with its fulfillments, as the fragment `Whole` of `orders.graphql` asks for it, or
    `bulk_orders.graphql`, with its lines put together again.
    """
    order_id = numeric_id(node["id"])
    items = tuple(_item(line) for line in node["lineItems"]["nodes"])
    money = node["currentTotalPriceSet"]["shopMoney"]
    shipped = sum(item.quantity - item.unfulfilled for item in items)
    return OrderFacts(
        id=order_id,
        name=_text(node["name"]),
        placed_at=_moment(node["processedAt"]),
        created_at=_moment(node["createdAt"]),
        updated_at=_moment(node["updatedAt"]),
        version=version(node, cancelled=bool(node["cancelledAt"]), progress=shipped, asked=True),
        recipient=_recipient(node),
        total=money["amount"],
        currency=money["currencyCode"],
        fulfillment_status=node["displayFulfillmentStatus"].lower(),
        cancelled_at=_moment(node["cancelledAt"]) if node["cancelledAt"] else None,
        closed_at=_moment(node["closedAt"]) if node["closedAt"] else None,
        tags=tuple(filter(None, map(_text, node["tags"]))),
        items=items,
        fulfillments=tuple(fulfillment(f, order_id) for f in node["fulfillments"]),
    )


def _item(line: Node) -> Item:
    return Item(
        id=numeric_id(line["id"]),
        title=_text(line["title"]),
        variant=_text(line["variantTitle"]),
        quantity=line["currentQuantity"],
        unfulfilled=min(line["unfulfilledQuantity"], line["currentQuantity"]),
        requires_shipping=line["requiresShipping"],
    )


def _recipient(node: Node) -> Recipient:
    address = node["shippingAddress"] or {}
    customer = node["customer"]
    return Recipient(
        name=_text(address.get("name")),
        first_name=_text(address.get("firstName")),
        email=_text(node["email"]),
        phone=_text(node["phone"] or address.get("phone")),
        city=_text(address.get("city")),
        province=_text(address.get("province")),
        province_code=_text(address.get("provinceCode")),
        country=_text(address.get("country")),
        country_code=_text(address.get("countryCodeV2")),
        locale=_text(node["customerLocale"]),
        customer_id=numeric_id(customer["id"]) if customer else None,
    )


def fulfillment(node: Node, order_id: int) -> FulfillmentFacts:
    """A fulfillment, as `orders.graphql` or `bulk_orders.graphql` asks for it."""
    fulfillment_id = numeric_id(node["id"])
    parcels = tuple(filter(None, map(_parcel, node["trackingInfo"])))
    cancelled = node["status"] == "CANCELLED"
    return FulfillmentFacts(
        id=fulfillment_id,
        order_id=order_id,
        name=_text(node["name"]),
        status=node["status"].lower(),
        created_at=_moment(node["createdAt"]),
        updated_at=_moment(node["updatedAt"]),
        version=version(node, cancelled=cancelled, progress=len(parcels), asked=True),
        parcels=parcels,
        events=_events(node, fulfillment_id, order_id),
        order_status=node["order"]["displayFulfillmentStatus"].lower() if "order" in node else "",
    )


def _events(node: Node, fulfillment_id: int, order_id: int) -> tuple[FulfillmentEventFacts, ...]:
    """The newest events; of a fulfillment without any, what it tells of them itself.

    A bulk operation gives none: Shopify takes no connection inside a list there. It gives the word
    of the newest one, and the times of two.
    """
    if "events" in node:
        return tuple(_event(e, fulfillment_id, order_id) for e in node["events"]["nodes"])
    known = {"in_transit": node["inTransitAt"], "delivered": node["deliveredAt"]}
    times = {word: _moment(at) for word, at in known.items() if at}
    told = [FulfillmentEventFacts(fulfillment_id, order_id, *each) for each in times.items()]
    word = (node["displayStatus"] or "").lower()
    if word and word not in times:
        after = max([_moment(node["createdAt"]), *times.values()]) + timedelta(seconds=1)
        told.append(FulfillmentEventFacts(fulfillment_id, order_id, word, after, or_later=True))
    return tuple(told)


def _parcel(info: Node) -> Parcel | None:
    number, company, url = (_text(info[name]) for name in ("number", "company", "url"))
    return Parcel(number, company, url) if number else None


def _event(node: Node, fulfillment_id: int, order_id: int) -> FulfillmentEventFacts:
    return FulfillmentEventFacts(
        fulfillment_id=fulfillment_id,
        order_id=order_id,
        status=node["status"].lower(),
        happened_at=_moment(node["happenedAt"]),
        message=_text(node["message"]),
        place=", ".join(part for part in (node["city"], node["province"]) if part),
        country=_text(node["country"]),
    )


def _text(value: str | None) -> str:
    return plain(value or "").strip()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
