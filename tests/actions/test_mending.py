"""Mending a number: another in its place, two of one parcel, and what Shopify tells meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shopify_app.actions import by_hand, mending, shipments
from shopify_app.domain.facts import Parcel
from shopify_app.domain.status import Status
from shopify_app.models import Change, CheckpointRow, Fulfillment, Shipment
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.support import ALICE, BOB, House

OTHER, THIRD = "RR123456785CN", "LX123456785CN"
LATER = "2026-11-24T11:00:00Z"


@pytest.fixture
def shipped(house: House) -> House:
    """Alice and Bob have an order of the same number."""
    for domain in (ALICE, BOB):
        house.follow(domain)
        house.record(payloads.fulfilled_order(), domain)
    house.choose()
    return house


def act(house: House, number: str, action: Callable[..., Any], *more: Any, **named: Any) -> Any:
    [found] = [s.id for s in all_live(house) if s.number_key == number]
    with house.changing() as (session, shop):
        held = shipments.held(session, shop.id, found)
        assert held
        return action(session, shop, held, *more, **named)


def all_live(house: House, domain: str = ALICE) -> list[Shipment]:
    return house.shipments(domain)


def numbers(house: House, domain: str = ALICE) -> list[str]:
    return [shipment.number_key for shipment in all_live(house, domain)]


def tell(house: House, *told: str, at: str = LATER) -> None:
    """Shopify describes the fulfillment anew, with these numbers."""
    parcels = payloads.fulfillment(list(told), updated_at=at)
    house.record(payloads.fulfilled_order(parcels, updated_at=at))


def change(house: House, old: str, new: str, *, tell_shopify: bool = False) -> None:
    act(house, old, mending.change_number, Parcel(new, "Yanwen"), tell_shopify=tell_shopify)


def of(house: House, number: str) -> Shipment:
    [found] = [s for s in all_live(house) if s.number_key == number]
    return found


def test_the_new_number_is_followed_in_place_of_the_old(shipped: House) -> None:
    change(shipped, NUMBER, OTHER)
    shipped.choose()
    assert numbers(shipped) == [OTHER]
    mended = of(shipped, OTHER)
    assert (mended.company, mended.account_id) == ("Yanwen", shipped.account().id)
    assert mended.look_at is not None
    assert numbers(shipped, BOB) == [NUMBER]
    assert shipped.outbox("shopify") == []
    [noted] = [row for row in shipped.rows(Change) if row.what == "number_changed"]
    assert noted.detail == {"before": NUMBER, "after": OTHER}


def test_the_old_number_does_not_come_back_with_shopifys_next_word(shipped: House) -> None:
    change(shipped, NUMBER, OTHER)
    tell(shipped, NUMBER)
    assert numbers(shipped) == [OTHER]
    change(shipped, OTHER, THIRD)
    tell(shipped, NUMBER, at="2026-11-24T11:30:00Z")
    assert numbers(shipped) == [THIRD]


def test_a_number_that_shopify_gives_later_counts(shipped: House) -> None:
    change(shipped, NUMBER, OTHER)
    tell(shipped, THIRD)
    assert numbers(shipped) == [THIRD]


def test_a_slip_can_be_taken_back(shipped: House) -> None:
    change(shipped, NUMBER, OTHER)
    change(shipped, OTHER, NUMBER)
    assert numbers(shipped) == [NUMBER]
    tell(shipped, NUMBER)
    assert numbers(shipped) == [NUMBER]


def test_shopify_is_told_if_the_merchant_agrees(shipped: House) -> None:
    change(shipped, NUMBER, OTHER, tell_shopify=True)
    [row] = shipped.outbox("shopify")
    assert (row.event, row.state) == ("TRACKING_INFO", "waiting")


def test_a_fulfillment_without_a_number_can_be_given_one(house: House) -> None:
    house.follow()
    house.record(payloads.fulfilled_order(payloads.fulfillment(None)))
    change(house, "", OTHER)
    assert numbers(house) == [OTHER]
    house.record(payloads.fulfilled_order(payloads.fulfillment(None, updated_at=LATER)))
    assert numbers(house) == [OTHER]


def test_a_number_the_fulfillment_has_already_is_refused(shipped: House) -> None:
    tell(shipped, NUMBER, OTHER)
    with pytest.raises(mending.Taken):
        change(shipped, NUMBER, OTHER)
    assert numbers(shipped) == [NUMBER, OTHER]


def test_of_several_numbers_only_the_one_is_changed(shipped: House) -> None:
    tell(shipped, NUMBER, OTHER)
    change(shipped, OTHER, THIRD)
    assert set(numbers(shipped)) == {NUMBER, THIRD}


def test_numbers_that_were_pasted_together_are_followed_each(shipped: House) -> None:
    tell(shipped, f"{NUMBER}, {OTHER}")
    assert numbers(shipped) == [NUMBER, OTHER]


def test_two_numbers_of_one_parcel_count_as_one(shipped: House) -> None:
    act(shipped, NUMBER, mending.join, OTHER)
    shipped.choose()
    shipped.track(tracked(NUMBER, step("InTransit_Other", "2026-11-22T08:00:00Z")))
    shipped.track(tracked(OTHER, step("Delivered_Other", "2026-11-23T08:00:00Z")))
    assert of(shipped, NUMBER).status == of(shipped, OTHER).status == "delivered"
    assert shipped.order().status == "delivered"
    assert [s.id for s in _parcels(shipped)] == [of(shipped, NUMBER).id]
    assert len(shipped.rows(CheckpointRow)) == 2


def _parcels(house: House) -> list[Shipment]:
    with house.changing() as (session, shop):
        wanted = (shop.id, payloads.FULFILLMENT)
        return session.get_one(Fulfillment, wanted).live_shipments


def test_a_joined_number_outlives_shopifys_next_word(shipped: House) -> None:
    act(shipped, NUMBER, mending.join, OTHER)
    tell(shipped, NUMBER)
    assert numbers(shipped) == [NUMBER, OTHER]
    assert of(shipped, OTHER).joined_id == of(shipped, NUMBER).id


def test_a_joined_number_follows_its_parcel_to_another_number(shipped: House) -> None:
    act(shipped, NUMBER, mending.join, OTHER)
    change(shipped, NUMBER, THIRD)
    assert of(shipped, OTHER).joined_id == of(shipped, THIRD).id


def test_parting_leaves_shopifys_own_number_and_drops_the_one_added_by_hand(
    shipped: House,
) -> None:
    tell(shipped, NUMBER, THIRD)
    for number in (OTHER, THIRD):
        act(shipped, NUMBER, mending.join, number)
    assert [s.number_key for s in _parcels(shipped)] == [NUMBER]
    for number in (OTHER, THIRD):
        with shipped.changing() as (session, shop):
            main = shipments.held(session, shop.id, of(shipped, NUMBER).id)
            other = shipments.held(session, shop.id, of(shipped, number).id)
            assert main
            assert other
            mending.part(session, shop, main, other)
    assert set(numbers(shipped)) == {NUMBER, THIRD}
    assert of(shipped, THIRD).joined_id is None


def test_when_a_parcel_goes_its_number_by_hand_goes_with_it(shipped: House) -> None:
    act(shipped, NUMBER, mending.join, OTHER)
    tell(shipped, THIRD)
    assert numbers(shipped) == [THIRD]


def test_what_a_carrier_asked_for_is_kept_encrypted_and_added_to(shipped: House) -> None:
    act(shipped, NUMBER, mending.give_fields, {"postcode": "90001"})
    act(shipped, NUMBER, mending.give_fields, {"phone": "0901234567", "postcode": ""})
    assert of(shipped, NUMBER).fields == '{"postcode": "90001", "phone": "0901234567"}'
    with shipped.changing() as (session, _):
        raw = session.connection().exec_driver_sql("SELECT fields FROM shipments").scalars().all()
    assert not any("90001" in text for text in raw)


ALERT = tracked(NUMBER, step("Exception_Damage", "2026-11-23T08:00:00Z"))


def test_what_is_resolved_requires_no_attention_until_its_state_changes(shipped: House) -> None:
    shipped.track(ALERT)
    assert shipped.order().problem_from is not None
    act(shipped, NUMBER, by_hand.resolve, resolved=True)
    assert shipped.order().attention_from is None
    shipped.track(ALERT)
    assert shipped.order().attention_from is None, "the same word again is no news"
    shipped.track(tracked(NUMBER, step("Exception_Lost", "2026-11-24T08:00:00Z")))
    assert of(shipped, NUMBER).resolved_at is None
    assert shipped.order().problem_from is not None


def test_a_late_parcel_that_is_resolved_is_late_no_more(shipped: House) -> None:
    assert shipped.order().late_from is not None
    act(shipped, NUMBER, by_hand.resolve, resolved=True)
    assert shipped.order().late_from is None
    act(shipped, NUMBER, by_hand.resolve, resolved=False)
    assert shipped.order().late_from is not None


def test_the_carrier_is_followed_again_without_being_asked(shipped: House) -> None:
    shipped.track(tracked(NUMBER, step("InTransit_Other", "2026-11-23T08:00:00Z")))
    act(shipped, NUMBER, by_hand.set_status, Status.EXPIRED)
    act(shipped, NUMBER, by_hand.follow_again)
    found = of(shipped, NUMBER)
    assert (found.status, found.pinned, found.asked_at) == ("in_transit", False, None)


def test_shopify_hears_of_a_status_set_by_hand_a_minute_later_or_not_at_all(
    shipped: House,
) -> None:
    shipped.track(tracked(NUMBER, step("InTransit_Other", "2026-11-24T08:00:00Z")))
    [moving] = shipped.outbox("shopify")
    act(shipped, NUMBER, by_hand.set_status, Status.DELIVERED)
    act(shipped, NUMBER, by_hand.set_status, Status.RETURNED)
    act(shipped, NUMBER, by_hand.follow_again)
    rows = {row.event: (row.state, row.detail) for row in shipped.outbox("shopify")}
    assert rows[moving.event] == ("waiting", "")
    assert rows["DELIVERED"] == rows["FAILURE"] == ("suppressed", "overtaken")
