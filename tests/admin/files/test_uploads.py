"""A file of numbers or statuses on its pages: looked over before anything is written."""

from __future__ import annotations

import csv
import io

import pytest
from werkzeug.test import TestResponse

from shopify_app.admin.files import uploads
from shopify_app.jobs import bulk
from shopify_app.models import Upload, UploadRow
from tests.admin.shop import place, ship, shipment
from tests.pages import Element, read
from tests.support import ALICE, BOB, MALLORY, App

TEXT = "Đơn hàng;Trạng thái\r\n#1;Đã giao\r\n9;delivered\r\n"


def bring(app: App, raw: bytes, domain: str = ALICE, language: str = "en") -> TestResponse:
    form = {"file": (io.BytesIO(raw), "tháng 11.csv")}
    headers = {"Accept-Language": language}
    return app._fetch("POST", "/uploads", domain, data=form, headers=headers)


def path(app: App, text: str = TEXT) -> str:
    answer = bring(app, text.encode())
    assert answer.status_code == 303, answer.text
    return answer.location


def facts(page: Element) -> dict[str, str]:
    terms = page.one(id="outcome").all("dt")
    return {t.text: d.text for t, d in zip(terms, page.one(id="outcome").all("dd"), strict=True)}


def test_a_file_is_looked_over_agreed_to_and_done(app: App) -> None:
    ship(app.house, 1)
    where = path(app)
    page = read(app.visit(where))
    assert facts(page) == {"Status to be set": "1 row", "Cannot be done": "1 row"}
    assert "Line 3 9 No order has this name." in page.one("section", id="failed").text
    assert page.one("h1").text == "tháng 11.csv"
    assert shipment(app.house, 1).status == "pending", "nothing is written yet"
    assert app.submit(f"{where}/apply", {}).location == where
    assert read(app.visit(where)).one(id="outcome")["hx-trigger"] == "every 2s"
    bulk.run()
    assert shipment(app.house, 1).status == "delivered"
    page = read(app.visit(where))
    assert facts(page) == {"Statuses set": "1 row"}
    assert page.has("section", id="failed")
    app.submit(f"{where}/apply", {})
    assert len(app.house.rows(UploadRow)) == 2, "a second press changes nothing"


def test_the_merchant_says_what_the_columns_are(app: App) -> None:
    ship(app.house, 1)
    where = path(app, "a,b,c\n#1,x,delivered\n")
    assert "There is nothing to import" in read(app.visit(where)).text
    app.submit(f"{where}/columns", {"order": "0", "status": "2", "number": "9", "sku": "x"})
    assert app.house.rows(Upload)[0].columns == {"order": 0, "status": 2}
    assert facts(read(app.visit(where))) == {"Status to be set": "1 row"}


def test_who_will_be_written_to_is_said_before(app: App) -> None:
    place(app.house, 1)
    where = path(app, "Order,Number\n#1,YT900\n")
    assert "the switch in Settings is off" in read(app.visit(where)).text
    app.house.notify()
    page = read(app.visit(where))
    assert "Retrack sends a shipping confirmation" in page.text
    assert page.has("input", id="quiet")
    app.house.change_shop(notify_by="shopify")
    assert "Shopify writes to the customers" in read(app.visit(where)).text


@pytest.mark.parametrize("agreed", [False, True])
def test_the_rows_that_cannot_be_done_can_be_saved_with_their_problem(
    agreed: bool, app: App
) -> None:
    where = path(app, "Order,Number,Note\n#1,YT9,=1+1\n#2,none\n")
    if agreed:
        app.submit(f"{where}/apply", {})
    answer = app.client.get(app.submit(f"{where}/failed", {}).headers["HX-Redirect"])
    assert list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))) == [
        ["Order", "Number", "Note", "Line", "Problem"],
        ["#1", "YT9", "'=1+1", "2", "No order has this name."],
        ["#2", "none", "", "3", "A tracking number has digits in it."],
    ]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "Choose a file"),
        (b"PK\x03\x04", "This is an Excel workbook"),
        (b"a,b\x00\n1,2", "This is no CSV file"),
        (b"a\n" + 20_001 * b"1\n", "At most 20,000 rows"),
        (b"x" * 60_000, "larger than 4 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_beside_the_field(
    raw: bytes, said: str, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 50_000)
    page = read(bring(app, raw), 422)
    assert said in page.one("p", id="file-remark").text
    assert app.house.rows(Upload) == []


def test_the_old_code_page_of_vietnam_is_read_for_who_reads_vietnamese(app: App) -> None:
    ship(app.house, 1)
    raw = "\u0110\u01a1n ha\u0300ng;Tra\u0323ng tha\u0301i\n#1;\u0110a\u0303 giao\n"
    page = read(app.visit(bring(app, raw.encode("cp1258"), language="vi").location))
    assert facts(page) == {"Status to be set": "1 row"}


def test_a_file_is_forgotten_when_the_merchant_discards_it(app: App) -> None:
    where = path(app)
    assert app.submit(f"{where}/discard", {}).location == "/uploads"
    assert app.house.rows(Upload) == []
    assert app.visit(where).status_code == 404


def test_nobody_else_sees_a_file_or_does_what_it_says(app: App) -> None:
    ship(app.house, 1)
    where = path(app)
    for domain, status in ((BOB, {404}), (MALLORY, {401, 403, 503})):
        assert app.visit(where, domain).status_code in status
        for act in ("apply", "columns", "discard", "failed"):
            assert app.submit(f"{where}/{act}", {}, domain).status_code in status, act
    assert "tháng" not in app.visit("/uploads", BOB).text
    assert app.house.rows(UploadRow) == []
    assert app.client.get(where).status_code == 401


def test_a_customer_who_is_forgotten_stands_in_no_file_any_more(app: App) -> None:
    where = path(app, "Order,Number,Customer\n#1,YT9,Maren Oakdale\n")
    app.submit(f"{where}/apply", {})
    bulk.run()
    body = {
        "shop_id": app.house.shop().id,
        "customer": {"id": 1, "email": "maren.oakdale@example.com", "phone": ""},
        "orders_to_redact": [],
    }
    app.hear("customers/redact", body)
    answer = app.client.get(app.submit(f"{where}/failed", {}).headers["HX-Redirect"])
    assert answer.data.decode("utf-8-sig").splitlines() == [
        "Line,Problem",
        "2,No order has this name.",
    ]
