"""Fulfillment progress: the orders fulfilled in some days, and how many have not arrived."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests import payloads
from tests.admin.shop import DAY, listed, place, ship, tell, tracking_number
from tests.pages import Element, read
from tests.support import BOB, NOON, App, House

TICK = timedelta(microseconds=1)
STATUSES = [
    "Not fulfilled",
    "Pending",
    "In transit",
    "Pick up",
    "Delivered",
    "Undelivered",
    "Alert",
]


def progress(app: App, query: str = "") -> Element:
    return read(app.visit(f"/progress{query}"))


def figures(page: Element) -> dict[str, str]:
    items = page.one("ul", class_="figures").all("li")
    return {
        item.one("span", class_="figure-label").text: item.one("span", class_="figure-line").text
        for item in items
    }


def changes(page: Element) -> dict[str, str]:
    items = page.one("ul", class_="figures").all("li")
    return {
        item.one("span", class_="figure-label").text: item.one("span", class_="figure-change").text
        for item in items
    }


def table(page: Element, caption: str) -> dict[str, list[str]]:
    [found] = [each for each in page.all("table") if each.one("caption").text == caption]
    rows = [row for row in found.all("tr") if row.has("td")]
    return {row.one("th").text: [cell.text for cell in row.all("td")] for row in rows}


def by_status(page: Element) -> dict[str, int]:
    rows = table(page, "Orders by status")
    return {status: int(cells[1]) for status, cells in rows.items() if cells[1] != "0"}


@pytest.fixture
def week(house: House) -> House:
    """Six orders fulfilled in the last seven days, one before them; in many states."""
    told = ["", "InTransit_Departure", "OutForDelivery_Other", "Delivered_Other", "Exception_Lost",
            "DeliveryFailure_NoBody"]  # fmt: skip
    for number, code in enumerate(told, start=1):
        ship(house, number, NOON - 20 * DAY, NOON - (number % 7) * DAY)
        if code:
            tell(house, number, code)
    ship(house, 7, NOON - 20 * DAY, NOON - 8 * DAY)
    place(house, 8, NOON - 10 * DAY)
    ship(house, 9, domain=BOB)
    return house


def test_the_last_seven_days_and_what_of_them_has_not_arrived(week: House, app: App) -> None:
    page = progress(app)
    assert figures(page) == {
        "Placed": "0",
        "Fulfilled": "6",
        "In transit": "1 16.7%",
        "Delivered": "1 16.7%",
        "Not delivered yet": "5 83.3%",
        "Requires attention": "2 33.3%",
    }
    assert changes(page)["Fulfilled"] == "+5 from 1"
    assert by_status(page) == {
        "Pending": 1, "In transit": 1, "Pick up": 1, "Delivered": 1, "Alert": 1, "Undelivered": 1,
    }  # fmt: skip
    days = table(page, "Orders by day")
    assert days["Nov 23"] == ["1", "0", "0", "1", "0"]
    assert days["Nov 24"] == ["0"] * 5
    assert days["7 days"] == ["6", "1", "2", "1", "2"]
    assert days["Before"] == ["1", "0", "0", "1", "0"]
    assert len(days) == 9
    chart = page.all("svg", role="img")[0]["aria-label"]
    assert "6 orders: 1 delivered, 2 on the way, 1 waiting, 2 with a problem" in chart


def test_seven_days_begin_at_midnight_in_the_shops_zone(app: App) -> None:
    begin = datetime(2026, 11, 18, 5, tzinfo=UTC)
    ship(app.house, 1, NOON - 20 * DAY, begin - TICK)
    ship(app.house, 2, NOON - 20 * DAY, begin)
    page = progress(app)
    assert figures(page)["Fulfilled"] == "1"
    assert table(page, "Orders by day")["Nov 18"][0] == "1"
    app.house.change_shop(timezone="Asia/Ho_Chi_Minh")
    assert table(progress(app), "Orders by day")["Nov 18"][0] == "2"


def test_any_range_can_be_chosen_even_over_a_change_of_clocks(app: App) -> None:
    begin, end = datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, 5, tzinfo=UTC)
    for number, at in enumerate((begin - TICK, begin, end - TICK, end), start=1):
        ship(app.house, number, NOON - 40 * DAY, at)
    page = progress(app, "?from=2026-11-01&to=2026-11-01")
    assert figures(page)["Fulfilled"] == "2"
    assert table(page, "Orders by day") == {
        "Nov 1": ["2", "0", "0", "2", "0"],
        "1 day": ["2", "0", "0", "2", "0"],
        "Before": ["1", "0", "0", "1", "0"],
    }
    assert figures(progress(app, "?from=2026-10-31&to=2026-11-02"))["Fulfilled"] == "4"


def test_by_placed_counts_what_was_not_fulfilled_too(week: House, app: App) -> None:
    page = progress(app, "?by=placed&from=2026-11-14&to=2026-11-14")
    assert figures(page)["Placed"] == "1"
    assert by_status(page) == {"Not fulfilled": 1}
    assert figures(page)["Requires attention"] == "1 100.0%"
    links = [a["href"] for a in page.all("a") if a["href"].endswith("status=unfulfilled")]
    assert links == ["/tracking?from=2026-11-14&to=2026-11-14&status=unfulfilled"]
    assert figures(progress(app, "?by=placed&from=2026-11-04&to=2026-11-04"))["Placed"] == "7"


def test_a_figure_leads_to_its_orders_whichever_day_counts(week: House, app: App) -> None:
    page = progress(app, "?by=placed&from=2026-11-04&to=2026-11-24")
    links = {
        link.one("span", class_="figure-label").text: link["href"]
        for link in page.all("a", class_="figure")
    }
    assert [*links] == [
        "Placed", "In transit", "Delivered", "Not delivered yet", "Requires attention",
    ]  # fmt: skip
    for label, href in links.items():
        assert str(len(listed(read(app.visit(href))))) == figures(page)[label].split()[0], label
    page = progress(app)
    for link in page.all("a", class_="figure"):
        label = link.one("span", class_="figure-label").text
        rows = listed(read(app.visit(link["href"])))
        assert str(len(rows)) == figures(page)[label].split()[0], label


def test_highlight_counts_by_day_in_a_column_of_its_own(week: House, app: App) -> None:
    page = progress(app, "?attention=1")
    [by_day] = [each for each in page.all("table") if each.one("caption").text == "Orders by day"]
    assert [each.text for each in by_day.all("th", scope="col")][-1] == "Requires attention"
    days = table(page, "Orders by day")
    assert (days["Nov 19"][-1], days["Nov 24"][-1], days["7 days"][-1]) == ("1", "0", "2")


def test_highlight_marks_what_requires_attention_and_counts_nothing_else(
    week: House, app: App
) -> None:
    plain, marked = progress(app), progress(app, "?attention=1")
    assert figures(plain) == figures(marked)
    assert by_status(plain) == by_status(marked)
    assert "requires attention" not in table(plain, "Orders by status")["Alert"][0]
    rows = table(marked, "Orders by status")
    assert "1 requires attention" in rows["Alert"][0]
    assert "1 requires attention" in rows["Undelivered"][0]
    assert rows["Pick up"][0] == ""
    assert marked.one("a", id="toggle")["aria-current"] == "true"
    assert not plain.one("a", id="toggle").attributes.get("aria-current")
    faded = [len(page.all("g", class_="segment--faded")) for page in (plain, marked)]
    assert faded[0] == 0 < faded[1]


def test_an_order_is_delivered_when_all_its_parcels_are(app: App) -> None:
    numbers = [tracking_number(1), tracking_number(2)]
    ship(app.house, 1, numbers=numbers)
    tell(app.house, numbers[0], "Delivered_Other")
    assert figures(progress(app))["Delivered"].startswith("0")
    tell(app.house, numbers[1], "Delivered_Other")
    assert figures(progress(app))["Delivered"] == "1 100.0%"


def test_an_order_fulfilled_in_part_is_none_yet(app: App) -> None:
    half = payloads.line(fulfillable_quantity=1, fulfillment_status="partial")
    ship(app.house, 1, line_items=[half], fulfillment_status="partial")
    assert figures(progress(app))["Fulfilled"] == "0"
    ship(app.house, 1, shipped=NOON - timedelta(hours=1))
    assert figures(progress(app))["Fulfilled"] == "1"


def test_days_without_orders_are_shown_all_the_same(app: App) -> None:
    page = progress(app)
    assert set(figures(page).values()) == {"0"}
    assert len(table(page, "Orders by day")) == 9
    assert by_status(page) == {}


ROWS = {
    "?from=2026-11-15&to=2026-11-24": 10,
    "?from=2026-11-14&to=2026-11-24": 2,
    "?from=2026-08-01&to=2026-11-24": 5,
    "?from=2001-01-01&to=2026-11-24": 14,
    "?to=2026-11-20": 7,
    "?from=2026-11-23": 2,
    "?from=any": 7,
    "?from=x&to=y": 7,
    "?from=0001-01-01&to=9999-12-31": 7,
    "?from=2100-12-31&to=2100-12-31": 1,
}
"""How many rows the table has: days, from the eleventh on weeks, then four weeks of a year."""


def test_a_long_range_is_told_by_weeks_or_four(app: App) -> None:
    pages = {query: progress(app, query) for query in ROWS}
    assert {q: len(table(page, "Orders by day")) - 2 for q, page in pages.items()} == ROWS


@pytest.fixture
def passed(house: House) -> House:
    """Ten days ago it was as this says, and much has changed since."""
    house.clock.now = NOON - 20 * DAY
    for number in (1, 2, 3):
        ship(house, number, NOON - 25 * DAY, NOON - 21 * DAY)
    tell(house, 1, "InTransit_Departure", NOON - 20 * DAY)
    tell(house, 2, "Exception_Lost", NOON - 20 * DAY)
    place(house, 4, NOON - 20 * DAY)
    house.clock.now = NOON
    tell(house, 1, "Delivered_Other", NOON - 5 * DAY)
    tell(house, 2, "Delivered_Other", NOON - 5 * DAY)
    ship(house, 4, NOON - 20 * DAY, NOON - 4 * DAY)
    tell(house, 4, "Exception_Lost", NOON - 3 * DAY)
    return house


def test_the_range_before_is_told_as_it_stood_at_its_end(passed: House, app: App) -> None:
    page = progress(app, "?by=placed&from=2026-11-15&to=2026-12-05")
    assert table(page, "Orders by day")["Before"] == ["4", "0", "1", "2", "1"]
    before = {status: cells[3] for status, cells in table(page, "Orders by status").items()}
    assert {status: n for status, n in before.items() if n != "0"} == {
        "Not fulfilled": "1",
        "Pending": "1",
        "In transit": "1",
        "Alert": "1",
    }
    assert changes(page)["Fulfilled"] == "−3 from 3 (75.0%)"
    assert changes(page)["Delivered"] == "±0 from 0 (0.0%)"
    assert changes(page)["Requires attention"] == "−2 from 2 (50.0%)"
    now = progress(app, "?by=placed&from=2026-10-25&to=2026-11-14")
    assert by_status(now) == {"Pending": 1, "Delivered": 2, "Alert": 1}


def test_half_and_nine_in_ten_tell_how_long_it_takes(app: App) -> None:
    for number in range(1, 11):
        ship(app.house, number, NOON - 15 * DAY, NOON - 15 * DAY + number * DAY)
        if number < 3:
            tell(app.house, number, "Delivered_Other", NOON - 2 * DAY)
    ship(app.house, 11, NOON - 15 * DAY, NOON - 14 * DAY, BOB)
    page = progress(app, "?by=placed&from=2026-11-01&to=2026-11-24")
    found = table(page, "Days it takes")
    assert found["Placed to fulfilled"] == ["5 d", "–", "9 d", "–"]
    assert found["Fulfilled to delivered"] == ["11 d", "–", "12 d", "–"]
    assert "Only orders that got there are counted: 10 fulfilled, 2 delivered." in page.text
    assert len(page.all("g", class_="range")) == 2
