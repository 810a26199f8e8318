"""Orders as the sandbox keeps them: one document each, fulfillments and events within.

What Shopify tells of an order (quantities, statuses, totals) is derived here from that document,
for webhook bodies and for GraphQL alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from sqlite3 import Row

from sandbox.database import Json, dump
from sandbox.world import World

OVER = ("CANCELLED", "CLOSED")


def get(world: World, order_id: int) -> Json | None:
    row = world.database.row("SELECT body FROM orders WHERE id = ?", order_id)
    return json.loads(row["body"]) if row else None


def read(rows: Iterable[Row]) -> list[Json]:
    """The orders of rows that have their `body`."""
    return [json.loads(row["body"]) for row in rows]


def by_part(world: World, kind: str, part_id: int) -> Json | None:
    """The order that a fulfillment, a fulfillment order or a customer's record belongs to."""
    row = world.database.row(
        "SELECT order_id FROM order_parts WHERE kind = ? AND id = ?", kind, part_id
    )
    return get(world, row["order_id"]) if row else None


def find(world: World, store: str, reference: str) -> Json | None:
    """An order by its name (`#1042` or `1042`) or its id."""
    digits = reference.removeprefix("#")
    if not digits.isdigit() or len(digits) > 18:
        return None
    row = world.database.row(
        "SELECT body FROM orders WHERE store = ? AND (number = ? OR id = ?)",
        store, int(digits), int(digits),
    )  # fmt: skip
    return json.loads(row["body"]) if row else None


def save(world: World, order: Json) -> None:
    """Keep an order and where its parts are found."""
    parts = [("Fulfillment", part["id"]) for part in order["fulfillments"]]
    parts += [("FulfillmentOrder", part["id"]) for part in order["fulfillment_orders"]]
    if order["customer"]:
        parts.append(("Customer", order["customer"]["id"]))
    with world.database.transaction():
        world.database.run(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " updated_at = excluded.updated_at, body = excluded.body",
            order["id"], order["store"], order["number"], order["created_at"],
            order["processed_at"], order["updated_at"], dump(order),
        )  # fmt: skip
        for kind, part_id in parts:
            world.database.run(
                "INSERT OR REPLACE INTO order_parts VALUES (?, ?, ?)", kind, part_id, order["id"]
            )


def delete(world: World, order: Json) -> None:
    world.database.run("DELETE FROM orders WHERE id = ?", order["id"])


def line(order: Json, line_id: int) -> Json:
    """A line item by its id. Raises KeyError if the order has none of that id."""
    for item in order["line_items"]:
        if item["id"] == line_id:
            return dict(item)
    raise KeyError(line_id)


def fulfillment(order: Json, fulfillment_id: int) -> Json:
    """The fulfillment of that id, as part of the order. Raises KeyError if there is none."""
    for part in order["fulfillments"]:
        if part["id"] == fulfillment_id:
            found: Json = part
            return found
    raise KeyError(fulfillment_id)


def line_name(item: Json) -> str:
    """The title of a line, with its variant if it has one."""
    variant = item["variant_title"]
    return f"{item['title']} - {variant}" if variant else str(item["title"])


def current_quantity(item: Json) -> int:
    """Ordered less what an edit took away."""
    return int(item["quantity"] - item["removed"])


def fulfilled(order: Json, line_id: int) -> int:
    """How many pieces of a line are in fulfillments that stand."""
    return sum(
        part["quantity"]
        for one in order["fulfillments"]
        if one["status"] == "success"
        for part in one["lines"]
        if part["line_item_id"] == line_id
    )


def unfulfilled(order: Json, item: Json) -> int:
    """How many pieces of a line may still be fulfilled; none once the order is cancelled."""
    if order["cancelled_at"]:
        return 0
    return current_quantity(item) - fulfilled(order, item["id"])


def line_status(order: Json, item: Json) -> str | None:
    """`fulfilled`, `partial` or None, by REST's words."""
    done = fulfilled(order, item["id"])
    if not done:
        return None
    return "fulfilled" if done >= current_quantity(item) else "partial"


def fulfillment_status(order: Json) -> str | None:
    """`fulfilled`, `partial` or None for the whole order, by REST's words."""
    items = [item for item in order["line_items"] if current_quantity(item)]
    statuses = {line_status(order, item) for item in items}
    if statuses == {"fulfilled"}:
        return "fulfilled"
    return None if statuses <= {None} else "partial"


def remaining(order: Json, fulfillment_order: Json, part: Json) -> int:
    """How many pieces of a line of a fulfillment order are left to fulfill."""
    if fulfillment_order["closed"] or order["cancelled_at"]:
        return 0
    done = sum(
        taken["quantity"]
        for one in order["fulfillments"]
        if one["status"] == "success"
        for taken in one["lines"]
        if taken["fulfillment_order_line_id"] == part["id"]
    )
    return int(part["total"] - done)


def fulfillment_order_status(order: Json, fulfillment_order: Json) -> str:
    """FulfillmentOrderStatus of a part of an order."""
    if fulfillment_order["closed"]:
        return "CLOSED"
    if order["cancelled_at"]:
        return "CANCELLED"
    left = [remaining(order, fulfillment_order, part) for part in fulfillment_order["lines"]]
    whole = [part["total"] for part in fulfillment_order["lines"]]
    return "OPEN" if left == whole else "IN_PROGRESS"


def requires_shipping(order: Json) -> bool:
    return any(item["requires_shipping"] for item in order["line_items"])


def subtotal(order: Json, *, current: bool) -> Decimal:
    """The lines' worth: as first ordered, or after edits."""
    return sum(
        (
            Decimal(item["price"]) * (current_quantity(item) if current else item["ordered"])
            for item in order["line_items"]
        ),
        Decimal(0),
    )


def shipping_price(order: Json) -> Decimal:
    return Decimal(order["shipping"]["price"]) if order["shipping"] else Decimal(0)


def total(order: Json, *, current: bool) -> Decimal:
    """Lines, shipping and tax. A cancelled order is worth nothing any more."""
    if current and order["cancelled_at"]:
        return Decimal(0)
    return subtotal(order, current=current) + shipping_price(order) + Decimal(order["tax"])


def weight(order: Json) -> int:
    """Grams of all that is still in the order."""
    return sum(item["grams"] * current_quantity(item) for item in order["line_items"])
