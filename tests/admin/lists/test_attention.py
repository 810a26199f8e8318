"""Tracking with Requires attention on: the three rules, over all dates."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import payloads
from tests.admin.shop import DAY, counted, listed, place, ship, tell
from tests.pages import Element, read
from tests.support import NOON, App, House

TICK = timedelta(microseconds=1)


def tracking(app: App, query: str) -> Element:
    return read(app.visit(f"/tracking{query}"))


def orders(app: App, query: str) -> list[str]:
    return listed(tracking(app, query))


@pytest.fixture
def due(house: House) -> House:
    """Orders at the edges of the three rules; those with even numbers are over them."""
    ship(house, 1, NOON - 45 * DAY)
    ship(house, 2, NOON - 45 * DAY - TICK)
    place(house, 3, NOON - 7 * DAY + TICK)
    place(house, 4, NOON - 7 * DAY)
    for number, code in ((5, "Exception_Returned"), (6, "Expired_Other")):
        ship(house, number, NOON - 3 * DAY)
        tell(house, number, code)
    ship(house, 8, NOON - 50 * DAY)
    tell(house, 8, "Exception_Lost", NOON - 40 * DAY)
    ship(house, 10, NOON - 60 * DAY, numbers=[])
    place(house, 11, NOON - 9 * DAY, cancelled_at=NOON.isoformat())
    place(house, 13, NOON - 9 * DAY, closed_at=NOON.isoformat())
    ship(house, 15, NOON - 60 * DAY)
    tell(house, 15, "Exception_Returned")
    return house


def test_the_three_rules_show_over_all_dates_what_waits_longest_first(due: House, app: App) -> None:
    page = tracking(app, "?attention=1")
    assert listed(page) == ["#8", "#10", "#6", "#2", "#4"]
    assert "all dates" in page.one("button", id="dates-button").text
    assert "Longest waiting first" in page.text
    whys = {row.one("a", class_="name").text: row.text for row in page.all("tr")[1:]}
    assert "Alert; over 45 days" in whys["#8"]
    assert "over 45 days" in whys["#10"]
    assert "not fulfilled for 7 days" in whys["#4"]
    assert "Expired" in whys["#6"]
    assert page.one("a", id="toggle").text.endswith(" 5")


@pytest.mark.parametrize(
    ("address", "among"),
    [
        ("/tracking?attention=1&", "Only orders that require attention were searched."),
        ("/orders?attention=1&", "Only orders that require attention were searched."),
        ("/tracking?status=mend&", "Only orders with a number to mend were searched."),
        ("/orders?number=none&country=FR&", "Only orders that these filters leave were searched."),
        ("/tracking?", "Only orders with something to ship were searched."),
    ],
)
def test_a_search_in_vain_says_among_which_orders_and_offers_all(
    address: str, among: str, app: App
) -> None:
    gift_card = {**payloads.line(), "requires_shipping": False}
    place(app.house, 1, line_items=[gift_card])
    page = read(app.visit(f"{address}q=%231"))
    assert (listed(page), among in page.text) == ([], True)
    assert listed(read(app.visit("/orders?q=%231"))) == ["#1"]
    assert page.has("a", class_="btn", href="/orders?q=%231")


def test_dates_that_are_chosen_narrow_what_requires_attention(due: House, app: App) -> None:
    page = tracking(app, "?attention=1&from=2026-11-17&to=2026-11-24")
    assert listed(page) == ["#6", "#4"]
    assert page.one("a", id="toggle").text.endswith(" 5"), "its count is over all dates"
    assert {name for name, count in counted(page, "Status").items() if count == 1} == {
        "Not fulfilled",
        "Expired",
    }


def test_the_rules_are_counted_and_each_can_be_chosen(due: House, app: App) -> None:
    page = tracking(app, "?attention=1")
    assert counted(page, "Why") == {
        "Any reason": 5,
        "Alert, Expired or Undelivered": 2,
        "Over 45 days, not delivered": 3,
        "Not fulfilled for 7 days": 1,
    }
    assert "1 order meets two rules" in page.one("nav", aria_label="Why").text
    assert orders(app, "?attention=1&rule=problem") == ["#8", "#6"]
    assert orders(app, "?attention=1&rule=late") == ["#8", "#10", "#2"]
    assert orders(app, "?attention=1&rule=unfulfilled") == ["#4"]


def test_a_rule_holds_from_its_moment_on_without_anybodys_doing(app: App) -> None:
    place(app.house, 1, NOON - 7 * DAY + timedelta(seconds=1))
    assert orders(app, "?attention=1") == []
    app.house.clock.jump(seconds=1)
    assert orders(app, "?attention=1") == ["#1"]
    ship(app.house, 1, NOON - 7 * DAY)
    page = tracking(app, "?attention=1")
    assert (listed(page), "Nothing requires attention" in page.text) == ([], True)
