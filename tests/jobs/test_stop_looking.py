"""A provider is told to look no more at numbers that none of our parcels needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from shopify_app import database
from shopify_app.actions import accounts, again, by_hand, letting_go, orders, shipments, shops
from shopify_app.jobs import poll_carriers, stop_looking
from shopify_app.models import Calls, Shipment, Shop, Spending, Stopping
from shopify_app.privacy import erase
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.stubs import Direct, SeventeenTrack
from tests.support import ALICE, BOB, KEY, NOON, House

OTHER = "RR123456785CN"
MOVING = tracked(NUMBER, step("InTransit_Other", "2026-11-24T08:00:00Z"))
NOT_REGISTERED, STOPPED_ALREADY = -18019902, -18019906
Leave = Callable[[House], None]


@pytest.fixture
def followed(house: House, carrier: SeventeenTrack) -> House:
    """Alice has a parcel, which the installation's own key follows; Bob has none."""
    with database.writing() as session:
        accounts.keep_installation_accounts(session, {"17track": KEY})
    house.record(payloads.fulfilled_order())
    carrier.tells[NUMBER] = MOVING
    poll(house)
    carrier.asked.clear()
    return house


def poll(house: House) -> None:
    house.choose()
    poll_carriers.run()


def also_bobs(house: House, carrier: SeventeenTrack) -> None:
    house.record(payloads.fulfilled_order(), BOB)
    poll(house)
    carrier.asked.clear()


def uninstall(house: House, domain: str = ALICE) -> None:
    with house.changing(domain) as (session, shop):
        shops.uninstall(session, shop)


def forget(house: House) -> None:
    with house.changing() as (session, shop):
        erase.shop(session, shop)


def uninstall_and_forget(house: House) -> None:
    uninstall(house)
    forget(house)


def delete_order(house: House) -> None:
    with house.changing() as (session, shop):
        orders.delete_order(session, shop, payloads.ORDER)


def replace_number(house: House) -> None:
    parcel = payloads.fulfillment(OTHER, updated_at="2026-11-24T11:00:00Z")
    house.record(payloads.fulfilled_order(parcel, updated_at="2026-11-24T11:00:00Z"))


def erase_customer(house: House) -> None:
    with house.changing() as (session, shop):
        erase.customer(session, shop, [payloads.ORDER], ())


LEAVES = [uninstall, forget, uninstall_and_forget, delete_order, replace_number, erase_customer]


def work() -> None:
    while stop_looking.step():
        pass


def stops(carrier: SeventeenTrack) -> list[list[str]]:
    return carrier.calls("stoptrack")


@pytest.mark.parametrize("leave", LEAVES)
def test_a_number_that_nobody_has_any_more_is_stopped_once(
    followed: House, carrier: SeventeenTrack, leave: Leave
) -> None:
    leave(followed)
    work()
    work()
    assert [call for call in carrier.asked if call[0] != "getquota"] == [("stoptrack", [NUMBER])]
    assert followed.rows(Stopping) == []


@pytest.mark.parametrize("leave", LEAVES)
def test_a_number_that_another_shop_of_the_account_follows_is_looked_at_on(
    followed: House, carrier: SeventeenTrack, leave: Leave
) -> None:
    also_bobs(followed, carrier)
    leave(followed)
    work()
    assert (stops(carrier), followed.rows(Stopping)) == ([], [])
    uninstall(followed, BOB)
    work()
    assert stops(carrier) == [[NUMBER]], "the last one that had it has left"


def test_another_parcel_of_the_shop_that_has_the_number_keeps_it(
    followed: House, carrier: SeventeenTrack
) -> None:
    second = payloads.fulfillment(NUMBER, 9, 8)
    followed.record(payloads.fulfilled_order(second, id=8))
    poll(followed)
    delete_order(followed)
    work()
    assert stops(carrier) == []


def test_another_account_that_follows_the_number_is_no_reason_to_look_on(
    followed: House, carrier: SeventeenTrack
) -> None:
    followed.follow(BOB)
    also_bobs(followed, carrier)
    uninstall(followed)
    work()
    assert stops(carrier) == [[NUMBER]]


def test_a_key_of_the_shops_own_is_kept_until_it_is_used_and_then_gone(
    house: House, carrier: SeventeenTrack
) -> None:
    house.follow()
    house.record(payloads.fulfilled_order())
    poll(house)
    uninstall_and_forget(house)
    [row] = house.rows(Stopping)
    assert (row.api_key, row.number) == (f"{KEY}A", NUMBER)
    work()
    assert (stops(carrier), house.rows(Stopping)) == ([[NUMBER]], [])


