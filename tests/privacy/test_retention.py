"""Nothing of a customer is kept for longer than it is of use."""

from __future__ import annotations

from datetime import timedelta

from shopify_app import database
from shopify_app.jobs import bulk, tick
from shopify_app.models import Inbox
from tests import payloads
from tests.support import ALICE, BOB, MALLORY, NOON, SHOP_IDS, App

DAY = timedelta(days=1)


def test_after_a_year_an_order_has_no_person_in_it(app: App) -> None:
    for domain in (ALICE, BOB):
        app.hear("orders/create", payloads.fulfilled_order(), domain)
    placed_at = app.house.order().placed_at
    assert placed_at
    app.house.clock.now = placed_at + 365 * DAY
    app.house.change_shop(tidy_at=app.house.clock.now, reconcile_at=None)
    app.house.change_shop(BOB, tidy_at=None)
    bulk.run()
    assert app.house.order().customer_name
    app.house.clock.jump(days=1, seconds=1)
    bulk.run()
    kept = app.house.order()
    assert (kept.customer_name, kept.email, kept.email_hash, kept.city) == ("", "", "", "")
    assert (kept.name, kept.status) == ("#1058", "pending")
    assert app.house.order(domain=BOB).customer_name, "that shop was not due"


def test_each_shop_is_tidied_once_a_day(app: App) -> None:
    app.house.change_shop(tidy_at=NOON)
    tick.tick()
    bulk.run()
    assert app.house.shop().tidy_at == NOON + DAY
    app.house.clock.jump(days=2)
    bulk.run()
    assert app.house.shop().tidy_at == NOON + 3 * DAY


def test_what_came_in_is_forgotten_after_a_month(app: App) -> None:
    app.hear("orders/create", payloads.order())
    app.webhook("orders/updated", payloads.order(2))
    with database.writing() as session:
        for row in app.house.rows(Inbox):
            if row.state == "waiting":
                merged = session.merge(row)
                merged.state, merged.ended_at = "set_aside", NOON + DAY
    app.house.clock.jump(days=30, seconds=1)
    app.house.change_shop(tidy_at=NOON, reconcile_at=None)
    bulk.run()
    [row] = app.house.rows(Inbox)
    assert row.state == "set_aside", "a day younger"


def test_what_came_of_a_store_that_is_not_known_is_forgotten_by_whoever_tidies(app: App) -> None:
    told = {"shop_id": SHOP_IDS[MALLORY], "shop_domain": MALLORY}
    app.hear("shop/redact", told, MALLORY)
    app.hear("orders/create", payloads.order(), BOB)
    app.house.clock.jump(days=31)
    app.house.change_shop(BOB, tidy_at=None)
    app.house.change_shop(tidy_at=NOON, reconcile_at=None)
    bulk.run()
    assert [row.account for row in app.house.rows(Inbox)] == [BOB], "that is for Bob's own turn"
