"""Fulfillment orders: what is to be fulfilled, and from where."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.database import Json
from sandbox.shopify import orders
from sandbox.shopify.payloads.common import gid
from sandbox.shopify.views.common import View, later, paged
from sandbox.shopify.views.line_item import line_item
from sandbox.shopify.views.shop import location


def fulfillment_order(store: Json, doc: Json, whole: Json, of: Callable[[], View]) -> View:
    """A fulfillment order; `of` makes the view of the order it belongs to."""
    status = orders.fulfillment_order_status(doc, whole)
    return {
        "__typename": "FulfillmentOrder",
        "id": gid("FulfillmentOrder", whole["id"]),
        "order": later(of),
        "orderId": gid("Order", doc["id"]),
        "orderName": doc["name"],
        "orderProcessedAt": doc["processed_at"],
        "createdAt": whole["created_at"],
        "updatedAt": doc["updated_at"],
        "fulfillAt": whole["created_at"],
        "fulfillBy": None,
        "status": status,
        "requestStatus": "UNSUBMITTED",
        "supportedActions": []
        if status in orders.OVER
        else [{"action": "CREATE_FULFILLMENT", "externalUrl": None}],
        "assignedLocation": _assigned_location(store),
        "destination": _destination(doc, whole),
        "lineItems": paged(
            lambda: [_fulfillment_order_line(store, doc, whole, part) for part in whole["lines"]]
        ),
    }


def _assigned_location(store: Json) -> View:
    raw = store["address"]
    return {
        "name": f"{store['name']} warehouse",
        "location": location(store),
        "address1": raw["address1"],
        "address2": raw["address2"],
        "city": raw["city"],
        "countryCode": raw["country_code"],
        "phone": store["phone"],
        "province": raw["province"],
        "zip": raw["zip"],
    }


def _destination(doc: Json, whole: Json) -> View | None:
    raw = doc["shipping_address"]
    if raw is None:
        return None
    return {
        "__typename": "FulfillmentOrderDestination",
        "id": gid("FulfillmentOrderDestination", whole["id"]),
        "firstName": raw["first_name"],
        "lastName": raw["last_name"],
        "company": raw["company"],
        "address1": raw["address1"],
        "address2": raw["address2"],
        "city": raw["city"],
        "province": raw["province"],
        "zip": raw["zip"],
        "countryCode": raw["country_code"],
        "email": doc["email"],
        "phone": raw["phone"],
    }


def _fulfillment_order_line(store: Json, doc: Json, whole: Json, part: Json) -> View:
    item = orders.line(doc, part["line_item_id"])
    return {
        "__typename": "FulfillmentOrderLineItem",
        "id": gid("FulfillmentOrderLineItem", part["id"]),
        "lineItem": line_item(store, doc, item),
        "productTitle": item["title"],
        "variantTitle": item["variant_title"],
        "sku": item["sku"],
        "vendor": store["name"],
        "requiresShipping": item["requires_shipping"],
        "totalQuantity": part["total"],
        "remainingQuantity": orders.remaining(doc, whole, part),
    }
