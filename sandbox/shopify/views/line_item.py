"""A line of an order."""

from __future__ import annotations

from decimal import Decimal

from sandbox.database import Json
from sandbox.shopify import orders
from sandbox.shopify.payloads.common import gid
from sandbox.shopify.views.common import View, money_bag


def line_item(store: Json, doc: Json, item: Json) -> View:
    left = orders.unfulfilled(doc, item)
    price = Decimal(item["price"])
    total = money_bag(store, price * item["quantity"])
    return {
        "__typename": "LineItem",
        "id": gid("LineItem", item["id"]),
        "title": item["title"],
        "variantTitle": item["variant_title"],
        "name": orders.line_name(item),
        "sku": item["sku"],
        "vendor": store["name"],
        "quantity": item["quantity"],
        "currentQuantity": orders.current_quantity(item),
        "refundableQuantity": orders.current_quantity(item),
        "unfulfilledQuantity": left,
        "fulfillableQuantity": left,
        "nonFulfillableQuantity": 0,
        "fulfillmentStatus": orders.line_status(doc, item) or "unfulfilled",
        "requiresShipping": item["requires_shipping"],
        "isGiftCard": False,
        "taxable": True,
        "customAttributes": [],
        "originalUnitPriceSet": money_bag(store, price),
        "discountedUnitPriceSet": money_bag(store, price),
        "originalTotalSet": total,
        "discountedTotalSet": total,
        "totalDiscountSet": money_bag(store, Decimal(0)),
    }
