"""Reading the REST bodies of webhooks: what is missing is empty, what is wrong raises BadBody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any, Generic, TypeVar

from shopify_app.domain.facts import (
    FulfilledItem,
    FulfillmentEventFacts,
    FulfillmentFacts,
    Item,
    OrderFacts,
    Parcel,
    Recipient,
    plain,
)
from shopify_app.domain.versions import version

Body = dict[str, Any]


class BadBody(ValueError):
    """The body is not what Shopify documents for its topic. Names the field, never its value."""


Facts = TypeVar("Facts")


@dataclass(frozen=True, slots=True)
class Told(Generic[Facts]):
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
            FulfilledItem(text(line, "title"), number(line, "quantity"))
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
    quantity = number(line, "current_quantity" if "current_quantity" in line else "quantity")
    return Item(
        id=identity(line, "id"),
        title=text(line, "title"),
        variant=text(line, "variant_title"),
        quantity=quantity,
        unfulfilled=min(number(line, "fulfillable_quantity"), quantity),
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


def identity(body: Body, name: str) -> int:
    """A 64-bit id."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise BadBody(f"{name} is not an id")
    return value


def kind(body: Body) -> str:
    """What the body says it is: `Order`, `Fulfillment`, ...; empty if it does not say."""
    parts = text(body, "admin_graphql_api_id").split("/")
    return parts[3] if len(parts) == 5 else ""


def shop_of_order(body: Body) -> int | None:
    """The shop whose customers an order's status page is for: its address names the shop's id."""
    found = re.match(r"https://[^/]+/(\d{1,18})/orders/", text(body, "order_status_url"))
    return int(found[1]) if found else None


def identities(body: Body, name: str) -> list[int]:
    """The ids of a list within the body."""
    value = body.get(name) or []
    if not isinstance(value, list):
        raise BadBody(f"{name} is not a list")
    return [identity({name: item}, name) for item in value]


def text(body: Body, name: str) -> str:
    """A text, empty where there is none."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadBody(f"{name} is not a text")
    return plain(value).strip()


def number(body: Body, name: str) -> int:
    """A whole number, 0 where there is none."""
    value = body.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise BadBody(f"{name} is not a whole number")
    return value or 0


def texts(body: Body, name: str) -> list[str]:
    """The texts of a list within the body, each empty where there is none."""
    value = body.get(name) or []
    if not isinstance(value, list):
        raise BadBody(f"{name} is not a list")
    return [text({name: item}, name) for item in value]


def moment(body: Body, name: str) -> datetime:
    """A moment, in UTC."""
    found = optional_moment(body, name)
    if found is None:
        raise BadBody(f"{name} is missing")
    return found


def optional_moment(body: Body, name: str) -> datetime | None:
    """A moment, in UTC, None where there is none."""
    value = text(body, name)
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadBody(f"{name} is not a time") from error


def row(body: Body, name: str) -> Body:
    """An object within the body, empty where there is none."""
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise BadBody(f"{name} is not an object")
    return value or {}


def rows(body: Body, name: str) -> list[Body]:
    """The objects of a list within the body."""
    value = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise BadBody(f"{name} is not a list of objects")
    return value
