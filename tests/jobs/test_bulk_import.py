"""A new shop's orders come by bulk operation, each once, whatever dies on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from shopify_app.actions import importing, orders, shops
from shopify_app.domain.facts import ShopFacts, Tokens
from shopify_app.jobs import backfill, bulk, bulk_import
from shopify_app.models import Fulfillment, Shipment
from shopify_app.settings import DEFAULT_SCOPES
from tests import nodes, payloads, rows
from tests.bulk import Store, fulfillment, lines
from tests.payloads import ORDER
from tests.stubs import AdminApi
from tests.support import ALICE, BOB, NOON, SHOP_IDS, App, House

BEFORE, AFTER = "2026-11-24T11:59:59Z", "2026-11-24T12:30:00Z"
OPERATION = "gid://shopify/BulkOperation/1"
COUNT = 7


@pytest.fixture
def fresh(house: House, store: Store, monkeypatch: pytest.MonkeyPatch) -> House:
    """Alice has just installed the app; her seven orders are applied three at a time."""
    come(house, ALICE)
    store.file = lines(*(nodes.order(ORDER + n) for n in range(COUNT)))
    monkeypatch.setattr(bulk_import, "BATCH", 3)
    return house


def come(house: House, domain: str, due_at: datetime = NOON) -> None:
    house.change_shop(
        domain,
        import_state="waiting",
        import_due_at=due_at,
        import_since=NOON - importing.REACH,
        installed_at=NOON,
        notify=True,
        notify_since=NOON,
    )


def finish(house: House) -> None:
    """Let time pass, and the job go on, until Alice's import has come to an end."""
    for _ in range(40):
        bulk.run()
        if not house.shop().importing:
            return
        due_at = house.shop().import_due_at
        assert due_at
        house.clock.now = max(house.clock.now, due_at)
    raise AssertionError("it does not come to an end")


def known(house: House, domain: str = ALICE) -> int:
    return sum(order.placed_at is not None for order in house.rows(orders.Order)
               if order.shop_id == SHOP_IDS[domain])  # fmt: skip


def progress(house: House) -> tuple[str, int, int]:
    shop = house.shop()
    return shop.import_state, shop.imported_orders, shop.import_expected


def test_an_import_starts_an_operation_waits_and_reads_its_file(
    fresh: House, shopify: AdminApi, store: Store
) -> None:
    bulk.run()
    assert store.starts == ["created_at:>='2026-09-25T12:00:00Z'"], "60 days"
    assert progress(fresh) == ("running", 0, COUNT)
    finish(fresh)
    assert progress(fresh) == ("done", COUNT, COUNT)
    assert shopify.names == ["BulkOperations", "RunBulkQuery", "BulkOperation"]
    assert known(fresh) == COUNT
    order = fresh.order(ORDER + 3)
    assert (order.name, order.email, len(order.items)) == ("#1058", "maren.oakdale@example.com", 1)
    assert (fresh.shop().import_operation, fresh.shop().import_due_at) == ("", None)
    assert fresh.shop().catch_up == "wanted"


def test_the_file_is_fetched_without_a_token_and_as_it_is(fresh: House, store: Store) -> None:
    finish(fresh)
    [request] = store.fetched
    assert "X-Shopify-Access-Token" not in request.headers
    assert "Authorization" not in request.headers
    assert request.headers["Accept-Encoding"] == "identity"


def test_while_shopify_works_it_is_asked_ever_more_seldom(fresh: House, store: Store) -> None:
    store.status = "RUNNING"
    bulk.run()
    waits = []
    for _ in range(8):
        due_at = fresh.shop().import_due_at
        assert due_at
        waits.append((due_at - fresh.clock.now).total_seconds())
        fresh.clock.now = due_at
        bulk.run()
    assert waits == sorted(waits)
    assert (waits[0], waits[1], len(set(waits)) > 3) == (2, 2, True)
    assert fresh.shop().import_listed == COUNT
    fresh.clock.jump(hours=1)
    bulk.run()
    assert fresh.shop().import_due_at == fresh.clock.now + bulk_import.LONGEST


def test_the_end_of_an_operation_wakes_the_import(app: App, fresh: House, store: Store) -> None:
    store.status = "RUNNING"
    fresh.clock.jump(hours=1)
    bulk.run()
    app.hear("bulk_operations/finish", payloads.bulk_finished(OPERATION), BOB)
    bulk.run()
    assert fresh.shop().import_state == "running", "another shop's operation"
    fresh.clock.jump(seconds=3)
    bulk.run()
    store.status = "COMPLETED"
    bulk.run()
    assert known(fresh) == 0, "it waits"
    app.hear("bulk_operations/finish", payloads.bulk_finished(OPERATION))
    bulk.run()
    assert progress(fresh) == ("done", COUNT, COUNT)


