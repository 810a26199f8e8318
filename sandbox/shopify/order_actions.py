"""What a merchant or a shopper can do to an order, with the webhooks that follow from it."""

from __future__ import annotations

from sandbox.database import Json
from sandbox.moments import stamp
from sandbox.shopify import orders
from sandbox.shopify.change import ActionError, Lines, keep, store_of
from sandbox.shopify.new_order import document, new_fulfillment_order, new_line
from sandbox.shopify.payloads.order import order_edit
from sandbox.shopify.webhooks import fire, new_event
from sandbox.world import World


def create(world: World, store: Json, facts: Json) -> Json:
    """A shopper places an order: orders/create."""
    with world.database.transaction():
        order = document(world, store, facts, stamp(world.clock.now()))
        return keep(world, order, "orders/create")


def cancel(world: World, order: Json, reason: str) -> Json:
    """Cancel an order: orders/cancelled, orders/updated. Standing fulfillments stay."""
    if order["cancelled_at"]:
        raise ActionError(f"{order['name']} is cancelled already")
    moment = stamp(world.clock.now())
    order |= {"cancelled_at": moment, "closed_at": moment, "cancel_reason": reason}
    order["financial_status"] = "refunded"
    return keep(world, order, "orders/cancelled", "orders/updated")


def archive(world: World, order: Json, *, closed: bool) -> Json:
    """Close an order or open it again: orders/updated."""
    order["closed_at"] = stamp(world.clock.now()) if closed else None
    return keep(world, order, "orders/updated")


def delete(world: World, order: Json) -> None:
    """Erase an order: orders/delete, whose body is the id alone."""
    store = store_of(world, order)
    with world.database.transaction():
        orders.delete(world, order)
        fire(world, store, "orders/delete", {"id": order["id"]}, new_event())


def change_contact(world: World, order: Json, changes: Json) -> Json:
    """Change `email`, `phone`, `note`, `shipping_address`, `locale`, `tags`, `metafields`:
    orders/updated.
    """
    order.update(changes)
    return keep(world, order, "orders/updated")


def edit(world: World, order: Json, add: list[Json], remove: Lines) -> Json:
    """Add lines and take pieces away: orders/edited, orders/updated."""
    if order["cancelled_at"]:
        raise ActionError(f"{order['name']} is cancelled")
    store = store_of(world, order)
    with world.database.transaction():
        removed = [_remove(order, line_id, count) for line_id, count in remove.items()]
        added = [_add(world, order, item) for item in add]
        order["edited"] = True
        keep(world, order, "orders/updated")
        body = order_edit(store, order, world.database.next_id(), added, removed)
        fire(world, store, "orders/edited", body, new_event())
    return order


def _remove(order: Json, line_id: int, count: int) -> Json:
    item = next((each for each in order["line_items"] if each["id"] == line_id), None)
    if item is None or count > orders.unfulfilled(order, item):
        raise ActionError(f"{order['name']} does not have so many pieces to take away")
    item["removed"] += count
    left = count
    for whole in order["fulfillment_orders"]:
        for part in whole["lines"]:
            if part["line_item_id"] == line_id:
                taken = min(left, orders.remaining(order, whole, part))
                part["total"] -= taken
                left -= taken
    return {"id": line_id, "delta": count}


def _add(world: World, order: Json, item: Json) -> Json:
    new = new_line(world, item, ordered=False)
    order["line_items"].append(new)
    moment = stamp(world.clock.now())
    order["fulfillment_orders"].append(new_fulfillment_order(world, [new], moment))
    return {"id": new["id"], "delta": new["quantity"]}
