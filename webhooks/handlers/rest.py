"""The REST bodies of webhooks as facts. A field that is wrong raises BadBody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import Generic, TypeVar

from shopify_app.domain.facts import (
    FulfilledItem,
    FulfillmentEventFacts,
    FulfillmentFacts,
    Item,
    OrderFacts,
    Parcel,
    Recipient,
)
from shopify_app.domain.versions import version
from webhooks.handlers.fields import (
    Body,
    identity,
    moment,
    optional_moment,
    row,
    rows,
    text,
    texts,
    whole_number,
)

Facts = TypeVar("Facts")


@dataclass(frozen=True, slots=True)
class AboutOrder(Generic[Facts]):
    """What a body tells of an order, and the shop that it names, if it names one."""

    order_id: int
    facts: Facts
    shop_id: int | None = None


def order(body: Body) -> OrderFacts:
    """The facts of an `orders/*` body, its fulfillments among them."""
    cancelled_at = optional_moment(body, "cancelled_at")
    items = tuple(_item(line) for line in rows(body, "line_items"))
    shipped = sum(item.quantity - item.unfulfilled for item in items)
    created_at = moment(body, "created_at")
    return OrderFacts(
        id=identity(body, "id"),
        name=text(body, "name"),
        placed_at=optional_moment(body, "processed_at") or created_at,
        created_at=created_at,
        updated_at=moment(body, "updated_at"),
        version=version(body, cancelled=bool(cancelled_at), progress=shipped),
        recipient=_recipient(body),
        total=text(body, "current_total_price") or text(body, "total_price"),
        currency=text(body, "currency"),
        fulfillment_status=_FULFILLMENT_STATUS.get(text(body, "fulfillment_status"), "unfulfilled"),
        cancelled_at=cancelled_at,
        closed_at=optional_moment(body, "closed_at"),
        tags=tuple(filter(None, map(str.strip, text(body, "tags").split(",")))),
        items=items,
        fulfillments=tuple(fulfillment(row) for row in rows(body, "fulfillments")),
    )


_FULFILLMENT_STATUS = {
    "fulfilled": "fulfilled",
    "partial": "partially_fulfilled",
    "restocked": "restocked",
}
"""REST's words as GraphQL's OrderDisplayFulfillmentStatus has them, in lower case."""


def fulfillment(body: Body) -> FulfillmentFacts:
    """The facts of a `fulfillments/*` body, or of a fulfillment within an order."""
    company = text(body, "tracking_company")
    numbers = texts(body, "tracking_numbers") or [text(body, "tracking_number")]
    urls = texts(body, "tracking_urls")
    parcels = tuple(
        Parcel(number, company, url or "")
        for number, url in zip_longest(numbers, urls[: len(numbers)])
        if number
    )
    status = text(body, "status")
    return FulfillmentFacts(
        id=identity(body, "id"),
        order_id=identity(body, "order_id"),
        name=text(body, "name"),
        status=status,
        created_at=moment(body, "created_at"),
        updated_at=moment(body, "updated_at"),
        version=version(body, cancelled=status == "cancelled", progress=len(parcels)),
        parcels=parcels,
        items=tuple(
            FulfilledItem(text(line, "title"), whole_number(line, "quantity"))
            for line in rows(body, "line_items")
        ),
    )


def fulfillment_event(body: Body) -> FulfillmentEventFacts:
    """The facts of a `fulfillment_events/create` body."""
    place = ", ".join(part for part in (text(body, "city"), text(body, "province")) if part)
    return FulfillmentEventFacts(
        fulfillment_id=identity(body, "fulfillment_id"),
        order_id=identity(body, "order_id"),
        status=text(body, "status"),
        happened_at=moment(body, "happened_at"),
        message=text(body, "message"),
        place=place,
        country=text(body, "country"),
    )


def _item(line: Body) -> Item:
    quantity = whole_number(line, "current_quantity" if "current_quantity" in line else "quantity")
    return Item(
        id=identity(line, "id"),
        title=text(line, "title"),
        variant=text(line, "variant_title"),
        quantity=quantity,
        unfulfilled=min(whole_number(line, "fulfillable_quantity"), quantity),
        requires_shipping=bool(line.get("requires_shipping")),
    )


def _recipient(body: Body) -> Recipient:
    address = row(body, "shipping_address")
    customer = row(body, "customer")
    phones = (text(body, "phone"), text(address, "phone"), text(customer, "phone"))
    emails = (text(body, "email"), text(body, "contact_email"))
    return Recipient(
        name=text(address, "name"),
        first_name=text(address, "first_name") or text(customer, "first_name"),
        email=next(filter(None, emails), ""),
        phone=next(filter(None, phones), ""),
        city=text(address, "city"),
        province=text(address, "province"),
        province_code=text(address, "province_code"),
        country=text(address, "country"),
        country_code=text(address, "country_code"),
        locale=text(body, "customer_locale"),
        customer_id=identity(customer, "id") if customer else None,
    )


def kind(body: Body) -> str:
    """What the body says it is: `Order`, `Fulfillment`, ...; empty if it does not say."""
    parts = text(body, "admin_graphql_api_id").split("/")
    return parts[3] if len(parts) == 5 else ""


def shop_of_order(body: Body) -> int | None:
    """The shop whose customers an order's status page is for: its address names the shop's id."""
    found = re.match(r"https://[^/]+/(\d{1,18})/orders/", text(body, "order_status_url"))
    return int(found[1]) if found else None