def test_a_job_that_died_before_it_noted_the_operation_finds_it_again(
    fresh: House, store: Store
) -> None:
    store.loses = True
    bulk.run()
    assert fresh.shop().import_operation == ""
    finish(fresh)
    assert len(store.queries) == 1
    assert progress(fresh) == ("done", COUNT, COUNT)


def test_an_operation_of_another_search_is_not_taken_for_ours(fresh: House, store: Store) -> None:
    store.queries.append('{ orders(query: "name:1") { edges { node { id } } } }')
    finish(fresh)
    assert len(store.queries) == 2


@pytest.mark.parametrize("parts", [True, False], ids=["in parts", "whole alone"])
def test_a_job_killed_between_two_batches_goes_on_where_it_was(
    fresh: House, store: Store, monkeypatch: pytest.MonkeyPatch, parts: bool
) -> None:
    store.parts = parts
    taken: list[int] = []
    really = orders.record_orders

    def dies_at_the_second(session: object, shop: object, found: list[object]) -> int:
        taken.append(len(found))
        if len(taken) == 2:
            raise KeyboardInterrupt
        return really(session, shop, found)  # type: ignore[arg-type]

    monkeypatch.setattr(orders, "record_orders", dies_at_the_second)
    bulk.run()
    fresh.clock.jump(seconds=5)
    with pytest.raises(KeyboardInterrupt):
        bulk.run()
    assert (progress(fresh), known(fresh)) == (("running", 3, COUNT), 3)
    fresh.clock.now += importing.LEASE - timedelta(seconds=1)
    bulk.run()
    assert known(fresh) == 3, "it may be somebody else's still"
    fresh.clock.jump(seconds=1)
    bulk.run()
    assert progress(fresh) == ("done", COUNT, COUNT)
    assert taken == [3, 3, 3, 1], "nothing twice"
    assert store.fetched[-1].headers["Range"].startswith("bytes=")
    assert len(store.queries) == 1


def test_a_step_ends_after_some_seconds_and_another_shop_has_its_turn(
    fresh: House, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_import, "STEP_SECONDS", 0)
    come(fresh, BOB, NOON)
    fresh.clock.jump(seconds=1)
    for _ in range(2):
        assert backfill.step()
    fresh.clock.jump(seconds=5)
    for expected in ((3, 0), (3, 3), (6, 3), (6, 6), (7, 6), (7, 7)):
        fresh.clock.jump(seconds=1)
        assert backfill.step()
        assert sorted((known(fresh), known(fresh, BOB)), reverse=True) == list(expected)
    assert not backfill.step()


def test_an_import_leaves_the_other_shops_rows_alone(fresh: House, store: Store) -> None:
    fresh.record(payloads.order(), BOB)
    bobs = rows.of_shop(BOB)
    finish(fresh)
    assert rows.changed(bobs, rows.of_shop(BOB)) == set()


def without_its_order(store: Store) -> None:
    first, second, *rest = store.file.splitlines(keepends=True)
    store.file = b"".join([second, first, *rest])


def not_grouped(store: Store) -> None:
    told = store.file.splitlines(keepends=True)
    store.file = b"".join(sorted(told, key=lambda line: b"__parentId" in line))


def not_json(store: Store) -> None:
    store.file = b"<html>\n"


def refused(store: Store) -> None:
    store.refuses = "LIMIT_REACHED"


def denied(store: Store) -> None:
    store.status, store.error = "FAILED", "ACCESS_DENIED"


def canceled(store: Store) -> None:
    store.status = "CANCELED"


def elsewhere(store: Store) -> None:
    store.url = "http://169.254.169.254/latest/meta-data"


def no_address(store: Store) -> None:
    store.url = None


def never_whole(store: Store) -> None:
    store.cuts = -10


def gone(store: Store) -> None:
    store.serves = 403


@pytest.mark.parametrize(
    "meddle",
    [without_its_order, not_grouped, not_json, refused, denied, canceled, elsewhere, no_address,
     never_whole, gone],
)  # fmt: skip
def test_what_cannot_be_had_in_bulk_is_read_by_pages(
    fresh: House, shopify: AdminApi, store: Store, meddle: Callable[[Store], None]
) -> None:
    pages = [nodes.order(ORDER + n) for n in range(COUNT)]
    shopify.answers["OrdersPage"] = nodes.orders_page(*pages)
    meddle(store)
    finish(fresh)
    shop = fresh.shop()
    assert (progress(fresh)[:2], known(fresh)) == (("done", COUNT), COUNT)
    assert shop.import_paged
    assert shopify.names.count("OrdersPage") == 1
    assert len(store.queries) <= 1


def test_a_file_that_could_not_be_had_is_asked_for_again_with_a_new_address(
    fresh: House, shopify: AdminApi, store: Store
) -> None:
    store.serves = 503
    bulk.run()
    fresh.clock.jump(seconds=5)
    bulk.run()
    assert (fresh.shop().import_error, fresh.shop().import_attempts) == ("FileAway", 1)
    store.serves = 200
    finish(fresh)
    assert progress(fresh) == ("done", COUNT, COUNT)
    assert not fresh.shop().import_paged
    assert (fresh.shop().import_error, len(store.queries)) == ("", 1)


