"""When a shipment is looked at next, by what is known of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopify_app.actions import looking, shipments
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.support import NOON, House

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def followed(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Alice's parcel for New York was given to 17TRACK an hour ago; looks are not spread."""
    monkeypatch.setattr(looking.random, "random", lambda: 0.5)
    house.follow()
    house.record(payloads.fulfilled_order())
    house.choose()
    [shipment] = house.shipments()
    house.change(shipment, followed_at=NOON - HOUR)
    return house


def wait(house: House) -> timedelta:
    [shipment] = house.shipments()
    assert shipment.look_at
    return shipment.look_at - NOON


def moved(house: House, place: str, country: str) -> None:
    event = step("InTransit_Other", "2026-11-24T08:00:00Z", "Arrived", place, country)
    house.track(tracked(NUMBER, event))


def test_far_away_it_is_looked_at_once_a_day(followed: House) -> None:
    moved(followed, "Shenzhen", "CN")
    assert wait(followed) == 24 * HOUR


@pytest.mark.parametrize("place", ["Los Angeles", ""])
def test_in_the_country_of_the_address_it_is_looked_at_some_times_a_day(
    place: str, followed: House
) -> None:
    moved(followed, place, "US")
    assert wait(followed) == 5 * HOUR


def test_of_an_event_that_was_nobody_knows_where_it_may_have_arrived(followed: House) -> None:
    event = step("InTransit_Other", "2026-11-24T08:00:00Z", "Arrived", "Shenzhen", "")
    item = tracked(NUMBER, event)
    item["track_info"]["tracking"]["providers"][0]["provider"]["country"] = ""
    followed.track(item)
    assert wait(followed) == 5 * HOUR


def test_an_order_without_an_address_may_be_near(house: House, followed: House) -> None:
    followed.record(
        payloads.fulfilled_order(shipping_address=None, updated_at="2026-11-23T10:00:00Z")
    )
    moved(followed, "Shenzhen", "CN")
    assert wait(followed) == 5 * HOUR


def test_until_its_provider_has_looked_it_is_asked_after_as_long_as_it_took_so_far(
    followed: House,
) -> None:
    with followed.changing() as (session, shop):
        shipment = shipments.held(session, shop.id, followed.shipments()[0].id)
        assert shipment
        shipments.take_refusal(session, shop, shipment, "17track", "no_info", NOON)
    assert wait(followed) == HOUR


def test_once_its_provider_has_looked_and_found_nothing_the_plan_holds(followed: House) -> None:
    followed.track(tracked(NUMBER, synced_at="2026-11-24T11:50:00Z"))
    assert wait(followed) > 11 * HOUR


def test_what_it_found_before_it_was_asked_is_no_answer(followed: House) -> None:
    followed.track(tracked(NUMBER, synced_at="2026-11-24T10:50:00Z"))
    assert wait(followed) == HOUR
