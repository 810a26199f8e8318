"""Shopify is told of a fulfillment's way: each step once, and nothing that is not news to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shopify_app.actions import by_hand, orders, shipments
from shopify_app.domain.status import Status
from shopify_app.models import CheckpointRow, Fulfillment
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.support import NOON, House
from webhooks.handlers import rest

OTHER = "RR123456785CN"
MORNING = "2026-11-24T08:00:00Z"
MOVING = tracked(NUMBER, step("InTransit_Departure", "2026-11-23T08:00:00Z"))
DELIVERED = tracked(
    NUMBER,
    step("Delivered_Other", MORNING),
    step("InTransit_Departure", "2026-11-23T08:00:00Z"),
)


@pytest.fixture
def shipped(house: House) -> House:
    house.record(payloads.fulfilled_order())
    return house


def written(house: House) -> list[str]:
    return [row.event for row in house.outbox("shopify")]


def hear(house: House, status: str, at: str) -> None:
    """Shopify tells an event of the fulfillment."""
    told = payloads.fulfillment_event(status, at)
    with house.changing() as (session, shop):
        orders.record_event(session, shop, rest.fulfillment_event(told))


def test_each_step_is_written_once_with_its_own_time(shipped: House) -> None:
    for told in (MOVING, MOVING, DELIVERED, DELIVERED, MOVING):
        shipped.track(told)
    rows = shipped.outbox("shopify")
    assert [(row.event, row.happened_at) for row in rows] == [
        ("IN_TRANSIT", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ("DELIVERED", datetime(2026, 11, 24, 8, tzinfo=UTC)),
    ]
    assert {(row.order_id, row.fulfillment_id) for row in rows} == {
        (payloads.ORDER, payloads.FULFILLMENT)
    }


def test_another_step_of_the_same_value_is_not_written(shipped: House) -> None:
    shipped.track(MOVING)
    shipped.track(tracked(NUMBER, step("InTransit_Arrival", MORNING)))
    assert written(shipped) == ["IN_TRANSIT"]


def test_the_least_advanced_of_two_parcels_speaks(house: House) -> None:
    house.record(payloads.fulfilled_order(payloads.fulfillment([NUMBER, OTHER])))
    house.track(MOVING)
    house.track(tracked(NUMBER, step("OutForDelivery_Other", MORNING)))
    assert written(house) == [], "nobody has seen the other one yet"
    house.track(tracked(OTHER, step("InTransit_Departure", "2026-11-24T09:00:00Z")))
    assert written(house) == ["IN_TRANSIT"]
    house.track(tracked(OTHER, step("Delivered_Other", "2026-11-24T10:00:00Z")))
    assert written(house) == ["IN_TRANSIT", "OUT_FOR_DELIVERY"]
    house.track(tracked(NUMBER, step("Delivered_Other", "2026-11-24T11:00:00Z")))
    assert written(house) == ["IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED"]


def test_our_own_echo_is_no_reading_and_does_not_loop(shipped: House) -> None:
    shipped.track(MOVING)
    hear(shipped, "in_transit", "2026-11-23T08:00:00Z")
    assert written(shipped) == ["IN_TRANSIT"]
    assert {row.source for row in shipped.rows(CheckpointRow)} == {"17track"}
    [fulfillment] = shipped.rows(Fulfillment)
    assert fulfillment.event_status == ""


def test_what_shopify_says_itself_is_not_said_back(shipped: House) -> None:
    hear(shipped, "in_transit", "2026-11-23T08:00:00Z")
    assert shipped.shipments()[0].status == "in_transit"
    shipped.track(tracked(NUMBER, step("InTransit_Arrival", "2026-11-23T09:00:00Z")))
    assert written(shipped) == [], "Shopify shows that already"
    shipped.track(DELIVERED)
    assert written(shipped) == ["DELIVERED"]


def test_a_status_set_by_hand_is_written(shipped: House) -> None:
    [shipment] = shipped.shipments()
    with shipped.changing() as (session, shop):
        held = shipments.held(session, shop.id, shipment.id)
        assert held
        by_hand.set_status(session, shop, held, Status.DELIVERED)
    assert [(r.event, r.happened_at) for r in shipped.outbox("shopify")] == [("DELIVERED", NOON)]


def test_a_number_that_nobody_knows_for_a_week_is_our_conclusion_and_not_written(
    shipped: House,
) -> None:
    shipped.clock.jump(days=6)
    shipped.track(tracked(NUMBER))
    assert shipped.shipments()[0].status == "not_recognized"
    assert written(shipped) == []


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"installed_at": NOON - timedelta(hours=12)}, id="imported"),
        pytest.param({"write_back": False}, id="switched off"),
        pytest.param({"uninstalled_at": NOON}, id="uninstalled"),
    ],
)
def test_some_shops_are_not_written_to(house: House, changed: dict[str, object]) -> None:
    house.change_shop(**changed)
    house.record(payloads.fulfilled_order())
    house.track(MOVING)
    assert written(house) == []


@pytest.mark.parametrize(
    ("at", "values"),
    [("2026-11-17T12:00:00Z", ["IN_TRANSIT"]), ("2026-11-17T11:59:59Z", [])],
    ids=["7 days old", "older"],
)
def test_old_news_is_not_written(house: House, at: str, values: list[str]) -> None:
    house.record(payloads.fulfilled_order(payloads.fulfillment(created_at="2026-11-10T12:00:00Z")))
    house.track(tracked(NUMBER, step("InTransit_Other", at)))
    assert written(house) == values


def test_a_parcel_that_was_delivered_when_first_seen_is_not_written(shipped: House) -> None:
    shipped.track(DELIVERED)
    assert shipped.shipments()[0].status == "delivered"
    assert written(shipped) == []


def test_nothing_is_written_for_a_fulfillment_whose_order_has_not_come(house: House) -> None:
    with house.changing() as (session, shop):
        orders.record_fulfillment(session, shop, rest.fulfillment(payloads.fulfillment()))
    house.track(MOVING)
    assert written(house) == []
    house.record(payloads.fulfilled_order())
    assert written(house) == ["IN_TRANSIT"]
