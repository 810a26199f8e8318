"""Rows of the inbox that came together are applied together, and end as they would one by one."""

from __future__ import annotations

from typing import Any

import pytest

from shopify_app.jobs import process_inbox
from shopify_app.models import Inbox, Order, writing
from tests import payloads
from tests.support import ALICE, BOB, SHOP_IDS, App, statements


def bring(app: App, begin: int, count: int) -> None:
    for number in range(begin, begin + count):
        shipped = payloads.fulfillment(
            fulfillment_id=payloads.FULFILLMENT + number, order_id=payloads.ORDER + number
        )
        body = payloads.order(payloads.ORDER + number, fulfillments=[shipped])
        assert app.webhook("orders/create", body).status_code == 200


def test_more_orders_in_a_batch_ask_no_more_of_the_database(app: App) -> None:
    asked = []
    for begin, count in ((0, 5), (5, 40)):
        bring(app, begin, count)
        with statements() as told:
            process_inbox.run()
        # SQLite tells the ids of new rows one row at a time, in the same process
        asked.append(len([each for each in told if not each.startswith("INSERT")]))
    assert len(app.house.rows(Order)) == 45
    few, many = asked
    assert many <= few


def test_the_same_order_told_twice_in_a_batch_is_as_it_was_told_last(app: App) -> None:
    later = payloads.order(updated_at="2026-11-21T09:30:00-05:00", tags="gift")
    app.webhook("orders/create", payloads.order())
    app.webhook("orders/updated", later)
    app.webhook("orders/create", payloads.order())
    process_inbox.run()
    assert app.house.order().tags == ["gift"]
    assert [row.attempts for row in app.house.rows(Inbox)] == [1, 1, 1]


def test_new_orders_are_written_whole_whatever_comes_between_them(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = writing.write, []

    def keep(connection: Any, model: Any, new: Any) -> None:
        written.extend(each.name for each in new if model is Order)
        write(connection, model, new)

    monkeypatch.setattr(writing, "write", keep)
    bring(app, 0, 1)
    app.webhook("orders/delete", {"id": payloads.ORDER})
    app.webhook("orders/edited", {"order_edit": {"order_id": payloads.ORDER}})
    bring(app, 1, 1)
    process_inbox.run()
    assert written == ["#1058"] * 2
    deleted = {order.id: order.deleted_at is not None for order in app.house.rows(Order)}
    assert deleted == {payloads.ORDER: True, payloads.ORDER + 1: False}


def test_orders_of_two_shops_in_a_batch_stay_with_their_shops(app: App) -> None:
    for domain, tags in ((ALICE, "hers"), (BOB, "his"), (ALICE, "hers")):
        app.webhook("orders/create", payloads.order(tags=tags), domain)
    process_inbox.run()
    told = {order.shop_id: order.tags for order in app.house.rows(Order)}
    assert told == {SHOP_IDS[ALICE]: ["hers"], SHOP_IDS[BOB]: ["his"]}


def test_half_a_sign_in_a_body_is_left_out_of_what_is_kept(app: App) -> None:
    raw = payloads.raw(payloads.order(name="#1058x")).replace(b"#1058x", b"#1058\\ud83d")
    app.hear("orders/create", raw)
    assert app.house.order().name == "#1058"
