"""Which provider follows a parcel, who is next when one knows nothing, and what is caught up on."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from shopify_app.actions import accounts, following, orders
from shopify_app.carriers.base import AuthError, Kind, Unavailable
from shopify_app.domain.facts import Checkpoint, Snapshot
from shopify_app.jobs import poll_carriers
from shopify_app.models import Change, Shipment, SourceReading, Spending
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.stubs import Direct, SeventeenTrack
from tests.support import ALICE, BOB, NOON, House
from webhooks.handlers import rest

DIRECT = "JD014600006281230704"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def ship(
    house: House, *numbers: str, order_id: int = 2, domain: str = ALICE, day: int = 23
) -> None:
    made = {"created_at": f"2026-11-{day}T10:00:00Z", "updated_at": f"2026-11-{day}T10:00:00Z"}
    parcels = payloads.fulfillment(list(numbers), order_id, order_id, **made)
    house.record(payloads.fulfilled_order(parcels, id=order_id), domain)


def told(number: str, code: str, at: datetime) -> Snapshot:
    """What DHL tells of this number: one event."""
    event = Checkpoint(at, at.isoformat(), code, code, "Leipzig", "DE")
    return Snapshot("dhl", number, code, at, checkpoints=(event,))


def shipment(house: House, number: str, domain: str = ALICE) -> Shipment:
    [found] = [s for s in house.shipments(domain) if s.number_key == number]
    return found


def followers(house: House) -> dict[str, str]:
    """The provider that each of Alice's numbers is followed at, empty for none."""
    names = {house.account(ALICE, name).id: name for name in ("dhl", "17track")}
    return {s.number_key: names.get(s.account_id or "", "") for s in house.shipments()}


def elsewhere(house: House) -> list[str]:
    return [row.detail["provider"] for row in house.rows(Change) if row.what == "asked_elsewhere"]


@pytest.fixture
def both(house: House, carrier: SeventeenTrack, direct: Direct) -> House:
    """Alice has a key at 17TRACK; DHL's is the installation's."""
    house.follow()
    poll_carriers.run()
    carrier.asked.clear()
    return house


def test_a_carriers_own_numbers_are_asked_of_it_and_cost_no_quota(
    both: House, carrier: SeventeenTrack, direct: Direct
) -> None:
    direct.tells[DIRECT] = told(DIRECT, "transit", NOON)
    ship(both, DIRECT, NUMBER)
    poll_carriers.run()
    assert followers(both) == {DIRECT: "dhl", NUMBER: "17track"}
    assert shipment(both, DIRECT).status == "in_transit"
    assert carrier.calls("register") == [[NUMBER]]
    assert [row.number for row in both.rows(Spending)] == [NUMBER]


def test_a_shop_without_a_key_for_every_carrier_leaves_the_other_numbers_alone(
    both: House, carrier: SeventeenTrack, direct: Direct
) -> None:
    ship(both, DIRECT, NUMBER, domain=BOB)
    poll_carriers.run()
    assert shipment(both, DIRECT, BOB).account_id == both.account(BOB, "dhl").id
    other = shipment(both, NUMBER, BOB)
    assert (other.account_id, other.look_at) == (None, None)
    assert carrier.asked == []


@pytest.mark.parametrize("kind", ["bad_number", "no_carrier", "carrier_unavailable"])
def test_a_number_that_is_not_its_own_goes_to_the_next_provider_at_once(
    both: House, carrier: SeventeenTrack, direct: Direct, kind: Kind
) -> None:
    direct.refusal = kind
    carrier.tells[DIRECT] = tracked(DIRECT, step("InTransit_Other", "2026-11-24T08:00:00Z"))
    ship(both, DIRECT)
    poll_carriers.run()
    assert followers(both) == {DIRECT: "17track"}
    assert shipment(both, DIRECT).status == "in_transit"
    assert elsewhere(both) == ["17track"]


def test_a_number_that_is_not_known_yet_is_asked_elsewhere_after_a_day(
    both: House, carrier: SeventeenTrack, direct: Direct
) -> None:
    ship(both, DIRECT)
    poll_carriers.run()
    both.clock.jump(days=1, seconds=-1)
    poll_carriers.run()
    assert followers(both) == {DIRECT: "dhl"}
    both.clock.jump(days=1)
    poll_carriers.run()
    assert followers(both) == {DIRECT: "17track"}
    assert carrier.calls("register") == [[DIRECT]]


def test_a_provider_that_falls_silent_on_the_way_is_left_for_the_next(
    both: House, carrier: SeventeenTrack, direct: Direct
) -> None:
    direct.tells[DIRECT] = told(DIRECT, "transit", NOON)
    ship(both, DIRECT)
    poll_carriers.run()
    both.clock.jump(days=9)
    poll_carriers.run()
    assert followers(both) == {DIRECT: "dhl"}
    carrier.tells[DIRECT] = tracked(DIRECT, step("Delivered_Other", "2026-12-03T08:00:00Z"))
    both.clock.jump(days=2)
    poll_carriers.run()
    found = shipment(both, DIRECT)
    assert (found.status, found.status_source) == ("delivered", "17track")
    assert elsewhere(both) == ["17track"]


