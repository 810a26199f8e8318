"""A shop comes, changes its mind, leaves and comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from shopify_app.actions import following, importing, shops
from shopify_app.domain.facts import ShopFacts, Tokens
from shopify_app.models import CarrierAccount, Fulfillment, Shop
from tests import payloads
from tests.support import ALICE, BOB, KEY, MALLORY, NOON, SHOP_IDS, House, install

FACTS = ShopFacts(
    id=SHOP_IDS[MALLORY],
    domain=MALLORY,
    name="Mallory",
    email="m@mallory.test",
    timezone="Asia/Ho_Chi_Minh",
    currency="VND",
    locale="vi",
)
TOKENS = Tokens("shpat_1", "read_orders", NOON + timedelta(hours=1), "shprt_1")


def leave(house: House, domain: str = ALICE) -> None:
    with house.changing(domain) as (session, shop):
        shops.uninstall(session, shop)


def come(house: House, facts: ShopFacts = FACTS, tokens: Tokens = TOKENS) -> None:
    with house.changing() as (session, _):
        shops.install(session, facts, tokens)


def test_a_new_shop_is_kept_with_its_tokens_and_imported(
    house: House, woken: Callable[[], set[str]]
) -> None:
    come(house)
    shop = house.shop(MALLORY)
    assert (shop.id, shop.name, shop.locale, shop.timezone) == (
        SHOP_IDS[MALLORY],
        "Mallory",
        "vi",
        "Asia/Ho_Chi_Minh",
    )
    assert (shop.access_token, shop.refresh_token) == ("shpat_1", "shprt_1")
    assert (shop.import_state, shop.import_due_at, shop.installed_at) == ("waiting", NOON, NOON)
    assert (shop.notify, shop.write_back) == (False, True), "no customer is told unasked"
    assert "bulk" in woken()


def test_opening_the_app_again_renews_the_tokens_and_imports_nothing(house: House) -> None:
    come(house)
    house.change_shop(MALLORY, import_state="done", token_refused_at=NOON, token_leased_until=NOON)
    house.clock.jump(days=1)
    come(house, tokens=Tokens("shpat_2", ""))
    shop = house.shop(MALLORY)
    assert (shop.access_token, shop.refresh_token, shop.scopes) == ("shpat_2", "", "read_orders")
    assert (shop.token_refused_at, shop.token_leased_until) == (None, None)
    assert (shop.import_state, shop.installed_at) == ("done", NOON)


def test_a_shop_is_known_by_its_id_when_its_domain_changed(house: House) -> None:
    install(MALLORY)
    moved = ShopFacts(SHOP_IDS[MALLORY], "moved.myshopify.com", "M", "", "UTC", "USD")
    come(house, moved)
    assert [s.domain for s in house.rows(Shop) if s.id == SHOP_IDS[MALLORY]] == [
        "moved.myshopify.com"
    ]


def test_a_shop_that_leaves_is_followed_told_and_written_to_no_more(house: House) -> None:
    for domain in (ALICE, BOB):
        house.notify(domain)
        house.follow(domain)
        house.record(payloads.fulfilled_order(), domain)
    leave(house)
    left = house.shop()
    assert (left.access_token, left.refresh_token, left.import_state) == ("", "", "stopped")
    assert left.uninstalled_at == NOON
    assert house.shipments()[0].look_at is None
    assert {(row.state, row.detail) for row in house.outbox()} == {("suppressed", "uninstalled")}
    assert house.shop(BOB).installed
    assert house.shipments(BOB)[0].look_at is not None
    assert {row.state for row in house.outbox(domain=BOB)} == {"waiting"}


def test_a_message_that_went_out_is_not_called_back(house: House) -> None:
    house.notify()
    house.record(payloads.fulfilled_order())
    for row, state in zip(house.outbox(), ("sent", "uncertain"), strict=True):
        house.change(row, state=state)
    leave(house)
    assert [row.state for row in house.outbox()] == ["sent", "uncertain"]


def test_leaving_twice_is_leaving_once(house: House) -> None:
    leave(house)
    house.clock.jump(days=1)
    leave(house)
    assert house.shop().uninstalled_at == NOON


def test_a_shop_that_comes_back_keeps_its_settings_and_is_followed_and_imported_again(
    house: House,
) -> None:
    house.follow()
    house.record(payloads.fulfilled_order())
    house.change_shop(tracking_url="https://track.alice.test/", import_cursor="old", notify=True)
    leave(house)
    house.clock.jump(days=3)
    come(house, ShopFacts(SHOP_IDS[ALICE], ALICE, "Alice", "", "UTC", "USD"))
    shop, now = house.shop(), house.clock.now
    assert (shop.installed, shop.installed_at) == (True, now)
    assert (shop.import_state, shop.import_cursor, shop.import_due_at) == ("waiting", "", now)
    assert (shop.tracking_url, shop.notify) == ("https://track.alice.test/", True)
    assert house.shipments()[0].look_at is None, "it waits until all orders are read"
    with house.changing() as (session, shop):
        following.catch_up(session, shop)
    house.choose()
    [shipment] = house.shipments()
    assert (shipment.look_at, shipment.account_id) == (now, house.account().id)


def test_what_was_fulfilled_while_the_app_was_away_is_imported(house: House) -> None:
    house.notify()
    leave(house)
    house.clock.jump(days=1)
    come(house, ShopFacts(SHOP_IDS[ALICE], ALICE, "Alice", "", "UTC", "USD"))
    house.record(payloads.fulfilled_order())
    assert house.outbox() == []
    [fulfillment] = house.rows(Fulfillment)
    assert fulfillment.imported


@pytest.mark.parametrize(
    ("state", "ended"), [("failed", "waiting"), ("done", "done"), ("stopped", "stopped")]
)
def test_an_import_that_was_given_up_goes_on_where_it_stopped(
    house: House, woken: Callable[[], set[str]], state: str, ended: str
) -> None:
    house.change_shop(import_state=state, import_cursor="page 7", import_attempts=8)
    with house.changing() as (session, shop):
        importing.try_again(session, shop)
    shop = house.shop()
    assert (shop.import_state, shop.import_cursor) == (ended, "page 7")
    assert ("bulk" in woken()) is (ended == "waiting")
    if ended == "waiting":
        assert (shop.import_attempts, shop.import_due_at) == (0, NOON)


def test_a_setting_that_was_left_alone_keeps_the_key(house: House) -> None:
    house.follow()
    chosen = dict.fromkeys(("sender_name", "mail_from", "reply_to", "sms_from"), "")
    for keys, expected in (
        ({}, f"{KEY}A"),
        ({"17track": "another"}, "another"),
        ({"17track": ""}, ""),
    ):
        with house.changing() as (session, shop):
            settings = shops.ShopSettings(
                notify=True,
                notify_by="shopify",
                notify_email=False,
                notify_sms=True,
                tracking_url="https://track.alice.test/",
                write_back=False,
                keys=keys,
                **chosen,
            )
            shops.change_settings(session, shop, settings)
        assert _key(house) == expected
    shop = house.shop()
    assert (shop.notify_by, shop.notify_email, shop.write_back) == ("shopify", False, False)


def _key(house: House) -> str:
    [account] = house.rows(CarrierAccount)
    return str(account.api_key)
