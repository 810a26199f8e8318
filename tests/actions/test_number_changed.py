"""A customer who knows a number hears of another one: once, and only who was told at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopify_app.actions import mending, shipments
from tests import payloads
from tests.support import House

OTHER, THIRD = "RR123456785CN", "LX123456785CN"


def renumber(house: House, *numbers: str, minute: int = 0) -> None:
    """Shopify tells that the fulfillment has these numbers now."""
    at = f"2026-11-24T11:{minute:02}:00Z"
    parcels = payloads.fulfillment(list(numbers), updated_at=at)
    house.record(payloads.fulfilled_order(parcels, updated_at=at))


def settle(house: House, state: str = "sent") -> None:
    """What waits came to this end, a minute ago."""
    for row in house.outbox("email"):
        if row.state == "waiting":
            house.change(row, state=state, ended_at=house.clock.now - timedelta(minutes=1))


def events(house: House) -> list[str]:
    return [row.event for row in house.outbox("email")]


@pytest.fixture
def told(house: House) -> House:
    """The customer of Alice's order has the confirmation."""
    house.notify()
    house.record(payloads.fulfilled_order())
    house.clock.jump(hours=1)
    settle(house)
    return house


def test_a_number_that_changes_after_the_mail_is_told_once(told: House) -> None:
    for minute in range(3):
        renumber(told, OTHER, minute=minute)
    assert events(told) == ["shipping_confirmation", "number_changed"]


def test_each_later_number_is_told_in_its_turn(told: House) -> None:
    renumber(told, payloads.NUMBER, OTHER)
    told.clock.jump(hours=1)
    settle(told)
    renumber(told, payloads.NUMBER, OTHER, THIRD, minute=1)
    assert events(told) == ["shipping_confirmation", "number_changed", "number_changed"]


def test_what_still_waits_tells_of_the_new_number_by_itself(house: House) -> None:
    house.notify()
    house.record(payloads.fulfilled_order())
    house.clock.jump(hours=1)
    renumber(house, OTHER)
    assert events(house) == ["shipping_confirmation"]


@pytest.mark.parametrize("state", ["failed", "suppressed"])
def test_who_was_not_told_the_first_number_is_not_told_of_its_change(
    house: House, state: str
) -> None:
    house.notify()
    house.record(payloads.fulfilled_order())
    house.clock.jump(hours=1)
    settle(house, state)
    renumber(house, OTHER)
    assert events(house) == ["shipping_confirmation"]


def test_a_number_that_comes_back_is_no_news(told: House) -> None:
    renumber(told, OTHER)
    told.clock.jump(hours=1)
    settle(told)
    renumber(told, payloads.NUMBER, minute=1)
    assert events(told) == ["shipping_confirmation", "number_changed"]


def test_a_second_number_of_the_same_parcel_is_no_news(told: House) -> None:
    with told.changing() as (session, shop):
        held = shipments.held(session, shop.id, told.shipments()[0].id)
        assert held
        mending.join(session, shop, held, OTHER)
    assert events(told) == ["shipping_confirmation"]
