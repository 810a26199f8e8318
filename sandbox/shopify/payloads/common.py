"""What all bodies are made of: global ids, money, local times and line items."""

from __future__ import annotations

from decimal import Decimal

from sandbox.database import Json
from sandbox.moments import in_zone
from sandbox.shopify import orders


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def money(amount: Decimal | str) -> str:
    return f"{Decimal(amount):.2f}"


def money_set(amount: Decimal | str, currency: str) -> Json:
    """The same amount in the shop's and the customer's currency: the sandbox has one a store."""
    one = {"amount": money(amount), "currency_code": currency}
    return {"shop_money": one, "presentment_money": dict(one)}


def local(store: Json, text: str | None) -> str | None:
    """A moment in the zone of the store, with its offset."""
    return in_zone(text, store["zone"]) if text else None


def line(store: Json, doc: Json, item: Json) -> Json:
    """What a line says of itself both in an order and in a fulfillment."""
    return {
        "id": item["id"],
        "admin_graphql_api_id": gid("LineItem", item["id"]),
        "fulfillable_quantity": orders.unfulfilled(doc, item),
        "fulfillment_service": "manual",
        "fulfillment_status": orders.line_status(doc, item),
        "gift_card": False,
        "grams": item["grams"],
        "name": orders.line_name(item),
        "price": money(item["price"]),
        "price_set": money_set(item["price"], store["currency"]),
        "product_exists": True,
        "product_id": item["product_id"],
        "properties": [],
        "quantity": item["quantity"],
        "requires_shipping": item["requires_shipping"],
        "sku": item["sku"],
        "taxable": True,
        "title": item["title"],
        "total_discount": "0.00",
        "total_discount_set": money_set("0", store["currency"]),
        "variant_id": item["variant_id"],
        "variant_inventory_management": "shopify",
        "variant_title": item["variant_title"],
        "vendor": store["name"],
        "tax_lines": [],
        "duties": [],
        "discount_allocations": [],
    }
