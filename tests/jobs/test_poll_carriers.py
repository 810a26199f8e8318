"""Parcels that are due are looked at, in batches, at the provider's pace."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests
import responses
from sqlalchemy import text

from shopify_app import database
from shopify_app.jobs import looks, poll_carriers, rounds
from shopify_app.jobs.looks import Round
from shopify_app.models import CarrierAccount, Shipment
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.stubs import SEVENTEENTRACK, SeventeenTrack
from tests.support import ALICE, BOB, KEY, NOON, House

OTHER = "RR123456785CN"
DELIVERED = tracked(NUMBER, step("Delivered_Other", "2026-11-24T08:00:00Z"))
BAD, UNKNOWN, NO_INFO, QUOTA = -18010012, -18019902, -18019909, -18019908
FULFILLED_FOR_A_WEEK = timedelta(days=5, hours=3)
"""From noon until seven days after the fulfillment was made."""


@pytest.fixture
def followed(house: House, carrier: SeventeenTrack) -> House:
    """Alice has a key that works, and one parcel that nobody has looked at."""
    house.follow()
    house.record(payloads.fulfilled_order())
    house.choose()
    carrier.asked.clear()
    return house


def ship(house: House, *numbers: str, order_id: int = 2) -> None:
    """One more order of Alice's, with these numbers."""
    both = payloads.fulfillment(list(numbers), order_id, order_id)
    house.record(payloads.fulfilled_order(both, id=order_id))


def account(house: House, domain: str = ALICE) -> CarrierAccount:
    return house.account(domain)


def shipment(house: House, number: str = NUMBER, domain: str = ALICE) -> Shipment:
    [found] = [s for s in house.shipments(domain) if s.number == number]
    return found


def test_a_new_key_is_tried_and_tells_its_quota(house: House, carrier: SeventeenTrack) -> None:
    house.follow()
    poll_carriers.run()
    poll_carriers.run()
    assert carrier.asked == [("getquota", [])]
    found = account(house)
    assert (found.quota_total, found.quota_left, found.checked_at) == (200, 100, NOON)


def test_a_new_number_is_registered_and_then_fetched(
    followed: House, carrier: SeventeenTrack
) -> None:
    carrier.tells[NUMBER] = DELIVERED
    poll_carriers.run()
    asked = [("register", [NUMBER]), ("gettrackinfo", [NUMBER]), ("getquota", [])]
    assert carrier.asked == asked, "what it cost is asked for afterwards"
    found = shipment(followed)
    assert (found.status, found.followed_at, found.carrier) == ("delivered", NOON, "190008")
    assert followed.order().status == "delivered"
    carrier.asked.clear()
    followed.clock.now = found.look_at or NOON
    poll_carriers.run()
    assert carrier.asked == [("getquota", []), ("gettrackinfo", [NUMBER])], "an hour has passed"


def test_numbers_travel_forty_together(followed: House, carrier: SeventeenTrack) -> None:
    ship(followed, *(f"LP{number:014}" for number in range(44)))
    poll_carriers.run()
    assert [len(numbers) for numbers in carrier.calls("register")] == [40, 5]
    assert [len(numbers) for numbers in carrier.calls("gettrackinfo")] == [40, 5]
    assert {s.looked_at for s in followed.shipments()} == {NOON}


MEANINGS = {
    "InfoReceived": ("pending", ""),
    "InTransit_CustomsProcessing": ("in_transit", ""),
    "AvailableForPickup_Other": ("pick_up", ""),
    "OutForDelivery_Other": ("pick_up", ""),
    "DeliveryFailure_NoBody": ("undelivered", "recipient_unavailable"),
    "DeliveryFailure_Rejected": ("alert", "refused"),
    "Exception_Security": ("alert", "customs_unspecified"),
    "Exception_Returning": ("alert", "returning"),
    "Exception_Returned": ("returned", ""),
    "Exception_ANewWord": ("alert", "other"),
    "NotFound_InvalidCode": ("not_recognized", ""),
    "Expired_Other": ("expired", ""),
    "Delivered_Other": ("delivered", ""),
    "Teleported_Other": ("pending", ""),
}


