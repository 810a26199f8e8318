"""The bodies of fulfillments/... and fulfillment_events/create."""

from __future__ import annotations

from sandbox.database import Json
from sandbox.shopify import orders
from sandbox.shopify.payloads.common import gid, line, local


def fulfillment(store: Json, doc: Json, one: Json) -> Json:
    """The body of fulfillments/create and fulfillments/update."""
    numbers = [tracking["number"] for tracking in one["tracking"]]
    urls = [tracking["url"] for tracking in one["tracking"] if tracking["url"]]
    return {
        "id": one["id"],
        "order_id": doc["id"],
        "status": one["status"],
        "created_at": local(store, one["created_at"]),
        "service": "manual",
        "updated_at": local(store, one["updated_at"]),
        "tracking_company": one["company"],
        "shipment_status": shipment_status(one),
        "location_id": store["location_id"],
        "origin_address": None,
        "email": doc["email"],
        "destination": doc["shipping_address"],
        "line_items": [_fulfilled_line(store, doc, part) for part in one["lines"]],
        "tracking_number": numbers[0] if numbers else None,
        "tracking_numbers": numbers,
        "tracking_url": urls[0] if urls else None,
        "tracking_urls": urls,
        "receipt": {},
        "name": one["name"],
        "admin_graphql_api_id": gid("Fulfillment", one["id"]),
    }


def _fulfilled_line(store: Json, doc: Json, part: Json) -> Json:
    item = orders.line(doc, part["line_item_id"])
    return line(store, doc, item) | {"quantity": part["quantity"]}


def shipment_status(one: Json) -> str | None:
    """The status of the last event of a fulfillment, by REST's words."""
    return one["events"][-1]["status"].lower() if one["events"] else None


def fulfillment_event(store: Json, doc: Json, one: Json, event: Json) -> Json:
    """The body of fulfillment_events/create."""
    return {
        "id": event["id"],
        "fulfillment_id": one["id"],
        "status": event["status"].lower(),
        "message": event["message"],
        "happened_at": local(store, event["happened_at"]),
        "city": event["city"],
        "province": event["province"],
        "country": event["country"],
        "zip": event["zip"],
        "address1": event["address1"],
        "latitude": event["latitude"],
        "longitude": event["longitude"],
        "shop_id": store["id"],
        "created_at": local(store, event["created_at"]),
        "updated_at": local(store, event["created_at"]),
        "estimated_delivery_at": local(store, event["estimated_delivery_at"]),
        "order_id": doc["id"],
        "admin_graphql_api_id": gid("FulfillmentEvent", event["id"]),
    }
