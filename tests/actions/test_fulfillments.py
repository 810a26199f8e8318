"""A fulfillment's parcels are those Shopify names: numbers come, change, go and come back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shopify_app.models import Change, Fulfillment, Shipment
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.support import NOON, House

OTHER = "RR123456785CN"


def name(house: House, number: str | list[str] | None, minute: int, **more: object) -> None:
    """Shopify tells the fulfillment with these numbers, at this minute."""
    at = f"2026-11-23T10:{minute:02}:00Z"
    told = payloads.fulfillment(number, updated_at=at, **more)
    house.record(payloads.fulfilled_order(told, updated_at=at))


def live(house: House) -> list[str]:
    return [shipment.number for shipment in house.shipments()]


def test_a_number_that_comes_later_goes_to_the_shipment_without_one(house: House) -> None:
    name(house, None, 1)
    [bare] = house.shipments()
    assert (bare.number, bare.status) == ("", "pending")
    name(house, NUMBER, 2)
    [numbered] = house.shipments()
    assert (numbered.id, numbered.number) == (bare.id, NUMBER)
    assert "number_added" in [change.what for change in house.rows(Change)]


def test_a_replaced_number_leaves_its_shipment_behind_with_its_history(house: House) -> None:
    name(house, NUMBER, 1)
    house.track(tracked(NUMBER, step("Exception_Lost", "2026-11-23T08:00:00Z")))
    name(house, OTHER, 2)
    assert live(house) == [OTHER]
    assert house.order().status == "pending"
    left = {s.number: (s.removed_at, s.status, s.look_at) for s in house.rows(Shipment)}
    assert left[NUMBER] == (NOON, "alert", None)


def test_an_older_telling_does_not_bring_the_old_number_back(house: House) -> None:
    name(house, OTHER, 2)
    name(house, NUMBER, 1)
    assert live(house) == [OTHER]


def test_a_number_that_comes_back_is_followed_again(house: House) -> None:
    house.follow()
    name(house, NUMBER, 1)
    house.track(tracked(NUMBER, step("InTransit_Other", "2026-11-23T08:00:00Z")))
    name(house, OTHER, 2)
    name(house, NUMBER, 3)
    [back] = house.shipments()
    assert (back.number, back.status) == (NUMBER, "in_transit")
    assert back.look_at is not None


def test_the_same_number_spelled_otherwise_is_the_same_parcel(house: House) -> None:
    name(house, "yt-2412 3456 7890 1234", 1)
    name(house, [NUMBER, " YT 2412345678901234 "], 2)
    assert len(house.rows(Shipment)) == 1
    assert house.shipments()[0].number_key == NUMBER


def test_a_cancelled_fulfillment_ships_nothing(house: House) -> None:
    house.follow()
    name(house, [NUMBER, OTHER], 1)
    name(house, [NUMBER, OTHER], 2, status="cancelled")
    assert live(house) == []
    assert {shipment.look_at for shipment in house.rows(Shipment)} == {None}


def test_a_new_number_is_looked_at_at_once(house: House, woken: Callable[[], set[str]]) -> None:
    house.follow()
    name(house, NUMBER, 1)
    house.choose()
    [shipment] = house.shipments()
    assert shipment.account_id == house.account().id
    assert shipment.look_at
    assert shipment.look_at <= NOON
    assert "poll" in woken()


def test_without_a_key_or_a_number_nobody_looks(house: House) -> None:
    name(house, NUMBER, 1)
    assert house.shipments()[0].look_at is None
    house.follow()
    name(house, None, 2)
    assert house.shipments()[0].look_at is None


@pytest.mark.parametrize(
    ("created_at", "imported"),
    [("2026-10-25T11:59:59Z", True), ("2026-10-25T12:00:00Z", False)],
    ids=["before the install", "from the install on"],
)
def test_what_was_fulfilled_before_the_install_is_imported(
    house: House, created_at: str, imported: bool
) -> None:
    name(house, NUMBER, 1, created_at=created_at)
    [fulfillment] = house.rows(Fulfillment)
    assert fulfillment.imported is imported
