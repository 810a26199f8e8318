"""Whose key follows which parcels, and what an account does when its provider will not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from shopify_app import crypto, database
from shopify_app.actions import accounts, shops
from shopify_app.models import CarrierAccount, Shipment
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.support import ALICE, BOB, KEY, NOON, House, TestClock

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def serve_everyone(key: str) -> None:
    with database.writing() as session:
        accounts.keep_installation_accounts(session, {"17track": key})


def keys(house: House) -> dict[str, str]:
    """The key that looks at the parcel of each shop, empty for none."""
    house.choose()
    held = {account.id: account.api_key for account in house.rows(CarrierAccount)}
    found = {}
    for domain in (ALICE, BOB):
        [shipment] = house.shipments(domain)
        assert (shipment.look_at is None) is (shipment.account_id is None)
        found[domain] = held[shipment.account_id] if shipment.account_id else ""
    return found


@pytest.fixture
def shipped(house: House) -> House:
    for domain in (ALICE, BOB):
        house.record(payloads.fulfilled_order(), domain)
    return house


def test_a_shops_own_key_follows_its_parcels_and_no_others(
    shipped: House, woken: Callable[[], set[str]]
) -> None:
    assert keys(shipped) == {ALICE: "", BOB: ""}
    shipped.follow(key="alices")
    assert keys(shipped) == {ALICE: "alices", BOB: ""}
    assert "poll" in woken()


def test_the_installations_key_serves_shops_without_one_of_their_own(shipped: House) -> None:
    shipped.follow(key="alices")
    serve_everyone(KEY)
    assert keys(shipped) == {ALICE: "alices", BOB: KEY}
    shipped.follow(key="")
    assert keys(shipped) == {ALICE: KEY, BOB: KEY}
    serve_everyone("")
    assert keys(shipped) == {ALICE: "", BOB: ""}


def test_a_key_that_is_given_again_changes_its_account_and_not_its_address(shipped: House) -> None:
    shipped.follow(key="first")
    address = shipped.account().id
    shipped.follow(key="second")
    assert shipped.account().id == address
    assert keys(shipped)[ALICE] == "second"
    assert len(shipped.rows(CarrierAccount)) == 1


def test_the_address_of_an_account_does_not_tell_its_key(shipped: House) -> None:
    shipped.follow(key="alices")
    shipped.follow(BOB, key="alices")
    one, other = shipped.rows(CarrierAccount)
    assert one.id != other.id
    assert len(one.id) >= 16
    assert crypto.keyed_hash("alices") == one.key_hash == other.key_hash


def test_with_another_key_each_parcel_on_its_way_is_registered_anew(shipped: House) -> None:
    shipped.follow(key="first")
    shipped.track(tracked(NUMBER, step("Delivered_Other", "2026-11-24T08:00:00Z")))
    shipped.record(payloads.fulfilled_order(payloads.fulfillment("RR123456785CN", 2, 2), id=2))
    for shipment in shipped.shipments():
        shipped.change(shipment, followed_at=NOON)
    shipped.follow(key="second")
    shipped.choose()
    delivered, moving = shipped.shipments()
    assert delivered.followed_at == NOON, "its way has ended"
    assert (moving.followed_at, moving.look_at) == (None, NOON)


def test_a_shop_that_left_is_not_followed_with_a_new_key(shipped: House) -> None:
    with shipped.changing() as (session, shop):
        shops.uninstall(session, shop)
    serve_everyone(KEY)
    shipped.choose()
    looks = {row.shop_id: row.look_at for row in shipped.rows(Shipment)}
    assert looks == {shipped.shop().id: None, shipped.shop(BOB).id: NOON}


def an_account(**more: object) -> CarrierAccount:
    """An account that no session keeps."""
    made = CarrierAccount(id="a", provider="17track", problem="", failures=0)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def test_a_refused_key_rests_for_an_hour(test_clock: TestClock) -> None:
    account = an_account()
    accounts.key_refused(Session(), account)
    assert (account.problem, account.problem_since) == ("auth", NOON)
    assert account.paused_until == NOON + HOUR
    test_clock.jump(hours=1)
    accounts.key_refused(Session(), account)
    assert account.problem_since == NOON, "since when it has been so"
    accounts.answered(account)
    assert (account.problem, account.problem_since, account.paused_until) == ("", None, None)


def test_a_provider_that_is_down_is_asked_less_and_less_often(test_clock: TestClock) -> None:
    account, waits, problems = an_account(), [], []
    for _ in range(12):
        accounts.unavailable(Session(), account)
        assert account.paused_until
        waits.append(account.paused_until - test_clock.now)
        problems.append(account.problem)
    assert waits[:5] == [timedelta(seconds=s) for s in (30, 60, 120, 240, 480)]
    assert set(waits[5:]) == {15 * MINUTE}
    assert problems[:4] == ["", "", "unavailable", "unavailable"], "said from the third time on"
    accounts.answered(account)
    assert (account.failures, account.problem, account.paused_until) == (0, "", None)


def test_too_many_calls_are_a_pause_and_no_problem(test_clock: TestClock) -> None:
    account = an_account()
    accounts.throttled(account, timedelta(seconds=7))
    assert (account.paused_until, account.problem) == (NOON + timedelta(seconds=7), "")


def test_an_empty_quota_stops_new_numbers_alone_until_there_is_more(test_clock: TestClock) -> None:
    account = an_account()
    accounts.quota_used_up(Session(), account)
    assert (account.problem, account.paused_until) == ("quota", None)
    assert account.registers_from == NOON + HOUR
    accounts.answered(account)
    accounts.has_quota(account, 200, 0)
    assert (account.problem, account.quota_left) == ("quota", 0)
    accounts.has_quota(account, 300, 100)
    assert (account.problem, account.registers_from) == ("", None)
    assert (account.quota_total, account.quota_left) == (300, 100)
