"""The filters of an address: checked, said where they mean nothing, combined with each other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shopify_app.admin.lists import filters
from shopify_app.admin.lists.filters import Filters
from tests.admin.shop import DAY, counted, listed, place, ship, tell, tracking_number
from tests.pages import Element, read
from tests.support import BOB, NOON, App, House


def texts(page: Element, class_: str) -> list[str]:
    return [each.text for each in page.all("span", class_=class_)]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ({}, {}),
        ({"status": "alert,expired"}, {"statuses": ("expired", "alert")}),
        ({"status": "mend, pending"}, {"statuses": ("pending",), "mend": True}),
        ({"attention": "1", "rule": "late"}, {"attention": True, "rule": "late",
                                              "sort": "attention"}),
        ({"rule": "late"}, {}),
        ({"silent": "14"}, {"silent": 14, "sort": "silent"}),
        ({"number": "none", "country": "de", "tag": " gift "},
         {"unnumbered": True, "country": "DE", "tag": "gift"}),
        ({"attention": "1", "sort": "oldest"}, {"attention": True, "sort": "oldest"}),
    ],
)  # fmt: skip
def test_an_address_is_read(address: dict[str, str], found: dict[str, Any], reader: None) -> None:
    assert filters.read(address) == Filters(**found)


@pytest.mark.parametrize(
    "address",
    [
        {"status": "lost"},
        {"reason": "x"},
        {"attention": "1", "rule": "x"},
        {"from": "yesterday"},
        {"to": "2026-13-01"},
        {"silent": "0"},
        {"silent": "9" * 5000},
        {"silent": "000000001999999999999"},
        {"silent": "-3"},
        {"silent": "²"},
        {"sort": "name"},
        {"by": "x"},
    ],
)
def test_what_means_nothing_is_said_and_left_out(address: dict[str, str], reader: None) -> None:
    read_ = filters.read(address)
    assert len(read_.remarks) == 1
    chosen = (read_.statuses, read_.reason, read_.rule, read_.silent, read_.dates.chosen)
    assert not any(chosen)


@pytest.fixture
def many(house: House) -> House:
    """Orders that differ in what can be filtered by."""
    ship(house, 1, tags="gift, vip")
    ship(house, 2, numbers=[], tags="gift")
    ship(house, 3, shipping_address={"country_code": "DE", "country": "Germany"})
    ship(house, 4, NOON - 40 * DAY, NOON - 20 * DAY)
    for number, code in ((1, "Exception_Damage"), (3, "Expired_Other")):
        tell(house, number, code)
    place(house, 5, NOON - DAY)
    place(house, 6, NOON - DAY, domain=BOB, tags="gift, bobs")
    return house


FOUND = {
    "status=alert,expired": ["#3", "#1"],
    "status=alert&status=expired": ["#3", "#1"],
    "status=mend&status=alert": [],
    "tag=gift": ["#2", "#1"],
    "tag=gift&status=alert": ["#1"],
    "tag=gift&sort=oldest": ["#1", "#2"],
    "tag=gift&attention=1": ["#1"],
    "tag=gift&tag=x&country=DE": [],
    "country=DE": ["#3"],
    "country=DE&carrier=YunExpress": ["#3"],
    "carrier=YunExpress&from=any": ["#3", "#1", "#4"],
    "number=none": ["#2"],
    "number=none&tag=vip": [],
    "silent=14": ["#4"],
    "silent=14&carrier=YunExpress": ["#4"],
    "silent=30": [],
    "by=fulfilled&from=2026-11-01&to=2026-11-10": ["#4"],
    "by=fulfilled&from=2026-11-01&to=2026-11-10&carrier=YunExpress": ["#4"],
    "reason=damaged": ["#1"],
    "sort=silent&from=any": ["#4", "#2", "#1", "#3"],
    "sort=status&from=any": ["#4", "#2", "#5", "#1", "#3"],
    f"q={tracking_number(1)}&tag=vip": ["#1"],
}


def test_filters_are_combined_on_both_pages(many: House, app: App) -> None:
    for query, names in FOUND.items():
        for path in ("/tracking", "/orders"):
            page = read(app.visit(f"{path}?{query}"))
            found = listed(page)
            assert sorted(found) == sorted(names), (path, query)
            if "sort" in query or "silent" in query:
                assert found[0:1] == names[0:1], (path, query)
    page = read(app.visit("/tracking?tag=gift"))
    assert {name: n for name, n in counted(page, "Status").items() if n} == {
        "All": 2, "Alert": 1, "Pending": 1
    }  # fmt: skip


def test_what_is_filtered_by_stands_there_and_can_be_taken_out(many: House, app: App) -> None:
    page = read(app.visit("/tracking?status=alert,expired&tag=gift&country=DE&silent=3"))
    assert texts(page, "chip") == [
        "Status: Expired, Alert", "Country: Germany", "Tag: gift", "No news for 3 days",
    ]  # fmt: skip
    hrefs = [chip.one("a")["href"] for chip in page.all("span", class_="chip")]
    assert hrefs[2] == "/tracking?status=alert%2Cexpired&country=DE&silent=3"
    assert page.one("div", class_="chips").one("a", class_="btn")["href"] == "/tracking"
    assert "“x” is no filter" in read(app.visit("/orders?status=x")).text


def test_the_choices_are_those_of_the_shops_own_orders(many: House, app: App) -> None:
    page = read(app.visit("/orders"))
    choices = {
        name: [option["value"] for option in page.one("select", name=name).all("option")]
        for name in ("carrier", "country")
    }
    assert choices == {"carrier": ["", "YunExpress"], "country": ["", "DE", "US"]}
    assert [each["value"] for each in page.one("datalist").all("option")] == ["gift", "vip"]


def test_what_no_index_counts_is_counted_so_far_and_no_further(
    many: House, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopify_app.admin.lists.counting.MOST_COUNTED", 1)
    page = read(app.visit("/tracking?tag=gift"))
    assert "All 10,000+" in page.one("nav", aria_label="Status").text
    assert listed(page) == ["#2", "#1"]


def test_a_tab_counts_so_far_where_no_index_helps_and_what_requires_attention_to_the_end(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopify_app.admin.lists.common.MOST_IN_TAB", 1)
    for number in (1, 2):
        ship(app.house, number, NOON - 50 * DAY)
        tell(app.house, number, "Expired_Other")
    tabs = read(app.visit("/orders")).one("nav", aria_label="Views").text
    assert "Numbers to mend 1+" in tabs
    assert "Requires attention 2" in tabs


def test_a_page_of_fifty_is_small_and_its_neighbours_are_found_in_any_order(app: App) -> None:
    for number in range(1, 53):
        ship(app.house, number, NOON - 2 * DAY + number * timedelta(minutes=1), tags="gift")
    for query in ("tag=gift", "sort=silent", "sort=status", "by=fulfilled&from=2026-11-01"):
        answer = app.visit(f"/tracking?{query}")
        assert len(answer.data) < 100_000
        page = read(answer)
        last = read(app.visit(page.one("a", rel="next")["href"]))
        assert len({*listed(page), *listed(last)}) == 52, query
