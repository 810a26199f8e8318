"""What the control API shows. Ids are texts there: 64 bits are too many for JavaScript."""

from __future__ import annotations

from sandbox import parcels
from sandbox.carriers import CARRIERS, normalize
from sandbox.database import Json
from sandbox.moments import from_seconds, stamp
from sandbox.shopify import orders
from sandbox.world import World


def order_shown(world: World, doc: Json) -> Json:
    address = doc["shipping_address"] or {}
    return {
        "id": str(doc["id"]),
        "name": doc["name"],
        "store": doc["store"],
        "placed_at": doc["processed_at"],
        "updated_at": doc["updated_at"],
        "cancelled_at": doc["cancelled_at"],
        "closed_at": doc["closed_at"],
        "customer": address.get("name") or _customer(doc),
        "country": address.get("country_code"),
        "city": address.get("city"),
        "email": doc["email"],
        "phone": doc["phone"],
        "locale": doc["locale"],
        "fulfillment_status": orders.fulfillment_status(doc),
        "total": f"{orders.total(doc, current=True):.2f}",
        "items": [_item_shown(doc, item) for item in doc["line_items"]],
        "fulfillments": [fulfillment_shown(world, one) for one in doc["fulfillments"]],
    }


def _customer(doc: Json) -> str | None:
    person = doc["customer"]
    return f"{person['first_name']} {person['last_name']}" if person else None


def _item_shown(doc: Json, item: Json) -> Json:
    return {
        "line_item_id": str(item["id"]),
        "title": item["title"],
        "sku": item["sku"],
        "quantity": orders.current_quantity(item),
        "unfulfilled": orders.unfulfilled(doc, item),
    }


def fulfillment_shown(world: World, one: Json) -> Json:
    return {
        "id": str(one["id"]),
        "name": one["name"],
        "status": one["status"],
        "created_at": one["created_at"],
        "company": one["company"],
        "events": [event["status"] for event in one["events"]],
        "parcels": [_number_shown(world, t["number"]) for t in one["tracking"]],
    }


def _number_shown(world: World, number: str) -> Json:
    parcel = parcels.get(world, normalize(number))
    status = parcels.sub_status(parcel, world.clock.seconds()) if parcel else None
    return {"number": number, "sub_status": status}


def parcel_shown(world: World, parcel: Json) -> Json:
    """A parcel with what has happened to it and what is planned."""
    now = world.clock.seconds()
    last = parcel["last_mile"]
    return {
        "number": parcel["number"],
        "carrier": CARRIERS[parcel["carrier"]].name,
        "last_mile": CARRIERS[last].name if last else None,
        "sub_status": parcels.sub_status(parcel, now),
        "happened": [_event_shown(e) for e in parcel["events"] if e["at"] <= now],
        "planned": [_event_shown(e) for e in parcel["events"] if e["at"] > now],
    }


def _event_shown(event: Json) -> Json:
    return {
        "at": stamp(from_seconds(event["at"])),
        "sub_status": event["sub_status"],
        "text": event.get("text"),
        "place": event["place"]["city"] if event.get("place") else None,
    }
