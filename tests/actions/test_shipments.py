"""A shipment follows its carrier until the merchant decides, and again when they let it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from shopify_app import database
from shopify_app.actions import accounts, by_hand, shipments
from shopify_app.domain.status import Status
from shopify_app.models import CarrierAccount, Change, CheckpointRow, Shipment, Shop
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.support import ALICE, BOB, NOON, SHOP_IDS, House

DAY = timedelta(days=1)
MOVING = tracked(NUMBER, step("InTransit_Departure", "2026-11-23T08:00:00Z", "Left Shenzhen"))


@pytest.fixture
def shipped(house: House) -> House:
    """Alice's order of one parcel, which nobody has looked at yet."""
    house.follow()
    house.record(payloads.fulfilled_order())
    house.choose()
    return house


@contextmanager
def held(house: House) -> Iterator[tuple[Session, Shop, Shipment]]:
    with house.changing() as (session, shop):
        shipment = shipments.held(session, shop.id, house.shipments()[0].id)
        assert shipment
        yield session, shop, shipment


def set_by_hand(house: House, status: Status) -> None:
    with held(house) as (session, shop, shipment):
        by_hand.set_status(session, shop, shipment, status)


def ask_again(house: House) -> None:
    with held(house) as (session, shop, shipment):
        by_hand.retrack(session, shop, shipment)


def refuse(house: House, kind: str) -> None:
    with held(house) as (session, shop, shipment):
        shipments.take_refusal(session, shop, shipment, "17track", kind, house.clock.now)


def history(house: House, what: str) -> list[tuple[str, dict[str, Any]]]:
    return [(row.who, row.detail) for row in house.rows(Change) if row.what == what]


def test_a_snapshot_gives_status_reason_and_place(shipped: House) -> None:
    shipped.track(
        tracked(
            NUMBER,
            step("Exception_Damage", "2026-11-24T08:00:00Z", "Parcel damaged", "Chicago"),
            step("InTransit_Departure", "2026-11-23T08:00:00Z", "Left Shenzhen"),
        )
    )
    [shipment] = shipped.shipments()
    assert (shipment.status, shipment.reason, shipment.pinned) == ("alert", "damaged", False)
    assert (shipment.status_source, shipment.status_code) == ("17track", "Exception_Damage")
    assert (shipment.last_text, shipment.last_place) == ("Parcel damaged", "Chicago, US")
    assert (shipment.carrier, shipment.carrier_name) == ("190008", "YunExpress")
    assert {row.code for row in shipped.rows(CheckpointRow)} == {
        "Exception_Damage",
        "InTransit_Departure",
    }
    assert shipped.order().status == "alert"


def test_snapshots_in_any_order_and_number_end_the_same(shipped: House) -> None:
    out = step("OutForDelivery_Other", "2026-11-24T08:00:00Z")
    moving = step("InTransit_Departure", "2026-11-23T08:00:00Z")
    newer, older = tracked(NUMBER, out, moving), tracked(NUMBER, moving)
    for told in (newer, older, newer, older):
        shipped.track(told)
    assert shipped.shipments()[0].status == "pick_up"
    assert len(shipped.rows(CheckpointRow)) == 2


def test_an_unknown_word_keeps_the_status_and_is_said(
    shipped: House, caplog: pytest.LogCaptureFixture
) -> None:
    shipped.track(MOVING)
    with caplog.at_level(logging.WARNING):
        shipped.track(tracked(NUMBER, step("Teleported_Other", "2026-11-24T08:00:00Z", "Zap")))
    [shipment] = shipped.shipments()
    assert (shipment.status, shipment.status_code) == ("in_transit", "InTransit_Departure")
    assert shipment.last_text == "Zap"
    assert "unknown status Teleported_Other from 17track" in caplog.text


@pytest.mark.parametrize("status", [Status.ALERT, Status.IN_TRANSIT, Status.DELIVERED])
def test_a_status_set_by_hand_stands_against_the_carrier(shipped: House, status: Status) -> None:
    set_by_hand(shipped, status)
    shipped.clock.jump(hours=20)
    shipped.track(tracked(NUMBER, step("Exception_Lost", "2026-11-25T06:00:00Z")))
    [shipment] = shipped.shipments()
    assert (shipment.status, shipment.pinned, shipment.status_since) == (status, True, NOON)
    assert shipment.look_at == shipped.clock.now + DAY, "it is still looked at once a day"
    assert shipped.order().status == status
    by_hand = {"before": "pending", "after": str(status)}
    assert history(shipped, "set_by_hand") == [("merchant", by_hand)]


@pytest.mark.parametrize(
    ("code", "status"), [("Delivered_Other", "delivered"), ("Exception_Returned", "returned")]
)
def test_a_later_end_takes_the_pin_away(shipped: House, code: str, status: str) -> None:
    set_by_hand(shipped, Status.ALERT)
    shipped.clock.jump(hours=20)
    shipped.track(tracked(NUMBER, step(code, "2026-11-25T06:00:00Z")))
    [shipment] = shipped.shipments()
    assert (shipment.status, shipment.pinned) == (status, False)
    assert history(shipped, "unpinned") == [("17track", {})]


