"""What can be done to a fulfillment: by the merchant, by an app, by Shopify itself."""

from __future__ import annotations

from sandbox import carriers, parcels
from sandbox.database import Json
from sandbox.moments import parse, stamp
from sandbox.shopify import orders
from sandbox.shopify.change import ActionError, Lines, keep, store_of
from sandbox.shopify.new_order import new_fulfillment_order, new_fulfillment_order_line
from sandbox.shopify.payloads.fulfillment import fulfillment_event as event_body
from sandbox.shopify.webhooks import fire, new_event
from sandbox.world import World


def fulfill(
    world: World,
    order: Json,
    lines: Lines | None,
    numbers: list[str],
    company: str | None,
    urls: list[str] | None = None,
) -> Json:
    """Fulfill some lines (None: all that is left) and return the new fulfillment.

    Fires fulfillments/create, orders/updated and orders/fulfilled or orders/partially_fulfilled.
    """
    with world.database.transaction():
        one = add_fulfillment(world, order, lines, stamp(world.clock.now()))
        set_tracking(one, numbers, company, urls)
        plan_parcels(world, order, one)
        done = orders.fulfillment_status(order) == "fulfilled"
        end = "orders/fulfilled" if done else "orders/partially_fulfilled"
        keep(world, order, "fulfillments/create", "orders/updated", end, one=one)
    return one


def add_fulfillment(world: World, order: Json, lines: Lines | None, moment: str) -> Json:
    """Put a fulfillment into the document. Raises ActionError if the pieces are not there."""
    if order["cancelled_at"]:
        raise ActionError(f"{order['name']} is cancelled")
    parts = _take(world, order, lines)
    if not parts:
        raise ActionError(f"{order['name']} has nothing left to fulfill")
    one: Json = {
        "id": world.database.next_id(),
        "name": f"{order['name']}.{len(order['fulfillments']) + 1}",
        "status": "success",
        "created_at": moment,
        "updated_at": moment,
        "company": None,
        "tracking": [],
        "lines": parts,
        "events": [],
    }
    order["fulfillments"].append(one)
    _close_finished(order)
    return one


def _take(world: World, order: Json, lines: Lines | None) -> list[Json]:
    """The parts of a new fulfillment out of the open fulfillment orders."""
    wanted = dict(lines) if lines is not None else None
    parts = []
    for whole in order["fulfillment_orders"]:
        for part in whole["lines"]:
            left = orders.remaining(order, whole, part)
            want = left if wanted is None else min(left, wanted.get(part["line_item_id"], 0))
            if want > 0:
                parts.append(_part(world, part, want))
                if wanted is not None:
                    wanted[part["line_item_id"]] -= want
    if wanted and any(wanted.values()):
        raise ActionError(f"{order['name']} does not have so many pieces left to fulfill")
    return parts


def _part(world: World, part: Json, quantity: int) -> Json:
    return {
        "id": world.database.next_id(),
        "line_item_id": part["line_item_id"],
        "fulfillment_order_line_id": part["id"],
        "quantity": quantity,
    }


def _close_finished(order: Json) -> None:
    for whole in order["fulfillment_orders"]:
        if not any(orders.remaining(order, whole, part) for part in whole["lines"]):
            whole["closed"] = True


def set_tracking(
    one: Json, numbers: list[str], company: str | None, urls: list[str] | None = None
) -> None:
    """Give a fulfillment its numbers; Shopify fills in the pages of carriers it knows."""
    one["company"] = company
    one["tracking"] = [
        {
            "number": number,
            "url": urls[place]
            if urls and place < len(urls)
            else carriers.link(number, company or ""),
        }
        for place, number in enumerate(numbers)
    ]


def plan_parcels(world: World, order: Json, one: Json) -> None:
    """Every number that a carrier could have written is on its way from now."""
    for tracking in one["tracking"]:
        number = carriers.normalize(tracking["number"])
        parcels.by_hand(world, number, order, parse(one["created_at"]).timestamp())


def change_tracking(
    world: World,
    order: Json,
    one: Json,
    numbers: list[str],
    company: str | None,
    urls: list[str] | None = None,
) -> Json:
    """Replace the numbers of a fulfillment: fulfillments/update, orders/updated."""
    if one["status"] != "success":
        raise ActionError(f"{one['name']} is cancelled")
    with world.database.transaction():
        set_tracking(one, numbers, company or one["company"], urls)
        plan_parcels(world, order, one)
        keep(world, order, "fulfillments/update", "orders/updated", one=one)
    return one


def cancel_fulfillment(world: World, order: Json, one: Json) -> Json:
    """Take a fulfillment back; its pieces can be fulfilled again.

    An entirely fulfilled fulfillment order stays closed, and a new one takes its pieces
    (Admin API, fulfillmentCancel).
    """
    if one["status"] != "success":
        raise ActionError(f"{one['name']} is cancelled already")
    with world.database.transaction():
        one["status"] = "cancelled"
        closed = [whole for whole in order["fulfillment_orders"] if whole["closed"]]
        line_ids = {part["id"] for whole in closed for part in whole["lines"]}
        back = [part for part in one["lines"] if part["fulfillment_order_line_id"] in line_ids]
        if back:
            order["fulfillment_orders"].append(_reopened(world, back))
        keep(world, order, "fulfillments/update", "orders/updated", one=one)
    return one


def _reopened(world: World, parts: list[Json]) -> Json:
    whole = new_fulfillment_order(world, [], stamp(world.clock.now()))
    whole["lines"] = [
        new_fulfillment_order_line(world, part["line_item_id"], part["quantity"]) for part in parts
    ]
    return whole


def add_event(world: World, order: Json, one: Json, facts: Json) -> Json:
    """Shopify, a carrier or an app tells where a fulfillment is.

    Fires fulfillment_events/create, fulfillments/update and orders/updated.
    """
    if one["status"] != "success":
        raise ActionError(f"{one['name']} is cancelled")
    store = store_of(world, order)
    with world.database.transaction():
        event = put_event(world, one, facts, stamp(world.clock.now()))
        body = event_body(store, order, one, event)
        fire(world, store, "fulfillment_events/create", body, new_event())
        keep(world, order, "fulfillments/update", "orders/updated", one=one)
    return event


EVENT_FIELDS = (
    "message", "city", "province", "country", "zip", "address1", "latitude", "longitude",
    "estimated_delivery_at",
)  # fmt: skip


def put_event(world: World, one: Json, facts: Json, moment: str) -> Json:
    """Put an event into a fulfillment, in the order of when the events happened."""
    event = {
        "id": world.database.next_id(),
        "status": facts["status"],
        "happened_at": facts.get("happened_at") or moment,
        "created_at": moment,
        **{name: facts.get(name) for name in EVENT_FIELDS},
    }
    one["events"].append(event)
    one["events"].sort(key=lambda each: each["happened_at"])
    return event
