"""How an order comes into being: from a shopper's facts to the document that is kept."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from sandbox.database import Json
from sandbox.shopify import stores
from sandbox.world import World


def document(world: World, store: Json, facts: Json, placed_at: str) -> Json:
    """The document of a new order, not yet kept.

    `facts`: `items` (title, variant_title, sku, price, quantity, grams, requires_shipping),
    `shipping_address` or None, and optionally `customer` (first_name, last_name), `email`,
    `phone`, `locale`, `shipping_price`, `tags`, `note`. `placed_at` is a stamp.
    """
    number = stores.take_number(world, store)
    items = [new_line(world, item) for item in facts["items"]]
    token = hashlib.sha256(f"{store['domain']} {number}".encode()).hexdigest()[:32]
    shipping = any(item["requires_shipping"] for item in items)
    return {
        "id": world.database.next_id(),
        "store": store["domain"],
        "number": number,
        "name": f"#{number}",
        "token": token,
        "confirmation_number": token[:9].upper(),
        "created_at": placed_at,
        "processed_at": placed_at,
        "updated_at": placed_at,
        "closed_at": None,
        "cancelled_at": None,
        "cancel_reason": None,
        "edited": False,
        "email": facts.get("email"),
        "phone": facts.get("phone"),
        "locale": facts.get("locale") or store["locale"],
        "note": facts.get("note"),
        "tags": facts.get("tags") or [],
        "financial_status": "paid",
        "customer": _customer(world, facts, placed_at),
        "shipping_address": facts.get("shipping_address"),
        "billing_address": facts.get("shipping_address"),
        "shipping": _shipping(world, facts) if shipping else None,
        "tax": "0.00",
        "line_items": items,
        "fulfillment_orders": [new_fulfillment_order(world, items, placed_at)],
        "fulfillments": [],
    }


def new_line(world: World, item: Json, *, ordered: bool = True) -> Json:
    """A line item; one that an edit adds was not `ordered`, so the first total leaves it out."""
    quantity = int(item.get("quantity") or 1)
    return {
        "id": world.database.next_id(),
        "product_id": world.database.next_id(),
        "variant_id": world.database.next_id(),
        "title": item["title"],
        "variant_title": item.get("variant_title"),
        "sku": item.get("sku"),
        "price": f"{Decimal(str(item.get('price') or '0')):.2f}",
        "quantity": quantity,
        "ordered": quantity if ordered else 0,
        "removed": 0,
        "grams": int(item.get("grams") or 0),
        "requires_shipping": bool(item.get("requires_shipping", True)),
    }


def new_fulfillment_order(world: World, items: list[Json], moment: str) -> Json:
    """The part of an order that one location has to fulfill: here, all of it."""
    return {
        "id": world.database.next_id(),
        "created_at": moment,
        "closed": False,
        "lines": [
            new_fulfillment_order_line(world, item["id"], item["quantity"]) for item in items
        ],
    }


def new_fulfillment_order_line(world: World, line_id: int, total: int) -> Json:
    return {"id": world.database.next_id(), "line_item_id": line_id, "total": total}


def _customer(world: World, facts: Json, placed_at: str) -> Json | None:
    customer = facts.get("customer")
    if not customer:
        return None
    return {
        "id": world.database.next_id(),
        "address_id": world.database.next_id(),
        "first_name": customer["first_name"],
        "last_name": customer["last_name"],
        "email": facts.get("email"),
        "phone": facts.get("phone"),
        "created_at": placed_at,
    }


def _shipping(world: World, facts: Json) -> Json:
    price = Decimal(str(facts.get("shipping_price") or "4.90"))
    return {"id": world.database.next_id(), "title": "Standard", "price": f"{price:.2f}"}


def address(
    first_name: str,
    last_name: str,
    address1: str,
    city: str,
    province: str,
    province_code: str,
    zip_code: str,
    country: str,
    country_code: str,
    phone: str | None,
) -> Json:
    """A mailing address with all the keys that Shopify sends."""
    return {
        "first_name": first_name,
        "address1": address1,
        "phone": phone,
        "city": city,
        "zip": zip_code,
        "province": province or None,
        "country": country,
        "last_name": last_name,
        "address2": None,
        "company": None,
        "latitude": None,
        "longitude": None,
        "name": f"{first_name} {last_name}".strip(),
        "country_code": country_code,
        "province_code": province_code or None,
    }
