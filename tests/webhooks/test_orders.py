"""Orders and fulfillments come in by webhook, in any order and any number of times."""

from __future__ import annotations

import itertools

from shopify_app.jobs import process_inbox
from shopify_app.models import Inbox, Order
from tests import payloads
from tests.support import ALICE, BOB, App


def test_an_order_stands_there_with_its_customer_and_items(app: App) -> None:
    app.hear("orders/create", payloads.order())
    order = app.house.order()
    assert (order.name, order.customer_name, order.email) == (
        "#1058",
        "Maren Oakdale",
        "maren.oakdale@example.com",
    )
    assert order.status == "unfulfilled"
    assert [item["title"] for item in order.items] == ["Linen throw, oat"]


def test_a_fulfillment_makes_one_shipment_a_number(app: App) -> None:
    both = payloads.fulfillment(["YT2412345678901234", "YT2412345678905678"])
    app.hear("orders/updated", payloads.fulfilled_order(both))
    assert [s.number for s in app.house.shipments()] == [
        "YT2412345678901234",
        "YT2412345678905678",
    ]
    assert app.house.order().status == "pending"


def test_a_fulfillment_may_come_before_its_order(app: App) -> None:
    app.hear("fulfillments/create", payloads.fulfillment())
    assert app.house.order().placed_at is None, "a placeholder is shown nowhere"
    app.hear("orders/create", payloads.fulfilled_order())
    assert app.house.order().name == "#1058"
    assert len(app.house.shipments()) == 1


def _story(order_id: int, fulfillment_id: int) -> list[tuple[str, payloads.Body]]:
    """Placed, shipped without a number, the number comes, the parcel moves."""
    ids = {"order_id": order_id, "fulfillment_id": fulfillment_id}
    bare = payloads.fulfillment(None, **ids)
    numbered = payloads.fulfillment(updated_at="2026-11-22T11:00:00-05:00", **ids)
    moved = payloads.fulfillment_event("in_transit", "2026-11-23T09:00:00-05:00", **ids)
    return [
        ("orders/create", payloads.order(order_id)),
        ("fulfillments/create", bare),
        ("orders/updated", payloads.fulfilled_order(bare, id=order_id)),
        ("fulfillments/update", numbered),
        ("fulfillment_events/create", moved),
    ]


def test_any_order_of_arrival_and_any_repetition_end_the_same(app: App) -> None:
    orders = {}
    for number, arrival in enumerate(itertools.permutations(range(5))):
        order_id, fulfillment_id = payloads.ORDER + number, payloads.FULFILLMENT + number
        orders[order_id] = arrival
        for step in (*arrival, *arrival[:2]):
            app.webhook(*_story(order_id, fulfillment_id)[step])
    process_inbox.run()
    for order_id, arrival in orders.items():
        order = app.house.order(order_id)
        found = (order.name, order.status, order.unfulfilled, order.fulfilled_at is not None)
        assert found == ("#1058", "in_transit", False, True), arrival
    assert {(s.number, s.status) for s in app.house.shipments()} == {
        (payloads.NUMBER, "in_transit")
    }
    assert len(app.house.shipments()) == len(orders)
    assert {row.state for row in app.house.rows(Inbox)} == {"done"}


def test_the_same_order_in_two_shops_stays_two(app: App) -> None:
    app.hear("orders/create", payloads.order(), ALICE)
    app.hear("orders/create", payloads.order(name="#7"), BOB)
    assert app.house.order(domain=ALICE).name == "#1058"
    assert app.house.order(domain=BOB).name == "#7"


def test_a_deleted_order_does_not_come_back(app: App) -> None:
    app.hear("orders/create", payloads.fulfilled_order())
    app.hear("orders/delete", {"id": payloads.ORDER})
    late = payloads.fulfilled_order(updated_at="2026-11-23T10:00:00-05:00")
    app.hear("orders/updated", late)
    [order] = app.house.rows(Order)
    assert order.deleted_at is not None
    assert (order.placed_at, order.email, order.customer_name) == (None, "", "")
    assert app.house.shipments() == []