def test_while_shopify_is_down_it_stays_with_the_operation(
    fresh: House, shopify: AdminApi, store: Store
) -> None:
    bulk.run()
    answers, shopify.answers["BulkOperation"] = shopify.answers["BulkOperation"], 503
    for attempt in range(1, 7):
        fresh.clock.jump(hours=1)
        bulk.run()
        assert fresh.shop().import_attempts == attempt
    shopify.answers["BulkOperation"] = answers
    finish(fresh)
    assert (progress(fresh), fresh.shop().import_paged) == (("done", COUNT, COUNT), False)


def test_after_a_weeks_pause_another_operation_is_run(fresh: House, store: Store) -> None:
    bulk.run()
    store.over.add(1)
    fresh.clock.jump(days=8)
    finish(fresh)
    assert len(store.queries) == 2
    assert progress(fresh) == ("done", COUNT, COUNT)


def test_a_store_without_orders_is_done_at_once(fresh: House, store: Store) -> None:
    store.file = b""
    finish(fresh)
    assert (progress(fresh), store.fetched) == (("done", 0, 0), [])


def test_a_shop_that_leaves_meanwhile_stays_as_it_left(fresh: House, store: Store) -> None:
    def leave() -> None:
        with fresh.changing() as (session, shop):
            shops.uninstall(session, shop)

    store.meanwhile = leave
    finish(fresh)
    assert (fresh.shop().import_state, known(fresh)) == ("stopped", 0)


def test_without_a_token_it_waits_and_goes_on_when_there_is_one(
    fresh: House, shopify: AdminApi, store: Store
) -> None:
    bulk.run()
    fresh.change_shop(token_refused_at=NOON)
    fresh.clock.jump(seconds=5)
    bulk.run()
    assert (fresh.shop().import_error, fresh.shop().import_attempts) == ("NoToken", 0)
    with fresh.changing() as (session, _):
        facts = ShopFacts(SHOP_IDS[ALICE], ALICE, "Alice", "", "UTC", "USD")
        shops.install(session, facts, Tokens("shpat_new", ""))
    fresh.clock.jump(seconds=1)
    bulk.run()
    assert progress(fresh) == ("done", COUNT, COUNT)
    assert len(store.queries) == 1


SHIPPED = [
    pytest.param("IN_TRANSIT", {"inTransitAt": BEFORE}, "in_transit", 1, id="on its way"),
    pytest.param("DELIVERED", {"deliveredAt": BEFORE}, "delivered", 1, id="delivered"),
    pytest.param("OUT_FOR_DELIVERY", {}, "pick_up", 0, id="a word without a time"),
    pytest.param("FULFILLED", {}, "pending", 0, id="nothing known"),
]


@pytest.mark.parametrize(("display", "times", "status", "checkpoints"), SHIPPED)
def test_shopifys_word_on_a_fulfillment_gives_its_status_and_nobody_is_told(
    fresh: House,
    store: Store,
    display: str,
    times: dict[str, str],
    status: str,
    checkpoints: int,
) -> None:
    shipped = nodes.fulfillment(createdAt="2026-11-20T12:00:00Z", updatedAt=BEFORE)
    store.file = lines(nodes.order(ORDER, fulfillment(shipped, display, **times)))
    finish(fresh)
    assert [f.imported for f in fresh.rows(Fulfillment)] == [True]
    assert (fresh.order().status, fresh.outbox()) == (status, [])
    assert len(fresh.rows(orders.CheckpointRow)) == checkpoints


def test_a_word_without_a_time_gives_way_to_what_a_carrier_tells(
    fresh: House, store: Store
) -> None:
    shipped = nodes.fulfillment(createdAt="2026-11-20T12:00:00Z", updatedAt=BEFORE)
    store.file = lines(nodes.order(ORDER, fulfillment(shipped, "OUT_FOR_DELIVERY")))
    finish(fresh)
    fresh.follow()
    failed = payloads.step("DeliveryFailure_NoBody", "2026-11-21T08:00:00Z")
    fresh.track(payloads.tracked(payloads.NUMBER, failed))
    assert [s.status for s in fresh.rows(Shipment)] == ["undelivered"]


def test_with_all_orders_granted_a_year_is_read(house: House, store: Store) -> None:
    with house.changing() as (session, shop):
        shops.uninstall(session, shop)
    facts = ShopFacts(SHOP_IDS[ALICE], ALICE, "Alice", "", "UTC", "USD")
    with house.changing() as (session, _):
        shops.install(session, facts, Tokens("t", f"{DEFAULT_SCOPES},read_all_orders"))
    bulk.run()
    assert store.starts == ["created_at:>='2025-11-24T12:00:00Z'"]