def test_the_parcel_of_an_erased_customer_is_not_followed_again_by_hand(
    followed: House, carrier: SeventeenTrack
) -> None:
    erase_customer(followed)
    work()
    carrier.asked.clear()
    with followed.changing() as (session, shop):
        held = shipments.held(session, shop.id, followed.shipments()[0].id)
        assert held
        by_hand.retrack(session, shop, held)
    poll(followed)
    [shipment] = followed.shipments()
    assert (carrier.asked, shipment.account_id, shipment.asked_at) == ([], None, None)


def other_key_of_all(_house: House) -> None:
    with database.writing() as session:
        accounts.keep_installation_accounts(session, {"17track": "ANOTHER"})


def own_key(house: House, key: str = "OWN") -> None:
    with house.changing() as (session, shop):
        accounts.use_key(session, shop, "17track", key)


@pytest.mark.parametrize("change", [other_key_of_all, own_key])
def test_what_a_key_follows_is_stopped_with_it_a_day_after_another_took_its_place(
    followed: House, carrier: SeventeenTrack, change: Leave
) -> None:
    change(followed)
    poll(followed)
    followed.clock.now += letting_go.SECOND_THOUGHTS - timedelta(seconds=1)
    work()
    assert stops(carrier) == []
    followed.clock.jump(seconds=1)
    [row] = followed.rows(Stopping)
    assert row.api_key == KEY
    work()
    assert (stops(carrier), followed.rows(Stopping)) == ([[NUMBER]], [])


def test_who_comes_back_to_a_key_in_time_has_its_numbers_looked_at_on(
    followed: House, carrier: SeventeenTrack
) -> None:
    own_key(followed, "MISTYPED")
    own_key(followed, "")
    poll(followed)
    followed.clock.now += letting_go.SECOND_THOUGHTS
    work()
    assert (stops(carrier), followed.rows(Stopping)) == ([], [])


def test_the_same_key_given_once_more_stops_nothing(house: House, carrier: SeventeenTrack) -> None:
    own_key(house)
    house.record(payloads.fulfilled_order())
    poll(house)
    own_key(house)
    assert house.rows(Stopping) == []


def test_numbers_are_stopped_forty_a_call_and_each_once(
    followed: House, carrier: SeventeenTrack
) -> None:
    many = [f"LP{number:014}" for number in range(44)]
    followed.record(payloads.fulfilled_order(payloads.fulfillment(many, 9, 8), id=8))
    poll(followed)
    uninstall(followed)
    uninstall(followed)
    work()
    told = stops(carrier)
    assert [len(numbers) for numbers in told] == [40, 5]
    assert {number for numbers in told for number in numbers} == {NUMBER, *many}
    assert [(row.what, row.calls, row.numbers) for row in followed.rows(Calls)][-1] == (
        "stop",
        2,
        45,
    )
    assert {row.what for row in followed.rows(Spending)} == {"register"}


def never_followed(house: House) -> None:
    house.change(house.shipments()[0], followed_at=None)


def stopped_of_itself(house: House) -> None:
    house.change(house.shipments()[0], stopped="once")


def long_silent(house: House) -> None:
    house.change(house.shipments()[0], last_event_at=NOON - timedelta(days=31))


@pytest.mark.parametrize("past", [never_followed, stopped_of_itself, long_silent])
def test_what_the_provider_does_not_look_at_is_not_stopped(
    followed: House, carrier: SeventeenTrack, past: Leave
) -> None:
    past(followed)
    uninstall(followed)
    work()
    assert stops(carrier) == []


def test_a_provider_that_has_nothing_to_stop_is_not_asked(
    house: House, carrier: SeventeenTrack, direct: Direct
) -> None:
    with house.changing() as (session, shop):
        accounts.use_key(session, shop, direct.name, KEY)
    house.record(payloads.fulfilled_order(payloads.fulfillment("JD014600006281230704")))
    poll(house)
    uninstall(house)
    assert len(house.rows(Stopping)) == 1
    work()
    assert (house.rows(Stopping), carrier.asked) == ([], [])


@pytest.mark.parametrize("code", [NOT_REGISTERED, STOPPED_ALREADY])
def test_a_number_that_is_refused_needs_nothing_more(
    followed: House, carrier: SeventeenTrack, code: int
) -> None:
    carrier.refuses["stoptrack", NUMBER] = code
    uninstall(followed)
    work()
    assert (len(stops(carrier)), followed.rows(Stopping)) == (1, [])