def test_what_was_told_before_stands_against_an_older_word_of_the_next(
    both: House, carrier: SeventeenTrack, direct: Direct
) -> None:
    direct.tells[DIRECT] = told(DIRECT, "transit_courier", NOON)
    ship(both, DIRECT)
    poll_carriers.run()
    carrier.tells[DIRECT] = tracked(DIRECT, step("InfoReceived", "2026-11-20T08:00:00Z"))
    both.clock.jump(days=11)
    poll_carriers.run()
    found = shipment(both, DIRECT)
    assert (found.status, found.status_source) == ("pick_up", "dhl")
    assert {row.source for row in both.rows(SourceReading)} == {"dhl", "17track"}


def test_a_next_provider_in_trouble_is_not_handed_anything(
    both: House, carrier: SeventeenTrack, direct: Direct
) -> None:
    ship(both, DIRECT)
    poll_carriers.run()
    carrier.fails = (401, {"code": -18010002})
    with both.changing() as (session, _):
        session.merge(both.account()).problem = "auth"
    both.clock.jump(days=2)
    poll_carriers.run()
    assert followers(both) == {DIRECT: "dhl"}


def test_one_providers_trouble_stops_no_other(
    both: House, carrier: SeventeenTrack, direct: Direct
) -> None:
    ship(both, DIRECT, NUMBER)
    direct.fails = AuthError("HTTP 401")
    poll_carriers.run()
    assert both.account(ALICE, "dhl").problem == "auth"
    assert both.account().problem == ""
    assert shipment(both, NUMBER).looked_at == NOON


def test_a_direct_carrier_is_not_asked_more_often_than_it_allows(
    both: House, direct: Direct
) -> None:
    direct.tells[DIRECT] = told(DIRECT, "transit_courier", NOON)
    ship(both, DIRECT)
    poll_carriers.run()
    next_look = shipment(both, DIRECT).look_at
    assert next_look
    assert next_look >= NOON + DAY / 10, "two hours would be the plan's"


def test_a_provider_that_is_away_comes_back_by_itself(
    both: House, carrier: SeventeenTrack, direct: Direct
) -> None:
    ship(both, DIRECT)
    direct.fails = Unavailable("timeout")
    poll_carriers.run()
    direct.fails, direct.tells[DIRECT] = None, told(DIRECT, "delivered", NOON)
    both.clock.jump(minutes=1)
    poll_carriers.run()
    assert shipment(both, DIRECT).status == "delivered"


def earlier(house: House, count: int) -> None:
    """So many parcels of before, days apart, that nobody follows yet: the first is the newest."""
    house.change_shop(import_state="running")
    for number in range(count):
        ship(house, f"LP{number:014}", order_id=number + 2, day=23 - number)
    house.change_shop(import_state="done", installed_at=NOON)
    with house.changing() as (session, shop):
        following.catch_up(session, shop)


@pytest.fixture
def imported(house: House, carrier: SeventeenTrack) -> House:
    """Alice's import is over: three parcels are to be followed."""
    house.follow()
    house.change_shop(installed_at=NOON)
    return house


def test_what_was_imported_is_followed_newest_first_if_the_quota_has_room(
    imported: House, carrier: SeventeenTrack
) -> None:
    earlier(imported, 3)
    poll_carriers.run()
    assert carrier.calls("register") == [[f"LP{number:014}" for number in range(3)]]
    assert imported.shop().catch_up == ""


def test_nothing_is_registered_that_shopify_shows_as_delivered(
    imported: House, carrier: SeventeenTrack
) -> None:
    imported.change_shop(import_state="running")
    ship(imported, NUMBER)
    event = payloads.fulfillment_event("delivered", "2026-11-24T08:00:00Z")
    with imported.changing() as (session, shop):
        facts = rest.fulfillment_event(event | {"fulfillment_id": 2, "order_id": 2})
        orders.record_event(session, shop, facts)
    imported.change_shop(import_state="done")
    with imported.changing() as (session, shop):
        following.catch_up(session, shop)
    poll_carriers.run()
    assert carrier.calls("register") == []


def test_the_merchant_is_asked_before_more_than_is_left_would_be_taken(
    imported: House, carrier: SeventeenTrack
) -> None:
    carrier.quota_left = 2
    earlier(imported, 3)
    poll_carriers.run()
    assert imported.shop().catch_up == "asked"
    assert carrier.calls("register") == []


