"""What customers and merchants write stays what it is: in mails, headers, addresses and files."""

from __future__ import annotations

import csv
import io
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from werkzeug.datastructures import MultiDict

from shopify_app.admin import downloads
from shopify_app.domain.csv_file import FORMULA
from shopify_app.jobs import deliver, prepare
from shopify_app.outgoing.letter import Letter
from tests import payloads
from tests.mails import opened
from tests.pages import read
from tests.support import ALICE, SHOP_IDS, App

BREAK = "x\r\nBcc: everybody@evil.test\r\n\r\nFree money"
"""Would be a header, and a body, of its own."""
MARKUP = "<img src=x onerror=alert(1)>\"'><script>alert(1)</script>{{ 7*7 }}{% raw %}"
CODE = "{{ ''.__class__.__mro__ }}{{ config }}"
FORMULAS = ['=HYPERLINK("http://evil.test","x")', "+1", "-1+1", "@SUM(A1)", "\t=1", "＝1+1"]


class Mailbox:
    """Takes mails and texts."""

    def __init__(self) -> None:
        self.mails: list[Letter] = []
        self.texts: list[str] = []
        prepare.configure(prepare.Ways(self.mail, self.text, "orders@retrack.test", "+15550100142"))

    def mail(self, letter: Letter) -> str:
        self.mails.append(letter)
        return "<1@retrack.test>"

    def text(self, text: object) -> str:
        self.texts.append(str(text))
        return "SM1"


def shipped(app: App, evil: str, **more: object) -> list[Letter]:
    """The mails of an order in which the customer wrote `evil` wherever they can."""
    box = Mailbox()
    app.house.notify()
    place = payloads.address(name=evil, first_name=evil, last_name=evil, city=evil, address1=evil)
    line = payloads.line(title=evil, fulfillable_quantity=0, fulfillment_status="fulfilled")
    parcel = payloads.fulfillment(tracking_company=evil, line_items=[line])
    told = {"name": f"#{evil}", "shipping_address": place, "line_items": [line]} | more
    app.hear("orders/create", payloads.fulfilled_order(parcel, **told))
    deliver.run()
    return box.mails


@pytest.mark.parametrize("evil", [BREAK, BREAK.replace("\r", ""), BREAK.replace("\n", "\u2028")])
def test_no_word_of_a_customer_or_a_merchant_becomes_a_header_of_a_mail(
    evil: str, app: App
) -> None:
    app.house.change_shop(sender_name=evil, reply_to="care@alice.test")
    [mail] = shipped(app, evil)
    told = message_from_bytes(mail.content)
    assert "Bcc" not in told
    assert told["To"] == "maren.oakdale@example.com"
    assert len(told.keys()) == len(set(told.keys()))
    assert told.is_multipart(), "its body is still ours"
    assert all(not str(value).strip().count("\n\n") for value in told.values())


@pytest.mark.parametrize(
    "address",
    [
        "a@b.test\r\nBcc: everybody@evil.test",
        "a@b.test, everybody@evil.test",
        "a@b.test> everybody@evil.test",
        "<a@b.test>",
        '"a@b.test"@evil.test',
    ],
)
def test_no_address_of_a_customer_writes_to_anybody_else(address: str, app: App) -> None:
    assert shipped(app, "Maren", email=address, contact_email=address) == []


@pytest.mark.parametrize("name", ["mail_from", "reply_to"])
def test_a_merchant_cannot_set_an_address_that_is_more_than_one(name: str, app: App) -> None:
    for bad in ("a@b.test\nBcc: c@d.test", "a@b.test,c@d.test", "A <a@b.test>", "a@b", "@"):
        app.submit("/settings", {name: bad})
        assert getattr(app.house.shop(), name) == ""


