"""Lists as files: what the page shows, in the reader's language, and nothing that runs."""

from __future__ import annotations

import csv
import io

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from shopify_app.admin import paging
from tests.admin.shop import DAY, order_id, place, ship, tell
from tests.pages import read
from tests.support import ALICE, BOB, NOON, App

Row = dict[str, str]


def ask(
    app: App, path: str, *numbers: int, domain: str = ALICE, language: str = "en"
) -> TestResponse:
    where, _, query = path.partition("?")
    form = MultiDict([("order", str(order_id(number))) for number in numbers])
    headers = {"Accept-Language": language}
    return app._fetch("POST", f"{where}/export?{query}", domain, data=form, headers=headers)


def export(
    app: App, path: str, *numbers: int, domain: str = ALICE, language: str = "en"
) -> list[Row]:
    answer = ask(app, path, *numbers, domain=domain, language=language)
    file = app.client.get(answer.headers["HX-Redirect"])
    assert file.status_code == 200
    assert file.content_type == "text/csv; charset=utf-8"
    assert file.data.startswith(b"\xef\xbb\xbf"), "or Excel reads no Vietnamese"
    return list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"), newline="")))


def test_a_list_comes_filtered_and_sorted_as_on_the_page_a_row_a_parcel(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "CHUNK", 2)
    for number in (1, 2, 3, 4):
        ship(app.house, number, NOON - (10 - number) * DAY)
    ship(app.house, 5, numbers=["YT5000001", "YT5000002"])
    tell(app.house, 3, "Exception_Lost")
    place(app.house, 6, NOON - 40 * DAY)
    rows = export(app, "/tracking?status=pending")
    assert [row["Order"] for row in rows] == ["#5", "#5", "#4", "#2", "#1"]
    assert [row["Tracking number"] for row in rows[:2]] == ["YT5000001", "YT5000002"]
    [lost] = export(app, "/tracking?attention=1&rule=problem")
    assert (lost["Order"], lost["Status"], lost["Reason"]) == ("#3", "Alert", "lost")
    assert lost["Checkpoint at"] == "2026-11-24T06:00:00-05:00", "the shop's time"
    everything = export(app, "/orders")
    assert [row["Order"] for row in everything] == ["#5", "#5", "#4", "#3", "#2", "#1", "#6"]
    assert everything[-1]["Tracking number"] == ""
    assert [row["Order"] for row in export(app, "/tracking", 2, 3)] == ["#3", "#2"]


def test_it_speaks_the_readers_language(app: App) -> None:
    ship(app.house, 1)
    [row] = export(app, "/orders", language="vi")
    assert row["Đơn hàng"] == "#1"
    assert row["Trạng thái"] == "Đang chờ xử lý"


def test_what_a_spreadsheet_would_run_is_only_text(app: App) -> None:
    place(app.house, 1, shipping_address={"name": '=HYPERLINK("https://evil.test")'})
    [row] = export(app, "/orders")
    assert row["Customer"] == '\'=HYPERLINK("https://evil.test")'


def test_messages_and_the_days_of_progress_come_as_files_too(app: App) -> None:
    app.house.notify()
    ship(app.house, 1)
    [message] = export(app, "/messages?state=waiting")[:1]
    assert (message["Order"], message["State"]) == ("#1", "Waits")
    assert export(app, "/messages?state=failed") == []
    days = export(app, "/progress")
    assert (len(days), sum(int(day["Orders"]) for day in days)) == (7, 1)


def test_the_link_is_good_once_and_says_nothing_of_who_was_searched_for(app: App) -> None:
    answer = ask(app, "/orders?q=maren.oakdale@example.com")
    address = answer.headers["HX-Redirect"]
    assert "maren" not in address
    app.house.clock.jump(seconds=299)
    assert app.client.get(address).status_code == 200
    assert app.client.get(address).status_code == 410


def test_another_shop_gets_its_own_rows_alone(app: App) -> None:
    ship(app.house, 1)
    ship(app.house, 2, domain=BOB)
    assert [row["Order"] for row in export(app, "/orders", domain=BOB)] == ["#2"]
    assert export(app, "/tracking", 1, domain=BOB) == []
    assert app.client.post("/orders/export").status_code == 401


def test_the_pages_offer_it(app: App) -> None:
    ship(app.house, 1)
    for path in ("/orders", "/tracking", "/messages", "/progress"):
        assert read(app.visit(path)).has("form", action=f"{path}/export"), path
