"""Fulfillments, their lines and events."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.database import Json
from sandbox.shopify import orders
from sandbox.shopify.payloads.common import gid
from sandbox.shopify.views.common import Resolver, View, connection, later, money_bag, paged
from sandbox.shopify.views.fulfillment_order import fulfillment_order
from sandbox.shopify.views.line_item import line_item
from sandbox.shopify.views.shop import location


def fulfillment(store: Json, doc: Json, one: Json, of: Callable[[], View]) -> View:
    """A fulfillment; `of` makes the view of the order it belongs to."""
    happened = {event["status"]: event["happened_at"] for event in reversed(one["events"])}
    estimates = [e["estimated_delivery_at"] for e in one["events"] if e["estimated_delivery_at"]]
    return {
        "__typename": "Fulfillment",
        "id": gid("Fulfillment", one["id"]),
        "legacyResourceId": str(one["id"]),
        "name": one["name"],
        "createdAt": one["created_at"],
        "updatedAt": one["updated_at"],
        "deliveredAt": happened.get("DELIVERED"),
        "inTransitAt": happened.get("IN_TRANSIT"),
        "estimatedDeliveryAt": estimates[-1] if estimates else None,
        "status": one["status"].upper(),
        "displayStatus": _display_status(one),
        "requiresShipping": orders.requires_shipping(doc),
        "totalQuantity": sum(part["quantity"] for part in one["lines"]),
        "trackingInfo": lambda first=None: [
            {"company": one["company"], "number": t["number"], "url": t["url"] or None}
            for t in one["tracking"][:first]
        ],
        "events": _events(one),
        "fulfillmentLineItems": paged(
            lambda: [_fulfillment_line(store, doc, part) for part in one["lines"]]
        ),
        "fulfillmentOrders": paged(
            lambda: [fulfillment_order(store, doc, each, of) for each in doc["fulfillment_orders"]]
        ),
        "order": later(of),
        "location": location(store),
        "service": {
            "id": gid("FulfillmentService", store["id"]),
            "handle": "manual",
            "serviceName": "Manual",
            "inventoryManagement": False,
            "trackingSupport": False,
            "type": "MANUAL",
        },
    }


def _display_status(one: Json) -> str:
    if one["status"] == "cancelled":
        return "CANCELED"
    return str(one["events"][-1]["status"]) if one["events"] else "FULFILLED"


def _events(one: Json) -> Resolver:
    def resolve(sortKey: str = "HAPPENED_AT", **page: Any) -> View:  # noqa: N803
        key = "happened_at" if sortKey == "HAPPENED_AT" else "id"
        return connection([event(e) for e in sorted(one["events"], key=lambda e: e[key])], **page)

    return resolve


def event(raw: Json) -> View:
    return {
        "__typename": "FulfillmentEvent",
        "id": gid("FulfillmentEvent", raw["id"]),
        "status": raw["status"],
        "message": raw["message"],
        "happenedAt": raw["happened_at"],
        "createdAt": raw["created_at"],
        "estimatedDeliveryAt": raw["estimated_delivery_at"],
        **{
            name: raw[name]
            for name in ("address1", "city", "province", "country", "zip", "latitude", "longitude")
        },
    }


def _fulfillment_line(store: Json, doc: Json, part: Json) -> View:
    item = orders.line(doc, part["line_item_id"])
    total = money_bag(store, Decimal(item["price"]) * part["quantity"])
    return {
        "__typename": "FulfillmentLineItem",
        "id": gid("FulfillmentLineItem", part["id"]),
        "quantity": part["quantity"],
        "lineItem": line_item(store, doc, item),
        "originalTotalSet": total,
        "discountedTotalSet": total,
    }
