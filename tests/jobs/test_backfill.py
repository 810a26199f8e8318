"""A new shop's orders are read, here page by page, once, and nobody is told of what is past."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rq.timeouts import JobTimeoutException

from shopify_app.actions import importing, shops
from shopify_app.domain.facts import ShopFacts, Tokens
from shopify_app.jobs import backfill, bulk, heartbeat, process_inbox
from shopify_app.models import Fulfillment, Shop
from tests import nodes, payloads
from tests.payloads import ORDER, Body
from tests.stubs import AdminApi
from tests.support import ALICE, BOB, NOON, SHOP_IDS, App, House
from tests.waiting import eventually

AFTER, BEFORE = "2026-11-24T12:30:00Z", "2026-11-24T11:59:59Z"
PAGES = {
    None: nodes.orders_page(nodes.order(ORDER), nodes.order(ORDER + 1), next_cursor="c1"),
    "c1": nodes.orders_page(nodes.order(ORDER + 2), next_cursor="c2"),
    "c2": nodes.orders_page(nodes.order(ORDER + 3)),
}


@pytest.fixture
def fresh(house: House, shopify: AdminApi) -> House:
    """Alice has just installed the app, wants customers to be told, and has three pages."""
    house.change_shop(
        import_state="waiting",
        import_paged=True,
        import_due_at=NOON,
        import_since=NOON - importing.REACH,
        installed_at=NOON,
        notify=True,
        notify_since=NOON,
    )
    shopify.answers["OrdersPage"] = lambda variables: PAGES[variables["after"]]
    return house


def paged(house: House, domain: str) -> None:
    """The next one whose orders are read by pages."""
    due_at = NOON + timedelta(seconds=1)
    house.change_shop(domain, import_state="waiting", import_paged=True, import_due_at=due_at)


def cursors(shopify: AdminApi) -> list[str | None]:
    return [variables["after"] for name, variables in shopify.asked if name == "OrdersPage"]


def progress(house: House, domain: str = ALICE) -> tuple[str, str, int]:
    shop = house.shop(domain)
    return shop.import_state, shop.import_cursor, shop.imported_orders


def test_pages_are_read_until_there_are_no_more(fresh: House, shopify: AdminApi) -> None:
    bulk.run()
    bulk.run()
    assert cursors(shopify) == [None, "c1", "c2"]
    assert shopify.asked[0][1]["query"] == "created_at:>='2026-09-25T12:00:00Z'", "60 days"
    assert progress(fresh) == ("done", "", 4)
    assert fresh.shop().import_due_at is None
    order = fresh.order(ORDER + 3)
    assert (order.name, order.email, order.city) == (
        "#1058",
        "maren.oakdale@example.com",
        "New York",
    )


def test_a_page_that_fails_is_read_again_from_where_it_stopped(
    fresh: House, shopify: AdminApi
) -> None:
    shopify.answers["OrdersPage"] = lambda of: PAGES[None] if of["after"] is None else 503
    bulk.run()
    bulk.run()
    assert cursors(shopify) == [None, "c1"], "it waits"
    assert progress(fresh) == ("running", "c1", 2)
    assert (fresh.shop().import_error, fresh.shop().import_attempts) == ("Retry", 1)
    shopify.answers["OrdersPage"] = lambda of: PAGES[of["after"]]
    fresh.clock.jump(seconds=20)
    bulk.run()
    assert cursors(shopify) == [None, "c1", "c1", "c2"]
    assert progress(fresh) == ("done", "", 4)
    assert (fresh.shop().import_error, fresh.shop().import_attempts) == ("", 0)


def test_an_import_that_cannot_go_on_waits_longer_and_is_given_up_in_the_end(
    fresh: House, shopify: AdminApi
) -> None:
    shopify.answers["OrdersPage"] = 503
    waits = []
    while fresh.shop().import_state != "failed":
        bulk.run()
        due_at = fresh.shop().import_due_at
        assert due_at
        waits.append((due_at - fresh.clock.now).total_seconds())
        fresh.clock.now = due_at
    assert waits == [20, 40, 80, 160, 320, 640, 1280, 2560]
    assert len(shopify.asked) == importing.MOST_TRIES


def test_a_page_whose_worker_died_is_read_again_after_its_lease(
    fresh: House, shopify: AdminApi
) -> None:
    def too_slow(_variables: Body) -> Body:
        raise JobTimeoutException("time is up")

    shopify.answers["OrdersPage"] = too_slow
    with pytest.raises(JobTimeoutException):
        bulk.run()
    shopify.answers["OrdersPage"] = lambda of: PAGES[of["after"]]
    fresh.clock.now += importing.LEASE - timedelta(seconds=1)
    bulk.run()
    assert len(shopify.asked) == 1, "it is another's"
    fresh.clock.jump(seconds=1)
    bulk.run()
    assert progress(fresh) == ("done", "", 4)
    assert fresh.shop().import_attempts == 0


def test_a_page_that_takes_long_is_nobody_elses_meanwhile(
    fresh: House, shopify: AdminApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(variables: Body) -> Body:
        half = importing.LEASE.total_seconds() * 0.75
        fresh.clock.jump(seconds=half)
        eventually(lambda: fresh.shop().import_due_at == fresh.clock.now + importing.LEASE)
        fresh.clock.jump(seconds=half)
        assert not backfill.step()
        return PAGES[variables["after"]]

    monkeypatch.setattr(heartbeat, "EVERY", 0.01)
    shopify.answers["OrdersPage"] = slow
    assert backfill.step()
    assert progress(fresh) == ("running", "c1", 2)


def test_a_shop_whose_token_is_dead_waits_and_holds_up_no_other(
    fresh: House, shopify: AdminApi
) -> None:
    fresh.change_shop(token_refused_at=NOON)
    paged(fresh, BOB)
    fresh.clock.jump(seconds=1)
    bulk.run()
    assert progress(fresh) == ("running", "", 0)
    assert fresh.shop().import_error == "NoToken"
    assert progress(fresh, BOB) == ("done", "", 4)
    with fresh.changing() as (session, _):
        facts = ShopFacts(SHOP_IDS[ALICE], ALICE, "Alice", "", "UTC", "USD")
        shops.install(session, facts, Tokens("shpat_new", ""))
    fresh.clock.jump(seconds=20)
    bulk.run()
    assert progress(fresh) == ("done", "", 4)


def test_a_shop_that_leaves_meanwhile_stays_as_it_left(fresh: House, shopify: AdminApi) -> None:
    def leave(variables: Body) -> Body:
        with fresh.changing() as (session, shop):
            shops.uninstall(session, shop)
        return PAGES[variables["after"]]

    shopify.answers["OrdersPage"] = leave
    bulk.run()
    assert fresh.shop().import_state == "stopped"


def test_an_order_with_many_lines_is_read_alone(fresh: House, shopify: AdminApi) -> None:
    many = [nodes.line(number) for number in range(1, 41)]
    cut = nodes.order(ORDER, lineItems={"nodes": many[:30]})
    whole = nodes.order(ORDER, lineItems={"nodes": many})
    shopify.answers["OrdersPage"] = nodes.orders_page(cut, nodes.order(ORDER + 1))
    shopify.answers["OneOrder"] = {"order": whole}
    bulk.run()
    assert shopify.names == ["OrdersPage", "OneOrder"]
    asked = shopify.asked[1][1]
    assert (asked["id"], asked["lines"]) == (whole["id"], 250)
    assert len(fresh.order().items) == 40
    assert len(fresh.order(ORDER + 1).items) == 1


def test_a_page_that_nobody_understands_is_given_up_and_holds_up_no_other(
    fresh: House, shopify: AdminApi
) -> None:
    paged(fresh, BOB)
    answers = iter([{"orders": None}])
    shopify.answers["OrdersPage"] = lambda of: next(answers, PAGES[of["after"]])
    fresh.clock.jump(seconds=1)
    bulk.run()
    assert (fresh.shop().import_error, fresh.shop().import_attempts) == ("TypeError", 1)
    assert progress(fresh, BOB) == ("done", "", 4)


STORY = {
    "fulfilled before": nodes.fulfillment(createdAt=BEFORE, updatedAt=BEFORE),
    "fulfilled since": nodes.fulfillment(createdAt=AFTER, updatedAt=AFTER),
}


@pytest.mark.parametrize(
    ("when", "imported", "channels"),
    [("fulfilled before", True, []), ("fulfilled since", False, ["email", "shopify", "sms"])],
)
def test_only_what_was_fulfilled_since_the_install_is_told(
    fresh: House, shopify: AdminApi, when: str, imported: bool, channels: list[str]
) -> None:
    shopify.answers["OrdersPage"] = nodes.orders_page(nodes.order(ORDER, STORY[when]))
    fresh.clock.jump(hours=1)
    bulk.run()
    moving = payloads.step("InTransit_Other", "2026-11-24T12:45:00Z")
    fresh.track(payloads.tracked(payloads.NUMBER, moving))
    assert [f.imported for f in fresh.rows(Fulfillment)] == [imported]
    assert fresh.order().status == "in_transit"
    assert sorted(row.channel for row in fresh.outbox()) == channels


def test_the_shops_own_events_of_an_import_give_its_status(fresh: House, shopify: AdminApi) -> None:
    events = (nodes.event("DELIVERED", BEFORE), nodes.event("IN_TRANSIT", payloads.SHIPPED))
    told = nodes.order(ORDER, nodes.fulfillment(events=events))
    shopify.answers["OrdersPage"] = nodes.orders_page(told)
    bulk.run()
    assert (fresh.order().status, fresh.outbox()) == ("delivered", [])


def test_what_a_webhook_told_later_is_not_undone_and_what_it_brings_is_told(
    app: App, fresh: House, shopify: AdminApi
) -> None:
    """The page was read a moment ago; the order was fulfilled while it was on its way."""
    shipped = payloads.fulfillment(created_at=AFTER, updated_at=AFTER)
    app.webhook("orders/fulfilled", payloads.fulfilled_order(shipped, updated_at=AFTER))
    fresh.clock.jump(hours=1)
    process_inbox.run()
    shopify.answers["OrdersPage"] = nodes.orders_page(nodes.order(ORDER))
    bulk.run()
    order = fresh.order()
    assert (order.status, order.unfulfilled) == ("pending", False)
    assert [row.channel for row in fresh.outbox()] == ["email", "sms"]


def test_a_shop_that_was_imported_is_not_read_again(house: House, shopify: AdminApi) -> None:
    bulk.run()
    assert shopify.asked == []
    assert {shop.import_state for shop in house.rows(Shop)} == {"done"}