def test_statuses_come_out_with_their_reasons(followed: House, carrier: SeventeenTrack) -> None:
    numbers = {f"LP{i:014}": code for i, code in enumerate(MEANINGS)}
    for number, code in numbers.items():
        carrier.tells[number] = tracked(number, step(code, "2026-11-24T08:00:00Z"))
    ship(followed, *numbers)
    poll_carriers.run()
    found = {numbers[s.number]: (s.status, s.reason) for s in followed.shipments()[1:]}
    assert found == MEANINGS


def test_an_unknown_word_keeps_the_old_status(followed: House, carrier: SeventeenTrack) -> None:
    carrier.tells[NUMBER] = tracked(NUMBER, step("PickUp_Other", "2026-11-24T07:00:00Z"))
    followed.track(tracked(NUMBER, step("OutForDelivery_Other", "2026-11-24T06:00:00Z")))
    followed.change(shipment(followed), look_at=NOON)
    poll_carriers.run()
    assert shipment(followed).status == "pick_up"
    assert (shipment(followed).looked_at, shipment(followed).unchanged) == (NOON, 0)


def test_a_bad_number_is_not_recognized(followed: House, carrier: SeventeenTrack) -> None:
    carrier.refuses["register", NUMBER] = BAD
    poll_carriers.run()
    assert (shipment(followed).status, shipment(followed).problem) == (
        "not_recognized",
        "bad_number",
    )
    assert carrier.calls("gettrackinfo") == []


def test_no_information_is_not_found_after_seven_days_and_not_before(
    followed: House, carrier: SeventeenTrack
) -> None:
    carrier.refuses["gettrackinfo", NUMBER] = NO_INFO
    poll_carriers.run()
    assert (shipment(followed).status, shipment(followed).status_source) == ("pending", "")
    followed.clock.jump(days=2)
    poll_carriers.run()
    assert (shipment(followed).status, shipment(followed).status_code) == (
        "pending",
        "NotFound_Other",
    )
    followed.clock.now = NOON + FULFILLED_FOR_A_WEEK - timedelta(seconds=1)
    poll_carriers.run()
    assert shipment(followed).status == "pending"
    assert shipment(followed).look_at <= NOON + FULFILLED_FOR_A_WEEK
    followed.clock.now = NOON + FULFILLED_FOR_A_WEEK
    poll_carriers.run()
    assert shipment(followed).status == "not_recognized"


def test_a_wrong_key_rests_for_an_hour(followed: House, carrier: SeventeenTrack) -> None:
    carrier.fails = (401, {"code": -18010002})
    ship(followed, OTHER)
    for minutes in range(0, 60, 10):
        followed.clock.now = NOON + timedelta(minutes=minutes)
        poll_carriers.run()
    assert carrier.asked == [("register", [NUMBER, OTHER])], "one call, and no storm"
    assert account(followed).problem == "auth"
    assert shipment(followed).status == "pending"
    carrier.fails = None
    followed.clock.now = NOON + timedelta(hours=1)
    poll_carriers.run()
    assert account(followed).problem == ""
    assert shipment(followed).looked_at == followed.clock.now


def test_a_wrong_key_is_found_out_before_there_is_a_parcel(
    house: House, carrier: SeventeenTrack
) -> None:
    carrier.fails = (401, {"code": -18010002})
    house.follow()
    for _ in range(3):
        poll_carriers.run()
    assert carrier.asked == [("getquota", [])]
    assert account(house).problem == "auth"


def test_one_shops_wrong_key_holds_up_no_other_shop(
    followed: House, http: responses.RequestsMock
) -> None:
    http.reset()
    http.add_callback(responses.POST, SEVENTEENTRACK, _refuses_alice)
    followed.follow(BOB)
    followed.record(payloads.fulfilled_order(), BOB)
    poll_carriers.run()
    assert (account(followed).problem, account(followed, BOB).problem) == ("auth", "")
    assert shipment(followed, domain=BOB).looked_at == NOON


