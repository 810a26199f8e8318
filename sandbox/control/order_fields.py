"""What can be said of an order and of a fulfillment, and what is kept of it."""

from __future__ import annotations

from typing import Any

from sandbox.checks import (
    Fields,
    boolean,
    contact,
    country,
    list_of,
    moment,
    number,
    one_of,
    or_null,
    record,
    shaped,
    text,
    whole,
)
from sandbox.database import Json
from sandbox.places import COUNTRY_NAMES
from sandbox.shopify.new_order import address as whole_address

CANCEL_REASONS = ("customer", "declined", "fraud", "inventory", "other", "staff")
EVENT_STATUSES = (
    "ATTEMPTED_DELIVERY", "CARRIER_PICKED_UP", "CONFIRMED", "DELAYED", "DELIVERED", "FAILURE",
    "IN_TRANSIT", "LABEL_PRINTED", "LABEL_PURCHASED", "OUT_FOR_DELIVERY", "READY_FOR_PICKUP",
)  # fmt: skip
MOST_PIECES = 10_000

text_or_null = or_null(text)
locale = shaped(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language such as en, vi or pt-BR")


def price(value: Any) -> str:
    """An amount, given as a number or a text."""
    return str(shaped(r"\d{1,9}(\.\d{1,2})?", "a price such as 18.50")(str(value)))


def tracking_numbers(value: Any) -> list[str]:
    """Tracking numbers from a list, or from a text with commas."""
    given = value.split(",") if isinstance(value, str) else list_of(text)(value)
    return [stripped for each in given if (stripped := each.strip())]


def address(value: Any) -> Json:
    """The fields of a mailing address that are said; a country is said by its code or its name."""
    given: Json = record(ADDRESS)(value)
    if "name" in given:
        given["first_name"], _, given["last_name"] = given.pop("name").partition(" ")
    code = given.pop("country_code", given.pop("country", None))
    return given | {"country": COUNTRY_NAMES[code], "country_code": code} if code else given


def changed_address(old: Json | None, changes: Json) -> Json:
    """An address with some of its fields changed; where there was none, the others are empty."""
    if old is None and "country_code" not in changes:
        raise ValueError("shipping_address country is missing: the order has no address yet")
    merged = (old or whole_address("", "", "", "", "", "", "", "", "", None)) | changes
    names = (merged["first_name"], merged["last_name"])
    return merged | {"name": " ".join(name for name in names if name)}


ADDRESS: Fields = {
    **dict.fromkeys(("name", "first_name", "last_name"), text),
    **dict.fromkeys(
        ("company", "address1", "address2", "city", "province", "province_code", "zip", "phone"),
        text_or_null,
    ),
    "country": country,
    "country_code": country,
    "latitude": or_null(number(-90, 90)),
    "longitude": or_null(number(-180, 180)),
}
ITEM: Fields = {
    "title": text,
    "variant_title": text_or_null,
    "sku": text_or_null,
    "price": price,
    "quantity": whole(1, MOST_PIECES),
    "grams": whole(0, 1_000_000),
    "requires_shipping": boolean,
}
LINE: Fields = {
    "title": text,
    "sku": text,
    "line_item_id": text,
    "quantity": whole(1, MOST_PIECES),
}
NEW_ORDER: Fields = {
    "customer": text,
    "country": country,
    "city": text,
    "zip": text,
    "address1": text,
    "address": boolean,
    "email": contact,
    "phone": contact,
    "locale": locale,
    "note": text_or_null,
    "tags": list_of(text),
    "items": list_of(record(ITEM, ["title"]), 1),
    "digital": boolean,
    "count": whole(1, 1000),
}
EDIT: Fields = {
    "add": list_of(record(ITEM, ["title"])),
    "remove": list_of(record(LINE)),
    "email": contact,
    "phone": contact,
    "note": text_or_null,
    "shipping_address": or_null(address),
    "locale": locale,
    "tags": list_of(text),
}
TRACKING: Fields = {
    "numbers": tracking_numbers,
    "number": or_null(tracking_numbers),
    "company": text_or_null,
}
CANCEL: Fields = {"reason": one_of(CANCEL_REASONS)}
FULFILL: Fields = {**TRACKING, "items": or_null(list_of(record(LINE)))}
EVENT: Fields = {
    "status": lambda value: one_of(EVENT_STATUSES)(text(value).upper()),
    **dict.fromkeys(("message", "city", "province", "country", "zip", "address1"), text_or_null),
    "latitude": or_null(number(-90, 90)),
    "longitude": or_null(number(-180, 180)),
    "happened_at": or_null(moment),
    "estimated_delivery_at": or_null(moment),
}
