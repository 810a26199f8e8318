"""An order is what its newest description says, in whatever order the descriptions come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shopify_app.actions import orders
from shopify_app.models import Fulfillment, Order
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.support import ALICE, BOB, NOON, House
from webhooks.handlers import rest

PLACED = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
SHIPPED = datetime(2026, 11, 22, 15, tzinfo=UTC)
LATE, OVERDUE = PLACED + timedelta(days=45, microseconds=1), PLACED + timedelta(days=7)
PROBLEM = datetime(2026, 11, 24, 8, tzinfo=UTC)
DIGITAL = payloads.line(2, requires_shipping=False)

OPEN = payloads.order()
CANCELLED = payloads.order(cancelled_at=payloads.PLACED, name="#1058 cancelled")
PARTLY = payloads.order(line_items=[payloads.line(fulfillable_quantity=1)], name="#1058 partly")
WHOLLY = payloads.order(line_items=[payloads.line(fulfillable_quantity=0)], name="#1058 wholly")


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        pytest.param(OPEN, CANCELLED, "#1058 cancelled", id="cancelled wins"),
        pytest.param(WHOLLY, CANCELLED, "#1058 cancelled", id="cancelled wins over shipped"),
        pytest.param(PARTLY, WHOLLY, "#1058 wholly", id="further along wins"),
        pytest.param(WHOLLY, OPEN | {"updated_at": payloads.SHIPPED}, "#1058", id="newer wins"),
    ],
)
def test_of_two_descriptions_the_same_one_wins_in_either_order(
    house: House, one: payloads.Body, other: payloads.Body, name: str
) -> None:
    for body in (one, other):
        house.record(body, ALICE)
    for body in (other, one, other):
        house.record(body, BOB)
    assert house.order(domain=ALICE).name == name
    assert house.order(domain=BOB).name == name


def test_of_two_equal_descriptions_without_more_progress_the_choice_is_fixed(house: House) -> None:
    for order, domain in (("ab", ALICE), ("ba", BOB)):
        for note in order:
            house.record(payloads.order(note=note, name=f"#{note}"), domain)
    assert house.order(domain=ALICE).name == house.order(domain=BOB).name


def test_of_two_fulfillments_of_one_second_the_numbered_or_cancelled_one_wins(
    house: House,
) -> None:
    bare, numbered = payloads.fulfillment(None), payloads.fulfillment()
    cancelled = payloads.fulfillment(status="cancelled")
    for body in (numbered, bare):
        house.record(payloads.fulfilled_order(body), ALICE)
    for body in (cancelled, numbered):
        house.record(payloads.fulfilled_order(body), BOB)
    assert [s.number for s in house.shipments(ALICE)] == [NUMBER]
    assert house.shipments(BOB) == []


def test_a_placeholder_holds_a_fulfillment_and_tells_nobody_until_its_order_comes(
    house: House,
) -> None:
    house.notify()
    with house.changing() as (session, shop):
        facts = rest.fulfillment(payloads.fulfillment())
        orders.record_fulfillment(session, shop, facts)
    placeholder = house.order()
    assert (placeholder.placed_at, placeholder.attention_from) == (None, None)
    assert house.outbox() == []
    house.record(payloads.fulfilled_order())
    assert house.order().placed_at == PLACED
    assert [row.channel for row in house.outbox()] == ["email", "sms"]
    assert len(house.shipments()) == 1


def test_an_event_may_come_first_of_all(house: House) -> None:
    delivered = payloads.fulfillment_event("delivered", "2026-11-23T09:00:00Z")
    with house.changing() as (session, shop):
        orders.record_event(session, shop, rest.fulfillment_event(delivered))
    house.record(payloads.fulfilled_order())
    [shipment] = house.shipments()
    assert (shipment.number, shipment.status) == (NUMBER, "delivered")
    [fulfillment] = house.rows(Fulfillment)
    assert fulfillment.created_at == SHIPPED


def test_a_deleted_order_leaves_a_tombstone_without_its_customer(house: House) -> None:
    house.follow()
    house.record(payloads.fulfilled_order(), ALICE)
    house.record(payloads.fulfilled_order(), BOB)
    for _ in range(2):
        with house.changing() as (session, shop):
            orders.delete_order(session, shop, payloads.ORDER)
        house.clock.jump(hours=1)
    house.record(payloads.fulfilled_order(updated_at="2026-11-24T13:00:00Z"))
    order = house.order()
    assert (order.deleted_at, order.placed_at, order.attention_from) == (NOON, None, None)
    assert [order.customer_name, order.email, order.email_hash, order.phone, order.city] == [""] * 5
    assert (order.items, order.customer_id, house.shipments()) == ([], None, [])
    assert house.order(domain=BOB).email == "maren.oakdale@example.com"


def test_an_order_deleted_before_it_came_stays_away(house: House) -> None:
    with house.changing() as (session, shop):
        orders.delete_order(session, shop, payloads.ORDER)
    house.record(payloads.fulfilled_order())
    [order] = house.rows(Order)
    assert (order.placed_at, order.deleted_at, house.shipments()) == (None, NOON, [])


BODIES = {
    "open": payloads.order(),
    "partly shipped": payloads.fulfilled_order(
        line_items=[payloads.line(fulfillable_quantity=1)], fulfillment_status="partial"
    ),
    "shipped": payloads.fulfilled_order(),
    "shipped without a number": payloads.fulfilled_order(payloads.fulfillment(None)),
    "the digital rest is open": payloads.fulfilled_order(
        line_items=[payloads.line(fulfillable_quantity=0), DIGITAL]
    ),
    "digital": payloads.order(line_items=[DIGITAL]),
    "digital, sent": payloads.fulfilled_order(
        payloads.fulfillment(None),
        line_items=[DIGITAL | {"fulfillable_quantity": 0, "fulfillment_status": "fulfilled"}],
    ),
    "digital, but in a parcel": payloads.fulfilled_order(line_items=[DIGITAL]),
    "cancelled": payloads.order(cancelled_at=payloads.SHIPPED),
    "cancelled on its way": payloads.fulfilled_order(cancelled_at=payloads.SHIPPED),
    "archived": payloads.fulfilled_order(closed_at=payloads.SHIPPED),
    "fulfillment cancelled": payloads.fulfilled_order(
        payloads.fulfillment(status="cancelled"), line_items=[payloads.line()]
    ),
}
EXPECTED = {
    "open": ("unfulfilled", None, None, OVERDUE),
    "partly shipped": ("pending", None, None, OVERDUE),
    "shipped": ("pending", SHIPPED, LATE, None),
    "shipped without a number": ("pending", SHIPPED, LATE, None),
    "the digital rest is open": ("pending", SHIPPED, LATE, None),
    "digital": ("", None, None, None),
    "digital, sent": ("", None, None, None),
    "digital, but in a parcel": ("pending", SHIPPED, None, None),
    "cancelled": ("", None, None, None),
    "cancelled on its way": ("pending", SHIPPED, None, None),
    "archived": ("pending", SHIPPED, None, None),
    "fulfillment cancelled": ("unfulfilled", None, None, OVERDUE),
}
"""Status, when it was fulfilled, and from when the rules of 45 and of 7 days hold."""


@pytest.mark.parametrize("case", BODIES)
def test_an_order_knows_from_when_it_requires_attention(house: House, case: str) -> None:
    house.record(BODIES[case])
    order = house.order()
    found = (order.status, order.fulfilled_at, order.late_from, order.unfulfilled_from)
    assert found == EXPECTED[case]
    assert order.attention_from == min(filter(None, found[2:]), default=None)


@pytest.mark.parametrize(
    ("code", "problem", "late", "delivered"),
    [
        ("InTransit_Other", None, LATE, None),
        ("Exception_Lost", PROBLEM, LATE, None),
        ("DeliveryFailure_NoBody", PROBLEM, LATE, None),
        ("Expired_Other", PROBLEM, LATE, None),
        ("Exception_Returned", None, None, None),
        ("Delivered_Other", None, None, PROBLEM),
    ],
)
def test_what_the_carrier_tells_changes_the_orders_attention(
    house: House,
    code: str,
    problem: datetime | None,
    late: datetime | None,
    delivered: datetime | None,
) -> None:
    house.record(payloads.fulfilled_order())
    house.track(tracked(NUMBER, step(code, "2026-11-24T08:00:00Z")))
    order = house.order()
    assert (order.problem_from, order.late_from, order.delivered_at) == (problem, late, delivered)
    assert order.attention_from == (problem or late)


def test_the_shipment_that_needs_the_merchant_most_speaks_for_the_order(house: House) -> None:
    other = "RR123456785CN"
    house.record(payloads.fulfilled_order(payloads.fulfillment([NUMBER, other])))
    house.track(tracked(NUMBER, step("Delivered_Other", "2026-11-24T08:00:00Z")))
    assert (house.order().status, house.order().delivered_at) == ("pending", None)
    house.track(tracked(other, step("Exception_Lost", "2026-11-24T09:00:00Z")))
    assert house.order().status == "alert"
    house.track(tracked(other, step("Delivered_Other", "2026-11-24T10:00:00Z")))
    assert house.order().status == "delivered"
    assert house.order().delivered_at == datetime(2026, 11, 24, 10, tzinfo=UTC)