def test_markup_of_a_customer_is_words_in_the_mail_and_on_every_page(app: App) -> None:
    [mail] = shipped(app, MARKUP)
    html = opened(mail).get_body(("html",))
    assert html
    _are_words(html.get_content())
    order, shipment = app.house.order(), app.house.shipments()[0]
    for path in (f"/orders/{order.id}", f"/shipments/{shipment.id}", "/orders", "/tracking", "/"):
        page = app.visit(path)
        read(page)
        _are_words(page.text)
    assert "&lt;script&gt;" in app.visit(f"/orders/{order.id}").text, "it is shown there"


def _are_words(html: str) -> None:
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "49" not in html.partition("{{ 7*7 }}")[0][-20:]


def test_a_template_of_a_customer_is_never_run(app: App) -> None:
    [letter] = shipped(app, CODE)
    mail = opened(letter)
    assert "__class__" in mail.as_string() or "=5F=5Fclass" in mail.as_string()
    for part in (mail.get_body(("plain",)), mail.get_body(("html",)), mail["Subject"]):
        text = part.get_content() if isinstance(part, EmailMessage) else str(part)
        assert "&lt;class" not in text
        assert "<class" not in text
        assert "<Config" not in text


def test_markup_in_an_address_is_words_on_the_page_that_answers(app: App) -> None:
    evil = "\"><script>alert(1)</script>'"
    for path in ("/orders", "/tracking", "/messages", "/progress", "/failures", "/"):
        for name in ("q", "status", "from", "to", "sort", "after", "carrier", "reason", "tag"):
            page = app.visit(path, query_string={name: evil})
            assert page.status_code < 500, (path, name)
            assert "<script>alert" not in page.text, (path, name)


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_any_export_is_a_formula(formula: str, app: App) -> None:
    place = payloads.address(name=formula, city=formula, country=formula)
    line = payloads.line(title=formula, fulfillable_quantity=0, fulfillment_status="fulfilled")
    parcel = payloads.fulfillment("YT2412345678901234", tracking_company=formula)
    told = {"name": formula, "shipping_address": place, "line_items": [line], "tags": formula}
    app.house.notify()
    app.house.record(payloads.fulfilled_order(parcel, **told))
    for path in ("/orders", "/tracking", "/messages", "/progress"):
        link = app.submit(f"{path}/export", {}).headers["HX-Redirect"]
        text = app.client.get(link).data.decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        assert cells
        assert [cell for cell in cells if cell.startswith(FORMULA) and not _number(cell)] == []


def _number(cell: str) -> bool:
    return cell.lstrip("-").replace(".", "").isdecimal()


def test_the_name_of_a_file_that_a_merchant_brought_is_no_header(app: App) -> None:
    evil = "x\"\r\nSet-Cookie: a=b; filename*=UTF-8''evil.exe"
    file = (io.BytesIO(b"Order,Number\n#1,YT1\n"), evil)
    brought = app._fetch("POST", "/uploads", ALICE, data=MultiDict([("file", file)]))
    answers = [brought, app.visit("/uploads")]
    with app.client.application.app_context():  # type: ignore[attr-defined]
        link = downloads.link("failed-rows", SHOP_IDS[ALICE], "1 en")
    answers.append(app.client.get(link))
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert "evil" not in answer.headers.get("Content-Disposition", "")


@pytest.mark.parametrize("path", ["/auth?shop=%0d%0aSet-Cookie:a=b", "/?shop=x%0d%0aX-Evil:1"])
def test_a_line_break_in_an_address_makes_no_header(path: str, app: App) -> None:
    more = "&shopify-reload=%0d%0aSet-Cookie:a=b&host=%0d%0aX-Evil:1&embedded=1"
    for tried in (path, path + more, f"/auth/patch?shop={ALICE}{more}", f"/?shop={ALICE}{more}"):
        answer = app.client.get(tried)
        assert "X-Evil" not in answer.headers
        assert "\n" not in str(answer.location)
        assert "a=b" not in answer.headers.get("Set-Cookie", "")