def test_an_end_from_before_the_pin_does_not_take_it_away(shipped: House) -> None:
    """The customer says that the parcel called delivered is not there: the merchant knows."""
    shipped.track(tracked(NUMBER, step("Delivered_Other", "2026-11-24T08:00:00Z")))
    set_by_hand(shipped, Status.ALERT)
    shipped.track(tracked(NUMBER, step("Delivered_Other", "2026-11-24T08:00:00Z")))
    assert (shipped.shipments()[0].status, shipped.shipments()[0].pinned) == ("alert", True)


def test_retrack_follows_the_carrier_again(shipped: House, woken: Callable[[], set[str]]) -> None:
    shipped.track(MOVING)
    set_by_hand(shipped, Status.EXPIRED)
    ask_again(shipped)
    [shipment] = shipped.shipments()
    assert (shipment.status, shipment.pinned) == ("in_transit", False)
    assert (shipment.asked_at, shipped.order().status) == (NOON, "in_transit")
    assert shipment.look_at is not None
    assert shipment.look_at < NOON - 300 * DAY, "before all that is merely due"
    assert history(shipped, "unpinned") == [("merchant", {})]
    assert "poll" in woken()


@pytest.mark.parametrize(
    ("told", "by_hand", "result"),
    [
        (MOVING, False, "no_change"),
        (MOVING, True, "followed_again"),
        (tracked(NUMBER, step("Delivered_Other", "2026-11-24T08:00:00Z")), False, "changed"),
    ],
)
def test_who_pressed_retrack_is_told_what_came_of_it(
    shipped: House, told: payloads.Body, by_hand: bool, result: str
) -> None:
    shipped.track(MOVING)
    if by_hand:
        set_by_hand(shipped, Status.EXPIRED)
    ask_again(shipped)
    shipped.track(told)
    assert shipped.shipments()[0].asked_at is None
    assert history(shipped, "retrack") == [("merchant", {"result": result, "provider": "17track"})]


def test_a_look_from_before_retrack_is_no_answer_to_it(shipped: House) -> None:
    before = shipped.clock.now - timedelta(seconds=1)
    ask_again(shipped)
    shipped.clock.now = before
    shipped.track(MOVING)
    [shipment] = shipped.shipments()
    assert (shipment.status, shipment.asked_at) == ("in_transit", NOON)
    assert shipment.look_at is not None
    assert shipment.look_at < NOON - 300 * DAY, "it is looked at once more, before all others"
    assert history(shipped, "retrack") == []


@pytest.mark.parametrize("obstacle", ["no_number", "no_key", "quota"])
def test_retrack_says_at_once_why_nobody_can_be_asked(house: House, obstacle: str) -> None:
    if obstacle != "no_key":
        house.follow()
    number = None if obstacle == "no_number" else NUMBER
    house.record(payloads.fulfilled_order(payloads.fulfillment(number)))
    if obstacle == "quota":
        with database.writing() as session:
            account = session.get_one(CarrierAccount, house.account().id)
            account.problem = obstacle
    ask_again(house)
    assert history(house, "retrack") == [("merchant", {"result": obstacle})]
    assert house.shipments()[0].asked_at is None


def test_a_parcel_that_is_followed_is_retracked_without_quota(shipped: House) -> None:
    with held(shipped) as (session, _, shipment):
        shipment.followed_at = NOON
        accounts.quota_used_up(session, session.get_one(CarrierAccount, shipment.account_id))
    ask_again(shipped)
    assert shipped.shipments()[0].asked_at == NOON


@pytest.mark.parametrize(
    ("kind", "status", "problem"),
    [
        ("bad_number", "not_recognized", "bad_number"),
        ("no_carrier", "pending", "no_carrier"),
        ("need_field", "pending", "need_field"),
        ("other", "pending", "other"),
        ("no_info", "pending", ""),
    ],
)
def test_only_a_bad_number_is_not_recognized(
    shipped: House, kind: str, status: str, problem: str
) -> None:
    refuse(shipped, kind)
    [shipment] = shipped.shipments()
    assert (shipment.status, shipment.problem) == (status, problem)
    assert shipment.looked_at == NOON
    assert shipment.look_at is not None
    assert shipment.look_at > NOON


def test_a_number_that_was_refused_and_then_moves_is_recognized(shipped: House) -> None:
    refuse(shipped, "bad_number")
    shipped.clock.jump(days=1)
    shipped.track(MOVING)
    [shipment] = shipped.shipments()
    assert (shipment.status, shipment.problem) == ("in_transit", "")


def test_no_shipment_is_held_for_another_shop(shipped: House) -> None:
    [shipment] = shipped.shipments(ALICE)
    with database.writing() as session:
        assert shipments.held(session, SHOP_IDS[BOB], shipment.id) is None
        assert shipments.held(session, SHOP_IDS[ALICE], shipment.id) is not None
