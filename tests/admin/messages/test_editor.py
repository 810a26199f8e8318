"""The editor of messages: what is typed, seen, kept, sent as a test and given up again."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from shopify_app.actions import texts
from shopify_app.actions.texts import Which
from shopify_app.domain.notification import CONFIRMATION, EMAIL, SMS
from shopify_app.jobs import deliver, prepare
from shopify_app.models import MessageText
from shopify_app.outgoing.letter import Letter
from shopify_app.outgoing.sms import Text
from tests.admin.shop import order_id, ship
from tests.mails import opened
from tests.pages import Element, read
from tests.support import ALICE, BOB, App

EDIT = "/messages/edit"
OURS = {"event": CONFIRMATION, "language": "en", "channel": EMAIL}
OWN = OURS | {
    "subject": "Your {{ order.name }}",
    "headline": "It left",
    "lead": "Dear {{ customer.first_name }},\r\n\r\nsee <b>{{ links }}</b>",
    "note": "",
}


def kept(app: App, domain: str = ALICE, channel: str = EMAIL) -> dict[str, str]:
    with app.house.changing(domain) as (session, shop):
        return texts.own(session, shop.id, Which(CONFIRMATION, "en", channel))


def remark(page: Element) -> str:
    return page.one("p", class_="field-remark").text


def test_the_shipped_words_stand_in_the_fields(app: App) -> None:
    page = read(app.visit(EDIT))
    assert page.one("input", id="subject")["value"] == "Order {{ order.name }} is on its way"
    assert page.has("textarea", name="lead")
    assert (
        not page.has("dialog", id="restore") or "restore" in page.one("dialog", id="restore")["id"]
    )
    vietnamese = read(app.visit(f"{EDIT}?language=vi&event=delivered&channel=sms"))
    assert "đã được giao" in vietnamese.one("textarea", name="text").text


def test_own_words_are_kept_for_this_shop_and_this_message_alone(app: App) -> None:
    assert app.submit(EDIT, OWN).status_code == 303
    assert kept(app) == {
        "subject": "Your {{ order.name }}",
        "headline": "It left",
        "lead": "Dear {{ customer.first_name }},\n\nsee <b>{{ links }}</b>",
        "note": "",
    }
    assert (kept(app, BOB), kept(app, channel=SMS)) == ({}, {})
    assert len(app.house.rows(MessageText)) == 4


def test_what_says_the_same_as_the_shipped_is_not_kept(app: App) -> None:
    app.submit(EDIT, OURS | {"headline": "Your order is on its way", "note": "Soon."})
    assert kept(app) == {"note": "Soon."}


def test_a_mistake_stands_under_its_field_and_nothing_is_kept(app: App) -> None:
    page = read(app.submit(EDIT, OWN | {"lead": "one\ntwo {{ order.nane }}"}), 422)
    assert remark(page) == "Line 2: nothing is called order.nane here. Did you mean order.name?"
    assert page.one("input", id="subject")["value"] == OWN["subject"], "what was typed is not lost"
    assert kept(app) == {}


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        ("subject", "", "This cannot be empty."),
        ("subject", "a\r\nBcc: b@c.test", "This has to stand on one line."),
        ("lead", "x" * 2_001, "This is too long: 2000 characters at most."),
        ("subject", "x" * 201, "This is too long: 200 characters at most."),
        ("lead", "{{ parcel.url }}", "Line 1: nothing is called parcel.url here. It is known"),
    ],
)
def test_each_mistake_says_what_to_mend(part: str, text: str, said: str, app: App) -> None:
    assert remark(read(app.submit(EDIT, OWN | {part: text}), 422)).startswith(said)


def test_the_preview_shows_what_is_typed_on_an_order_of_ones_own(app: App) -> None:
    ship(app.house, 7)
    form = OWN | {"order": str(order_id(7))}
    page = read(app.submit(f"{EDIT}/preview", form))
    mail = page.one("iframe")["srcdoc"]
    assert "Your #7" in page.one("div", class_="preview-head").text
    assert "<p>Dear Maren,</p>" in mail
    assert "&lt;b&gt;https://t.17track.net" in mail, "words stay words"
    assert '<link rel="stylesheet" href="/static/css/mail.css">' in mail
    assert kept(app) == {}, "nothing is kept by looking"
    strange = read(app.submit(f"{EDIT}/preview", form, BOB))
    assert "#1001" in strange.one("div", class_="preview-head").text, "another shop's is not shown"
    assert "Maren" not in strange.one("iframe")["srcdoc"]


def test_a_text_is_counted_with_and_without_its_accents(app: App) -> None:
    form = {"event": CONFIRMATION, "language": "vi", "channel": SMS}
    accented = read(app.submit(f"{EDIT}/preview", form))
    assert "2 parts of 67" in accented.text
    plain = read(app.submit(f"{EDIT}/preview", form | {"sms_plain": "1"}))
    assert "Theo doi:" in plain.one("div", class_="bubble").text
    assert "of 160 characters, 1 part" in plain.text
    app.submit(EDIT, form | {"sms_plain": "1"})
    assert app.house.shop().sms_plain


def test_the_shipped_words_come_back(app: App) -> None:
    app.submit(EDIT, OWN)
    app.submit(f"{EDIT}/restore", OURS, BOB)
    assert kept(app)
    app.submit(f"{EDIT}/restore", OURS)
    assert kept(app) == {}


@pytest.fixture
def sent(app: App, monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage | Text]:
    """What goes out, instead of going out."""
    gone: list[EmailMessage | Text] = []

    def take(thing: Letter | Text) -> str:
        gone.append(opened(thing) if isinstance(thing, Letter) else thing)
        return "1"

    ways = prepare.Ways(email=take, sms=take, mail_from="us@retrack.test", sms_from="+15550100142")
    monkeypatch.setattr(prepare, "_ways", ways)
    return gone


def test_a_customer_reads_the_merchants_words(app: App, sent: list[EmailMessage]) -> None:
    app.house.notify()
    app.submit(EDIT, OWN)
    ship(app.house, 7)
    deliver.run()
    mails = [each for each in sent if isinstance(each, EmailMessage)]
    assert [mail["Subject"] for mail in mails] == ["Your #7"]


def test_a_test_goes_to_the_owner_by_the_usual_way(app: App, sent: list[EmailMessage]) -> None:
    app.submit(EDIT, OWN)
    ship(app.house, 7)
    for _ in range(2):
        app.submit(f"{EDIT}/test", OURS | {"order": str(order_id(7))})
    waits = read(app.visit(EDIT)).one("p", id="last-test")
    assert waits["hx-trigger"].startswith("every "), "it looks by itself how it ends"
    deliver.run()
    [mail] = sent
    assert (mail["To"], mail["Subject"]) == ("owner@alice.test", "[Test] Your #7")
    page = read(app.visit(EDIT))
    last = page.one("p", id="last-test")
    assert last.text.startswith("Last test")
    assert last.has(data_state="sent")
    assert not page.has("p", id="last-test", hx_trigger=True), "and then looks no more"
    log = read(app.visit("/messages"))
    assert not log.has("tr", data_state="sent"), "it is no message to a customer"


def test_a_test_of_a_text_goes_to_a_number_that_can_be_called(app: App, sent: list[Text]) -> None:
    form = OURS | {"channel": SMS}
    page = read(app.submit(f"{EDIT}/test", form | {"phone": "12"}), 422)
    assert remark(page).startswith("Write the number with its country")
    app.submit(f"{EDIT}/test", form | {"phone": "+1 (503) 555-0142"})
    deliver.run()
    [text] = sent
    assert (text.to, app.house.shop().test_phone) == ("+15035550142", "+15035550142")
    assert text.body.startswith("[Test] Alice: your order #1001 is on its way.")