def _refuses_alice(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
    if request.headers["17token"] == f"{KEY}A":
        return 401, {}, '{"code": -18010002}'
    return SeventeenTrack()(request)


def test_too_many_calls_mean_a_wait_and_no_problem(
    followed: House, carrier: SeventeenTrack
) -> None:
    carrier.fails = (429, {"code": 429})
    poll_carriers.run()
    poll_carriers.run()
    assert len(carrier.asked) == 1
    assert (account(followed).problem, shipment(followed).look_at) == ("", NOON)
    carrier.fails = None
    followed.clock.jump(seconds=2)
    poll_carriers.run()
    assert shipment(followed).looked_at == followed.clock.now


@pytest.mark.parametrize("status", [200, 503], ids=["no answer of theirs", "down"])
def test_a_provider_that_is_down_is_asked_later_and_later(
    followed: House, carrier: SeventeenTrack, status: int
) -> None:
    carrier.fails = (status, {"code": -1})
    for minute in range(60):
        followed.clock.now = NOON + timedelta(minutes=minute)
        poll_carriers.run()
    assert len(carrier.asked) == 8, "after 1, 2, 4, 8 and then every 15 minutes"
    assert account(followed).problem == "unavailable"


def test_an_empty_quota_stops_new_parcels_and_not_those_that_are_followed(
    followed: House, carrier: SeventeenTrack
) -> None:
    poll_carriers.run()
    ship(followed, OTHER)
    carrier.refuses["register", OTHER] = QUOTA
    carrier.quota_left = 0
    carrier.asked.clear()
    followed.clock.jump(hours=13)
    poll_carriers.run()
    assert account(followed).problem == "quota"
    assert shipment(followed).looked_at == followed.clock.now
    assert (shipment(followed, OTHER).status, shipment(followed, OTHER).looked_at) == (
        "pending",
        None,
    )
    followed.clock.jump(minutes=30)
    poll_carriers.run()
    assert carrier.calls("register") == [[OTHER]], "not asked again within the hour"


def test_a_provider_that_takes_a_number_and_then_denies_it_is_not_stormed(
    followed: House, carrier: SeventeenTrack
) -> None:
    carrier.refuses["gettrackinfo", NUMBER] = UNKNOWN
    poll_carriers.run()
    assert len(carrier.asked) <= 4, "registered, and asked again once"


def test_what_the_provider_forgot_is_followed_again(
    followed: House, carrier: SeventeenTrack
) -> None:
    poll_carriers.run()
    carrier.refuses["gettrackinfo", NUMBER] = UNKNOWN
    followed.clock.jump(hours=13)
    carrier.meanwhile = lambda endpoint: endpoint == "register" and carrier.refuses.clear()
    poll_carriers.run()
    followed.clock.jump(hours=1)
    poll_carriers.run()
    assert shipment(followed).followed_at is not None
    assert shipment(followed).followed_at > NOON
    assert shipment(followed).looked_at >= NOON + timedelta(hours=13)


def both_follow(house: House) -> CarrierAccount:
    """Bob has a key and a parcel as well; Alice's account is given back."""
    house.follow(BOB)
    house.record(payloads.fulfilled_order(), BOB)
    house.choose()
    return account(house)


def test_a_key_that_cannot_be_read_holds_up_no_other(
    followed: House, carrier: SeventeenTrack
) -> None:
    alices = both_follow(followed)
    ship(followed, OTHER)
    with database.writing() as session:
        unreadable = text("UPDATE carrier_accounts SET api_key = 'unreadable' WHERE id = :id")
        session.execute(unreadable, {"id": alices.id})
    poll_carriers.run()
    assert shipment(followed, domain=BOB).looked_at == NOON
    assert account(followed).paused_until == NOON + timedelta(minutes=15)
    assert shipment(followed, OTHER).account_id == alices.id, "it was given out all the same"


def test_a_round_that_breaks_off_holds_up_no_other(
    followed: House, carrier: SeventeenTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    alices, look = both_follow(followed), rounds.look

    def fragile(batch: Round) -> None:
        if batch.account_id == alices.id:
            raise LookupError
        look(batch)

    monkeypatch.setattr(rounds, "look", fragile)
    poll_carriers.run()
    assert shipment(followed, domain=BOB).looked_at == NOON
    assert account(followed).paused_until is None, "its other parcels are looked at"


def test_an_account_that_was_erased_meanwhile_has_nothing_to_look_at(house: House) -> None:
    assert looks.claim("erased") is None