@pytest.mark.parametrize(("most", "followed"), [(2, [0, 1]), (None, [0, 1, 2]), (0, [])])
def test_as_many_are_followed_as_the_merchant_says_the_newest_first(
    imported: House, carrier: SeventeenTrack, most: int | None, followed: list[int]
) -> None:
    carrier.quota_left = 2
    earlier(imported, 3)
    poll_carriers.run()
    with imported.changing() as (session, shop):
        following.answer_catch_up(session, shop, most)
    poll_carriers.run()
    registered = [number for call in carrier.calls("register") for number in call]
    assert registered == [f"LP{number:014}" for number in followed]
    assert imported.shop().catch_up == ""


def test_what_the_merchant_would_not_follow_stays_so_when_shopify_tells_of_it_again(
    imported: House, carrier: SeventeenTrack
) -> None:
    carrier.quota_left = 2
    earlier(imported, 3)
    poll_carriers.run()
    with imported.changing() as (session, shop):
        following.answer_catch_up(session, shop, 0)
    imported.record(
        payloads.fulfilled_order(id=2, updated_at="2026-11-24T11:00:00Z", tags="vip")
        | {"fulfillments": []}
    )
    poll_carriers.run()
    assert carrier.calls("register") == []


def test_a_new_parcel_does_not_wait_for_the_answer(
    imported: House, carrier: SeventeenTrack
) -> None:
    carrier.quota_left = 2
    earlier(imported, 3)
    poll_carriers.run()
    imported.clock.jump(hours=1)
    made = {"created_at": "2026-11-24T12:30:00Z", "updated_at": "2026-11-24T12:30:00Z"}
    fresh = payloads.fulfillment([NUMBER], 99, 99, **made)
    imported.record(payloads.fulfilled_order(fresh, id=99))
    poll_carriers.run()
    assert carrier.calls("register") == [[NUMBER]]


def test_a_key_of_the_merchants_own_takes_over_what_the_installations_followed(
    both: House, carrier: SeventeenTrack, direct: Direct
) -> None:
    direct.tells[DIRECT] = told(DIRECT, "transit", NOON)
    ship(both, DIRECT)
    poll_carriers.run()
    with both.changing() as (session, shop):
        accounts.use_key(session, shop, "dhl", "alices-own")
    poll_carriers.run()
    assert shipment(both, DIRECT).account_id == both.account(ALICE, "dhl").id
    assert both.account(ALICE, "dhl").owner_id == both.shop().id


def test_a_carrier_that_hangs_delays_no_other(
    both: House, carrier: SeventeenTrack, direct: Direct
) -> None:
    direct.gate = threading.Event()
    seen = threading.Event()

    def asked(endpoint: str) -> None:
        if endpoint == "gettrackinfo":
            seen.set()

    carrier.meanwhile = asked
    ship(both, DIRECT, NUMBER)
    job = threading.Thread(target=poll_carriers.run)
    job.start()
    try:
        assert seen.wait(10), "17TRACK is asked while DHL hangs"
    finally:
        direct.gate.set()
        job.join(20)
    assert shipment(both, NUMBER).looked_at == NOON


def test_what_was_told_before_a_call_failed_is_not_asked_again(both: House, direct: Direct) -> None:
    second = "JD014600006281230705"
    direct.tells[DIRECT] = told(DIRECT, "transit", NOON)
    direct.cut_short = True
    ship(both, DIRECT, second)
    poll_carriers.run()
    heard, unheard = shipment(both, DIRECT), shipment(both, second)
    assert (heard.status, heard.looked_at) == ("in_transit", NOON)
    assert heard.look_at
    assert heard.look_at > NOON
    assert (unheard.looked_at, unheard.look_at) == (None, NOON)
    assert both.account(ALICE, "dhl").failures == 1


def test_a_number_that_one_provider_stopped_is_followed_on_with_a_new_key(
    both: House, carrier: SeventeenTrack
) -> None:
    carrier.tells[NUMBER] = tracked(NUMBER, step("InTransit_Other", "2026-11-24T08:00:00Z"))
    ship(both, NUMBER)
    poll_carriers.run()
    both.change(shipment(both, NUMBER), stopped="once", look_at=None)
    both.follow(key="another-key")
    poll_carriers.run()
    found = shipment(both, NUMBER)
    assert (found.stopped, found.look_at is not None) == ("", True)


def test_an_answer_for_an_account_that_was_replaced_meanwhile_is_nobodys(
    both: House, carrier: SeventeenTrack
) -> None:
    def take_the_key_away(endpoint: str) -> None:
        if endpoint == "gettrackinfo":
            both.follow(key="")

    carrier.meanwhile = take_the_key_away
    ship(both, NUMBER)
    poll_carriers.run()
    found = shipment(both, NUMBER)
    assert (found.account_id, found.followed_at, found.looked_at) == (None, None, None)
