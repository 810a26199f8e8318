"""A store grants other scopes, or has another name from now on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from shopify_app.actions import failures, importing, shops
from shopify_app.domain import scopes
from shopify_app.domain.facts import ShopFacts
from shopify_app.jobs import process_inbox
from shopify_app.models import Inbox, Order
from shopify_app.settings import DEFAULT_SCOPES
from tests import payloads
from tests.pages import read
from tests.payloads import Body
from tests.support import ALICE, BOB, INSTALLED, NOON, SHOP_IDS, App

MOVED = "moved.myshopify.com"


def granted(domain: str, *current: str, at: timedelta = timedelta()) -> Body:
    return {
        "id": 1,
        "shop_id": f"gid://shopify/Shop/{SHOP_IDS[domain]}",
        "previous": ["read_orders"],
        "current": list(current),
        "updated_at": f"{NOON + at:%Y-%m-%dT%H:%M:%S.000Z}",
    }


def renamed(**more: object) -> Body:
    at = (NOON + timedelta(minutes=1)).isoformat()
    told = {"id": SHOP_IDS[ALICE], "name": "Alice", "myshopify_domain": MOVED, "updated_at": at}
    return told | more


def test_the_scopes_follow_what_the_store_grants_and_nothing_older(app: App) -> None:
    minute = timedelta(minutes=1)
    app.house.change_shop(scopes_at=NOON - minute)
    app.hear("app/scopes_update", granted(ALICE, "read_orders", at=minute))
    app.hear("app/scopes_update", granted(ALICE, "read_customers"))
    app.hear("app/scopes_update", granted(BOB, "read_customers", at=2 * minute))
    assert app.house.shop().scopes == "read_orders"
    assert app.house.shop(BOB).scopes == DEFAULT_SCOPES


def test_all_orders_granted_later_are_read_then_and_once(app: App) -> None:
    year_ago = INSTALLED - importing.FARTHEST
    all_orders = (*DEFAULT_SCOPES.split(","), "read_all_orders")
    app.hear("app/scopes_update", granted(ALICE, *all_orders, at=timedelta(minutes=1)))
    shop = app.house.shop()
    assert (shop.import_state, shop.import_since, shop.import_due_at) == ("waiting", year_ago, NOON)
    app.house.change_shop(import_state="done")
    app.hear("app/scopes_update", granted(ALICE, *all_orders, "x", at=timedelta(minutes=2)))
    assert app.house.shop().import_state == "done"
    assert app.house.shop(BOB).import_state == "done"


def test_what_is_not_granted_is_said_with_what_waits_and_what_to_do(app: App) -> None:
    assert not read(app.visit("/")).has(id="notice-scopes")
    without = DEFAULT_SCOPES.replace("write_fulfillments,", "").split(",")
    app.hear("app/scopes_update", granted(ALICE, *without, at=timedelta(minutes=1)))
    notice = read(app.visit("/")).one(id="notice-scopes").text
    assert "What waits: writing the delivery status to orders." in notice
    assert "Approve" in notice


@pytest.mark.parametrize(
    ("has", "missing"),
    [
        ("", []),
        ("write_orders,read_customers", []),
        ("read_customers", ["read_orders"]),
        ("read_orders , write_customers", []),
    ],
)
def test_a_scope_that_lets_write_lets_read(has: str, missing: list[str]) -> None:
    assert scopes.missing("read_orders,read_customers", has) == missing


@pytest.mark.parametrize("name", [ALICE, MOVED], ids=["old", "new"])
def test_a_store_that_is_renamed_is_heard_under_both_names(app: App, name: str) -> None:
    assert app.webhook("orders/create", payloads.order(7), MOVED).status_code == 200
    process_inbox.run()
    assert app.house.rows(Order) == [], "nobody knows yet whose it is"
    app.hear("shop/update", renamed(), name)
    shop = app.house.shop(MOVED)
    assert (shop.id, shop.former_domain) == (SHOP_IDS[ALICE], ALICE)
    app.hear("orders/create", payloads.order(8), ALICE)
    app.house.clock.jump(minutes=2)
    process_inbox.run()
    assert {order.id for order in app.house.rows(Order)} == {7, 8}
    assert {row.state for row in app.house.rows(Inbox)} == {"done"}
    assert app.house.shop(MOVED).last_webhook_at


def test_what_failed_under_the_former_name_is_shown_to_the_store_that_had_it(app: App) -> None:
    app.webhook("orders/create", payloads.order(8), ALICE)
    with app.house.changing() as (session, shop):
        shop.domain, shop.former_domain = MOVED, ALICE
        session.execute(update(Inbox).values(state="set_aside", ended_at=NOON))
    with app.house.changing(MOVED) as (session, shop):
        assert failures.count(session, shop) == 1
    with app.house.changing(BOB) as (session, bob):
        assert failures.count(session, bob) == 0


def test_a_name_that_another_store_has_now_is_that_stores(app: App) -> None:
    app.house.change_shop(former_domain=BOB)
    app.hear("orders/create", payloads.order(7), BOB)
    assert [order.shop_id for order in app.house.rows(Order)] == [SHOP_IDS[BOB]]
    with app.house.changing(BOB) as (session, bob):
        shops.describe(session, bob, ShopFacts(bob.id, BOB, "Bob", "", "UTC", "USD"))
    assert app.house.shop().domains == (ALICE,)