@pytest.mark.parametrize(
    ("status", "pause"), [(429, timedelta(seconds=2)), (503, stop_looking.PAUSE)]
)
def test_a_provider_that_cannot_be_told_is_told_later(
    followed: House, carrier: SeventeenTrack, status: int, pause: timedelta
) -> None:
    carrier.fails = (status, {})
    uninstall_and_forget(followed)
    work()
    followed.clock.now += pause - timedelta(seconds=1)
    work()
    assert len(stops(carrier)) == 1
    carrier.fails = None
    followed.clock.jump(seconds=1)
    work()
    assert (len(stops(carrier)), followed.rows(Stopping)) == (2, [])


def test_after_three_days_it_is_given_up_and_the_number_forgotten(
    followed: House, carrier: SeventeenTrack
) -> None:
    carrier.fails = (401, {"code": -18010002})
    uninstall_and_forget(followed)
    work()
    for _ in range(73):
        followed.clock.jump(hours=1)
        work()
    assert followed.rows(Stopping) == []
    assert len(stops(carrier)) == 74


def test_a_number_whose_worker_died_is_stopped_after_its_lease(
    followed: House, carrier: SeventeenTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    uninstall(followed)
    with monkeypatch.context() as patched:
        patched.setattr(stop_looking, "_stopped", die)
        with pytest.raises(KeyboardInterrupt):
            work()
    work()
    assert len(stops(carrier)) == 1
    followed.clock.now += again.LEASE
    work()
    assert (len(stops(carrier)), followed.rows(Stopping)) == (2, [])


def come_back(house: House, carrier: SeventeenTrack) -> Shipment:
    """Alice installs the app again, with the same parcel on its way."""
    carrier.stopped[NUMBER] = "once"
    house.change_shop(uninstalled_at=None, catch_up="wanted")
    poll(house)
    [shipment] = house.shipments()
    return shipment


def test_a_number_that_comes_back_is_looked_at_again_and_costs_nothing(
    followed: House, carrier: SeventeenTrack
) -> None:
    uninstall(followed)
    work()
    carrier.refuses["register", NUMBER] = -18019901
    shipment = come_back(followed, carrier)
    assert carrier.calls("retrack") == [[NUMBER]]
    assert (shipment.stopped, shipment.followed_at) == ("", followed.clock.now)
    assert len(followed.rows(Spending)) == 1, "the first registration"


def test_one_that_came_back_too_often_is_said_to_have_stopped_for_good(
    followed: House, carrier: SeventeenTrack
) -> None:
    uninstall(followed)
    work()
    carrier.refuses |= {("register", NUMBER): -18019901, ("retrack", NUMBER): -18019905}
    assert come_back(followed, carrier).stopped == "for_good"


def test_who_begins_to_follow_a_number_while_it_is_stopped_asks_for_it_once_more(
    followed: House, carrier: SeventeenTrack
) -> None:
    def bob_comes(endpoint: str) -> None:
        carrier.meanwhile = lambda _: None
        if endpoint == "stoptrack":
            followed.record(payloads.fulfilled_order(), BOB)
            poll(followed)

    uninstall(followed)
    carrier.meanwhile = bob_comes
    work()
    carrier.refuses["register", NUMBER] = -18019901
    carrier.stopped[NUMBER] = "once"
    [shipment] = followed.shipments(BOB)
    assert shipment.followed_at is None
    followed.change(shipment, look_at=followed.clock.now)
    poll(followed)
    assert carrier.calls("retrack") == [[NUMBER]]


def test_what_is_kept_of_an_erased_shop_is_the_number_and_the_key_alone(followed: House) -> None:
    uninstall_and_forget(followed)
    [row] = followed.rows(Stopping)
    told = {name: getattr(row, name) for name in Stopping.__table__.columns.keys()}  # noqa: SIM118
    assert told == {
        "id": row.id,
        "provider": "17track",
        "api_key": KEY,
        "key_hash": row.key_hash,
        "number": NUMBER,
        "carrier": "190008",
        "wanted_at": NOON,
        "due_at": NOON,
    }
    assert {shop.domain for shop in followed.rows(Shop)} == {BOB}


def test_a_key_that_cannot_be_read_holds_up_no_other(
    followed: House, carrier: SeventeenTrack
) -> None:
    uninstall(followed)
    numbers = {"provider": "17track", "number": OTHER, "carrier": "", "wanted_at": NOON}
    with database.writing() as session:
        before = NOON - timedelta(minutes=1)
        session.add(Stopping(api_key="lost", key_hash="lost", due_at=before, **numbers))
        session.flush()
        unreadable = "UPDATE stoppings SET api_key = 'unreadable' WHERE key_hash = 'lost'"
        session.execute(text(unreadable))
    while stop_looking.step():
        pass
    assert carrier.calls("stoptrack") == [[NUMBER]]
    with database.reading() as session:
        assert session.scalars(select(Stopping.due_at)).all() == [NOON + stop_looking.PAUSE]
