"""Every page speaks the language Shopify's admin has, and nothing of it stays English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from shopify_app.actions import uploads
from shopify_app.domain.carrier_names import CARRIERS
from shopify_app.models import Upload
from tests.admin.shop import DAY, order_id, place, ship, shipment, tell
from tests.pages import Element, read
from tests.support import NOON, App, House

READ_ALOUD = ("aria-label", "placeholder", "title", "data-toast", "data-copied")
NAMES = ("Retrack", "17TRACK", "Shopify", "Email", "SMS", "ParcelsApp", "AfterShip", "Alice",
         "English", "Tiếng Việt")  # fmt: skip
DATA = ("Maren Oakdale", "New York", "America/New_York", "United States", "Linen throw, oat",
        "YunExpress", r"[A-Z]\w+_[A-Z]\w+", "maren.oakdale@example.com", r"https?://\S+",
        "orders@retrack.test", "owner@alice.test")  # fmt: skip
CARRIER_NAMES = sorted((re.escape(each.name) for each in CARRIERS.values()), key=len, reverse=True)
SAME_IN_BOTH = re.compile("|".join((*NAMES, *CARRIER_NAMES, *DATA)))


@pytest.fixture
def full(house: House) -> House:
    """A shop with something in every corner of its pages."""
    house.notify()
    house.follow()
    house.change_shop(import_state="running", imported_orders=12)
    place(house, 1, NOON - 9 * DAY)
    ship(house, 2, NOON - 60 * DAY)
    for number, code in (
        (3, "Exception_Lost"),
        (4, "OutForDelivery_Other"),
        (5, "Delivered_Other"),
    ):
        ship(house, number)
        tell(house, number, code)
    ship(house, 6, numbers=[f"YT{n}" for n in range(1000, 1003)])
    place(house, 7, NOON - DAY, shipping_address=None, email=None, cancelled_at=NOON.isoformat())
    ship(house, 8, numbers=[])
    states = iter(("failed", "uncertain", "sent", "arrived", "suppressed"))
    for row, state in zip(house.outbox("email"), states, strict=False):
        house.change(row, state=state, detail="mail_later", attempts=1)
    with house.changing_account() as (_, account):
        account.problem, account.problem_since = "auth", NOON - timedelta(hours=3)
        account.quota_total, account.quota_left, account.answered_at = 200, 20, NOON
    with house.changing() as (session, shop):
        for state in ("preview", "running", "done"):
            uploads.bring(session, shop, "", "O;N;S\n#1;YT9;\n#3;;Alert\n#9;x;\n",
                {"order": 0, "number": 1, "status": 2}).state = state  # fmt: skip
    return house


def paths(house: House) -> list[str]:
    shipments = [f"/shipments/{shipment(house, number).id}" for number in (2, 3, 4, 5, 8)]
    pages = ["/", "/orders", "/orders?q=nobody", "/tracking", "/tracking?attention=1",
             "/tracking?q=nobody", "/tracking?status=mend&reason=lost", "/progress",
             "/progress?by=placed&attention=1", "/messages", "/messages?state=sending",
             "/messages?state=unsettled", "/messages?q=nobody",
             "/messages/edit", "/messages/edit?channel=sms", "/messages/shopify",
             "/messages/shopify?channel=sms", "/settings/links", "/settings", "/settings?saved=1",
             "/settings/messages", "/carriers", "/failures", f"/orders/{order_id(3)}",
             f"/orders/{order_id(1)}"]  # fmt: skip
    files = [f"/uploads/{row.id}" for row in house.rows(Upload)]
    return [*pages, *shipments, "/uploads", *files]


def said(page: Element) -> Iterator[str]:
    """All that a reader, or who has the page read aloud, meets."""
    for each in (page, *page.all()):
        # What is to be copied for the supplier (`pre`) speaks English too, on every page.
        if each.tag not in {"script", "style", "code", "q", "pre"}:
            yield from (child for child in each.children if isinstance(child, str))
            yield from (each[name] for name in READ_ALOUD if name in each.attributes)


def sentences(page: Element) -> set[str]:
    """What of it has a word of ours in it."""
    plain = (" ".join(SAME_IN_BOTH.sub("", text).split()) for text in said(page))
    return {text for text in plain if re.search("[a-z]{3}", text)}


def test_nothing_of_any_page_stays_english(full: House, app: App) -> None:
    for path in paths(full):
        english, vietnamese = (
            read(app.visit(path, headers={"Accept-Language": language}))
            for language in ("en", "vi")
        )
        assert (english.one("html")["lang"], vietnamese.one("html")["lang"]) == ("en", "vi")
        assert sentences(english) & sentences(vietnamese) == set(), path


def test_what_a_page_answers_to_a_mistake_is_vietnamese_too(full: House, app: App) -> None:
    headers = {"Accept-Language": "vi"}
    wrong = {"tracking_url": "http://t.test", "mail_from": "x", "sms_from": "1"}
    answer = app._fetch("POST", "/settings", "alice.myshopify.com", data=wrong, headers=headers)
    page = read(answer, 422)
    remarks = [each.text for each in page.all("p", class_="field-remark")]
    assert len(remarks) == 3
    assert all(re.search("[àáảãạăâđêôơưếộ]", remark) for remark in remarks)
    missing = read(app.visit("/orders/1", headers=headers), 404)
    assert missing.one("h1").text == "Không có trang này"
    assert not sentences(missing) & sentences(read(app.visit("/orders/1"), 404))


@pytest.mark.parametrize(
    ("locale", "accepted", "spoken"),
    [
        pytest.param("vi", "", "vi", id="by locale"),
        pytest.param("vi-VN", "en-US", "vi", id="the locale counts more"),
        pytest.param("", "vi-VN,vi;q=0.9,en;q=0.8", "vi", id="by header"),
        pytest.param("en-GB", "vi", "en", id="English by locale"),
        pytest.param("fr", "vi", "vi", id="a locale we do not speak"),
        pytest.param("fr-FR", "de", "en", id="none that we speak"),
        pytest.param("", "", "en", id="none told"),
        pytest.param("../vi", ";;,q=", "en", id="nonsense"),
    ],
)
def test_the_language_is_the_one_shopify_opens_the_app_in(
    locale: str, accepted: str, spoken: str, app: App
) -> None:
    ship(app.house, 1)
    answer = app.visit(
        "/orders", query_string={"locale": locale}, headers={"Accept-Language": accepted}
    )
    page = read(answer)
    assert page.one("html")["lang"] == spoken
    date = {"en": "Nov 22, 7:00 AM", "vi": "22 thg 11, 07:00"}[spoken]
    assert date in page.text
    assert ("48,00 US$" in page.text) == (spoken == "vi")


@pytest.mark.parametrize("path", ["/", "/auth", "/auth/callback"])
def test_who_is_not_let_in_is_told_so_in_their_language(path: str, app: App) -> None:
    answer = app.client.get(path, headers={"Accept-Language": "vi"})
    page = read(answer, answer.status_code)
    assert (page.one("html")["lang"], page.one("h1").text) == (
        "vi",
        "Hãy mở Retrack từ trang quản trị Shopify",
    )
