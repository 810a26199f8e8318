"""A long list comes page by page: every row once, in one order, each page at the same price."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from shopify_app import database
from shopify_app.admin import paging
from shopify_app.models import Order
from tests.admin.shop import listed
from tests.pages import Element, read
from tests.support import ALICE, BOB, NOON, App, House

COUNT = 2 * paging.SIZE + 20


@pytest.fixture
def long(house: House) -> House:
    """More than two pages of orders that require attention; many were placed at one moment."""
    for domain in (ALICE, BOB):
        with house.changing(domain) as (session, shop):
            session.add_all(_order(shop.id, n, domain) for n in range(COUNT))
    return house


def _order(shop_id: int, n: int, domain: str) -> Order:
    at = _placed(n)
    return Order(
        shop_id=shop_id,
        id=n + 1,
        name=f"#{n}" if domain == ALICE else "#of-bob",
        placed_at=at,
        status="unfulfilled",
        attention_from=at + timedelta(days=7),
        unfulfilled_from=at + timedelta(days=7),
    )


def _placed(n: int) -> datetime:
    return NOON - timedelta(days=8, microseconds=n // 40)


def by_age(*, newest_first: bool) -> list[str]:
    numbers = sorted(range(COUNT), key=lambda n: (_placed(n), n), reverse=newest_first)
    return [f"#{n}" for n in numbers]


def walk(app: App, path: str, rel: str = "next") -> list[list[str]]:
    """The orders of each page from `path` on, page by page in the direction of `rel`."""
    pages = []
    while path:
        page = read(app.visit(path))
        pages.append(listed(page))
        path = link(page, rel)
        assert len(pages) < 10, "it goes round"
    return pages


def link(page: Element, rel: str) -> str:
    found = page.all("a", rel=rel)
    return found[0]["href"] if found else ""


@pytest.mark.parametrize(
    ("path", "newest_first"),
    [
        pytest.param("/orders", True, id="orders"),
        pytest.param("/tracking?status=unfulfilled", True, id="tracking"),
        pytest.param("/tracking?attention=1&rule=unfulfilled", False, id="attention"),
    ],
)
def test_all_pages_together_show_every_order_once_and_so_they_do_backwards(
    path: str, newest_first: bool, long: House, app: App
) -> None:
    pages = walk(app, path)
    assert [len(page) for page in pages] == [50, 50, 20]
    assert [name for page in pages for name in page] == by_age(newest_first=newest_first)
    first, second = read(app.visit(path)), link(read(app.visit(path)), "next")
    assert link(first, "prev") == ""
    back = walk(app, link(read(app.visit(second)), "next"), "prev")
    assert back == pages[::-1]


def test_a_row_that_came_meanwhile_shifts_no_page(long: House, app: App) -> None:
    second = link(read(app.visit("/orders")), "next")
    before = listed(read(app.visit(second)))
    with long.changing() as (session, shop):
        session.add(Order(shop_id=shop.id, id=10_000, name="#new", placed_at=NOON))
    assert listed(read(app.visit(second))) == before
    assert listed(read(app.visit("/orders")))[0] == "#new"


def test_a_full_last_page_has_no_next(house: House, app: App) -> None:
    with house.changing() as (session, shop):
        session.add_all(_order(shop.id, n, ALICE) for n in range(paging.SIZE))
    page = read(app.visit("/orders"))
    assert (len(listed(page)), link(page, "next"), link(page, "prev")) == (50, "", "")


def test_every_page_costs_the_same_number_of_queries(long: House, app: App) -> None:
    asked: list[str] = []
    event.listen(database.engine(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    prices, path = [], "/tracking"
    for _ in range(3):
        page = read(app.visit(path))
        prices.append(len(asked))
        asked.clear()
        path = link(page, "next")
    assert len(set(prices)) == 1, prices
    assert prices[0] < 15


def test_a_mark_that_is_not_ours_is_as_good_as_none(house: House, app: App) -> None:
    with house.changing() as (session, shop):
        session.add(_order(shop.id, 1, ALICE))
    at = "20261124T120000.000000"
    marks = ["x", "~", f"{at}~", "~7", "20261324T120000.000000~7", "²~²", f"{at}~{2**63}"]
    for mark in (*marks, f"{at}~-{2**63 + 1}"):
        for name in ("after", "before"):
            page = read(app.visit("/orders", query_string={name: mark}))
            assert listed(page) == ["#1"], mark
