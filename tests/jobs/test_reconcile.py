"""What webhooks missed is found by the time it changed, once, and counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect

from shopify_app.actions import orders, shops
from shopify_app.jobs import bulk, tick
from shopify_app.models import Order, Outbox, Reconciliation, Shipment
from tests import nodes, payloads
from tests.stubs import AdminApi
from tests.support import ALICE, BOB, INSTALLED, NOON, House

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def due(house: House) -> House:
    """Alice's shop is to be compared now."""
    house.change_shop(reconcile_at=NOON)
    return house


def passes(house: House) -> list[tuple[int, int, str]]:
    return [(row.seen, row.missed, row.error) for row in house.rows(Reconciliation)]


def asked(api: AdminApi) -> list[str]:
    return [variables["query"] for name, variables in api.asked if name == "OrdersPage"]


def test_an_order_that_no_webhook_told_of_is_found(due: House, shopify: AdminApi) -> None:
    shopify.answers["OrdersPage"] = nodes.orders_page(nodes.order())
    bulk.run()
    assert passes(due) == [(1, 1, "")]
    assert [row.shop_id for row in due.rows(Order)] == [due.shop().id]


def test_a_second_pass_finds_nothing_and_changes_nothing(due: House, shopify: AdminApi) -> None:
    shopify.answers["OrdersPage"] = nodes.orders_page(nodes.order())
    bulk.run()
    before = [_columns(row) for model in (Order, Shipment, Outbox) for row in due.rows(model)]
    due.clock.jump(hours=1)
    bulk.run()
    after = [_columns(row) for model in (Order, Shipment, Outbox) for row in due.rows(model)]
    assert passes(due) == [(1, 1, ""), (1, 0, "")]
    assert after == before


def _columns(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in inspect(row).mapper.columns.keys()}  # noqa: SIM118 no dict


def test_what_webhooks_told_is_not_counted_as_missed(due: House, shopify: AdminApi) -> None:
    node = nodes.order()
    body = payloads.order(int(node["id"].rpartition("/")[2]), updated_at=node["updatedAt"])
    due.record(body)
    shopify.answers["OrdersPage"] = nodes.orders_page(node)
    bulk.run()
    assert passes(due) == [(1, 0, "")]


@pytest.mark.parametrize("last", ["YT2400000000000001", "YT2400000000000002"])
def test_a_number_that_changed_twice_in_a_second_becomes_the_stores(
    due: House, shopify: AdminApi, last: str
) -> None:
    """Two bodies of one second have no order: only the store, asked, knows which came last."""
    for number in ("YT2400000000000001", "YT2400000000000002"):
        due.record(payloads.fulfilled_order(payloads.fulfillment(number)))
    node = nodes.order(payloads.ORDER, nodes.fulfillment(last))
    shopify.answers["OrdersPage"] = nodes.orders_page(node)
    bulk.run()
    assert [each.number for each in due.shipments() if each.removed_at is None] == [last]


def test_a_deleted_order_stays_deleted_and_is_not_counted(due: House, shopify: AdminApi) -> None:
    node = nodes.order()
    with due.changing() as (session, shop):
        orders.delete_order(session, shop, int(node["id"].rpartition("/")[2]))
    shopify.answers["OrdersPage"] = nodes.orders_page(node)
    bulk.run()
    assert passes(due) == [(1, 0, "")]
    assert due.rows(Order)[0].placed_at is None


def test_each_pass_goes_on_where_the_last_one_ended_with_some_overlap(
    due: House, shopify: AdminApi
) -> None:
    shopify.answers["OrdersPage"] = nodes.orders_page()
    bulk.run()
    due.clock.jump(hours=1)
    bulk.run()
    first, second = (_moments(query) for query in asked(shopify))
    assert first == (INSTALLED - 10 * MINUTE, NOON - 5 * MINUTE)
    assert second == (NOON - 15 * MINUTE, NOON + HOUR - 5 * MINUTE)


def _moments(query: str) -> tuple[datetime, ...]:
    return tuple(datetime.fromisoformat(text) for text in query.split("'")[1::2])


def test_a_pass_that_is_interrupted_goes_on_with_its_next_page(
    due: House, shopify: AdminApi
) -> None:
    pages = iter([nodes.orders_page(nodes.order(), next_cursor="page 2"), 500, nodes.orders_page()])
    shopify.answers["OrdersPage"] = lambda _variables: next(pages)
    bulk.run()
    assert passes(due) == [(1, 1, "")]
    assert due.rows(Reconciliation)[0].ended_at is None
    due.clock.jump(minutes=1)
    bulk.run()
    [row] = due.rows(Reconciliation)
    assert (row.seen, row.ended_at) == (1, due.clock.now)


def test_a_store_that_cannot_be_asked_is_given_up_and_tried_again_later(
    due: House, shopify: AdminApi
) -> None:
    shopify.answers["OrdersPage"] = 500
    for _ in range(12):
        bulk.run()
        due.clock.jump(minutes=20)
    errors = [error for _, _, error in passes(due)]
    assert "Retry" in errors
    shopify.answers["OrdersPage"] = nodes.orders_page(nodes.order())
    due.clock.jump(hours=2)
    bulk.run()
    due.clock.jump(hours=2)
    bulk.run()
    assert passes(due)[-1] == (1, 0, "")
    assert len(due.rows(Order)) == 1


def test_no_shop_is_compared_while_it_is_imported_or_after_it_left(
    due: House, shopify: AdminApi
) -> None:
    due.change_shop(import_state="waiting", import_due_at=NOON + HOUR)
    bulk.run()
    due.change_shop(import_state="done", reconcile_at=NOON)
    with due.changing() as (session, shop):
        shops.uninstall(session, shop)
    bulk.run()
    due.clock.jump(days=1)
    tick.tick()
    assert passes(due) == []
    assert shopify.asked == []


def test_only_the_shop_that_is_due_is_compared(due: House, shopify: AdminApi) -> None:
    shopify.answers["OrdersPage"] = nodes.orders_page(nodes.order())
    bulk.run()
    assert {row.shop_id for row in due.rows(Reconciliation)} == {due.shop(ALICE).id}
    assert due.shipments(BOB) == []
