"""What a customer reads in a mail and a text, in both languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from shopify_app.domain import notification, tracking_url
from shopify_app.outgoing import render
from shopify_app.outgoing.render import Message
from tests.outgoing.reading import EVENT, Reader, parcel, rows, text_lines, words

EVIL = "\"><script>alert('é')</script>&amp;<img src=x onerror=y>{{ shop }}"


def test_a_mail_of_one_parcel_reads_well_in_english() -> None:
    mail = render.email(Message(EVENT, *rows("en-US")))
    assert mail.subject == "Order #1058 is on its way"
    assert text_lines(mail.text) == [
        "Your order is on its way",
        "Hi Maren, your parcel left on November 22.",
        "Track your parcel: https://t.17track.net/en#nums=YT1",
        "The first scan can take 5 to 7 days to show.",
        "Order: #1058, placed November 20",
        "Carrier: YunExpress",
        "Tracking number: YT1",
        "Going to: Maren Oakdale, Hanoi, Vietnam",
        "In this parcel:",
        "- Linen throw, oat × 2",
        "Questions? Reply to this email, a person reads it.",
        "You get this email because you ordered at alice.test.",
        "Alice, 18 Ropewalk Yard, Portland",
    ]
    assert Reader(mail.html).lines == [
        "Alice",
        "Your order is on its way",
        "Hi Maren, your parcel left on November 22.",
        "Track your parcel",
        "Opens t.17track.net. The first scan can take 5 to 7 days to show.",
        "Order #1058, placed November 20",
        "Carrier YunExpress",
        "Tracking number YT1",
        "Going to Maren Oakdale",
        "Hanoi, Vietnam",
        "In this parcel",
        "Linen throw, oat × 2",
        "Questions? Reply to this email, a person reads it.",
        "You get this email because you ordered at alice.test.",
        "Alice, 18 Ropewalk Yard, Portland",
    ]


@pytest.mark.parametrize(("language", "begins"), [("en", "Stop"), ("vi", "Ngừng")])
def test_how_to_stop_stands_on_a_line_of_its_own(language: str, begins: str) -> None:
    lines = text_lines(render.email(Message(EVENT, *rows(language)), "https://a.test/stop").text)
    assert lines[-2] == "Alice, 18 Ropewalk Yard, Portland"
    assert lines[-1].startswith(begins)


def test_a_mail_of_two_parcels_reads_well_in_vietnamese() -> None:
    mail = render.email(Message(EVENT, *rows("vi", 2)))
    assert mail.subject == "Đơn hàng #1058 đang trên đường đến bạn"
    assert Reader(mail.html).lines == [
        "Alice",
        "Đơn hàng của bạn đang trên đường đến",
        "Chào Maren, đơn hàng của bạn đã được gửi đi trong 2 gói ngày 22 tháng 11.",
        "Theo dõi gói hàng 1",
        "Mở trang t.17track.net. Thông tin đầu tiên có thể mất 5 đến 7 ngày mới xuất hiện.",
        "Theo dõi gói hàng 2",
        "Mở trang t.17track.net. Thông tin đầu tiên có thể mất 5 đến 7 ngày mới xuất hiện.",
        "Đơn hàng #1058, đặt ngày 20 tháng 11",
        "Hãng vận chuyển YunExpress",
        "Mã theo dõi YT1",
        "Hãng vận chuyển YunExpress",
        "Mã theo dõi YT2",
        "Gửi đến Maren Oakdale",
        "Hanoi, Việt Nam",
        "Trong các gói hàng này",
        "Linen throw, oat × 2",
        "Bạn có câu hỏi? Hãy trả lời email này, sẽ có người đọc.",
        "Bạn nhận email này vì đã đặt hàng tại alice.test.",
        "Alice, 18 Ropewalk Yard, Portland",
    ]


OPENINGS = [
    ("en", 1, "Maren", "Hi Maren, your parcel left on November 22."),
    ("en", 3, "Maren", "Hi Maren, your order left in 3 parcels on November 22."),
    ("en", 1, "", "Hello, your parcel left on November 22."),
    ("en", 2, "", "Hello, your order left in 2 parcels on November 22."),
    ("vi", 1, "Hương", "Chào Hương, gói hàng của bạn đã được gửi đi ngày 22 tháng 11."),
    ("vi", 1, "", "Xin chào, gói hàng của bạn đã được gửi đi ngày 22 tháng 11."),
    ("vi", 2, "", "Xin chào, đơn hàng của bạn đã được gửi đi trong 2 gói ngày 22 tháng 11."),
]


@pytest.mark.parametrize(("language", "parcels", "name", "sentence"), OPENINGS)
def test_both_parts_open_with_the_same_sentence(
    language: str, parcels: int, name: str, sentence: str
) -> None:
    mail = render.email(Message(EVENT, *rows(language, parcels, first_name=name)))
    assert sentence in text_lines(mail.text)
    assert sentence in Reader(mail.html).lines


@pytest.mark.parametrize("parcels", [1, 2])
@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_text_part_says_what_the_html_part_says(language: str, parcels: int) -> None:
    """But for the site, which the link in the text shows by itself."""
    mail = render.email(Message(EVENT, *rows(language, parcels)))
    html = Reader(mail.html)
    site = words("Opens t.17track.net" if language == "en" else "Mở trang t.17track.net")
    assert words(*html.lines, *html.links) - site == words(mail.text) - site


@pytest.mark.parametrize(
    ("language", "code", "told", "place"),
    [
        ("vi", "VN", "Vietnam", "Hanoi, Việt Nam"),
        ("vi", "US", "United States", "Hanoi, Hoa Kỳ"),
        ("en", "VN", "Việt Nam", "Hanoi, Vietnam"),
        ("vi", "", "Atlantis", "Hanoi, Atlantis"),
        ("vi", "", "", "Hanoi"),
    ],
)
def test_a_country_is_named_in_the_language_of_the_mail(
    language: str, code: str, told: str, place: str
) -> None:
    mail = render.email(Message(EVENT, *rows(language, country_code=code, country=told)))
    assert place in Reader(mail.html).lines
    assert f"Maren Oakdale, {place}\n" in mail.text


def test_what_is_not_known_leaves_no_gap() -> None:
    nothing = dict.fromkeys(("customer_name", "first_name", "city", "country", "country_code"), "")
    shop, order, fulfillment = rows(**nothing)
    shop.address = shop.storefront = ""
    fulfillment.items, fulfillment.shipments = [], [parcel("YT1", company="")]
    mail = render.email(Message(EVENT, shop, order, fulfillment))
    lines = Reader(mail.html).lines
    assert lines[5:] == [
        "Order #1058, placed November 20",
        "Tracking number YT1",
        "Questions? Reply to this email, a person reads it.",
        "You get this email because you ordered at Alice.",
    ]
    assert "None" not in mail.text + mail.html
    assert not {line.split(":")[0] for line in text_lines(mail.text)} & {"Carrier", "Going to"}


def test_a_parcel_for_nobody_by_name_goes_to_its_place() -> None:
    mail = render.email(Message(EVENT, *rows(customer_name="")))
    assert "Going to Hanoi, Vietnam" in Reader(mail.html).lines
    assert "Going to: Hanoi, Vietnam" in text_lines(mail.text)


def test_a_hostile_name_stays_a_name() -> None:
    names = dict.fromkeys(("name", "customer_name", "first_name", "city", "province"), EVIL)
    shop, order, fulfillment = rows(**names)
    shop.sender_name = shop.address = shop.storefront = EVIL
    fulfillment.items = [{"title": EVIL, "quantity": 2}]
    fulfillment.shipments = [parcel(EVIL, company=EVIL)]
    mail = render.email(Message(EVENT, shop, order, fulfillment))
    html, tame = Reader(mail.html), Reader(render.email(Message(EVENT, *rows())).html)
    assert html.tags == tame.tags, "nothing it holds became a tag or an attribute"
    assert f"Hi {EVIL}, your parcel left on November 22." in html.lines
    assert len(re.findall(re.escape(EVIL), " ".join(html.lines))) == 12
    assert set(html.links) == {tracking_url.link(tracking_url.DEFAULT, EVIL)}
    assert mail.subject == f"Order {EVIL} is on its way"


def test_a_long_name_is_told_whole() -> None:
    long = "Hubert Wolfeschlegelsteinhausenbergerdorff " * 50 + "Sr."
    mail = render.email(Message(EVENT, *rows(customer_name=long)))
    assert f"Going to {long}" in Reader(mail.html).lines


def test_the_parcels_told_of_are_those_that_count() -> None:
    shop, order, fulfillment = rows(parcels=2)
    fulfillment.shipments += [
        parcel("REPLACED", removed_at=datetime(2026, 11, 23, tzinfo=UTC)),
        parcel("SECOND", joined_id=1),
        parcel(""),
    ]
    mail = render.email(Message(EVENT, shop, order, fulfillment))
    assert "your order left in 2 parcels" in mail.text
    assert set(Reader(mail.html).links) == {f"{tracking_url.DEFAULT}YT{n}" for n in (1, 2)}


def test_the_customer_opens_the_merchants_site_and_sees_which_carrier_has_it() -> None:
    shop, order, fulfillment = rows()
    shop.tracking_url = "https://track.alice.test/{number}/now?a=1&b=2"
    fulfillment.shipments = [parcel("YT 1/2", carrier_name="Yun Express")]
    mail = render.email(Message(EVENT, shop, order, fulfillment))
    link = "https://track.alice.test/YT%201%2F2/now?a=1&b=2"
    html = Reader(mail.html)
    assert html.links == [link, link]
    assert html.lines[4].startswith("Opens track.alice.test. ")
    assert "Carrier Yun Express" in html.lines
    assert link in mail.text
    assert link in render.sms(Message(EVENT, shop, order, fulfillment))


@pytest.mark.parametrize(
    ("language", "parcels", "text"),
    [
        (
            "en",
            1,
            "Alice & Co: your order #1058 is on its way. "
            "Track it: https://t.17track.net/en#nums=YT1 Reply STOP to end.",
        ),
        (
            "vi",
            2,
            "Alice & Co: đơn #1058 đã lên đường. Theo dõi: https://t.17track.net/en#nums=YT1,YT2 "
            "Trả lời STOP để dừng.",
        ),
    ],
)
def test_a_text_is_one_line_that_names_the_shop(language: str, parcels: int, text: str) -> None:
    shop, order, fulfillment = rows(language, parcels)
    shop.sender_name = "Alice & Co"
    assert render.sms(Message(EVENT, shop, order, fulfillment)) == text


@pytest.mark.parametrize(
    ("customers", "shops", "ours"),
    [
        ("vi-VN", "en", "vi"),
        ("en", "vi", "en"),
        ("fr", "vi", "vi"),
        ("", "vi-VN", "vi"),
        ("fr-CA", "de", "en"),
    ],
)
def test_a_message_is_in_the_customers_language_or_else_the_shops(
    customers: str, shops: str, ours: str
) -> None:
    shop, order, fulfillment = rows(customers)
    shop.locale = shops
    assert render.language_of(shop, order) == ours
    assert f'<html lang="{ours}">' in render.email(Message(EVENT, shop, order, fulfillment)).html


@pytest.mark.parametrize(
    ("language", "subject", "lead"),
    [
        (
            "en",
            "New tracking number for order #1058",
            "Hi Maren, please use this number from now on",
        ),
        ("vi", "Mã theo dõi mới của đơn hàng #1058", "Chào Maren, từ nay hãy dùng mã này"),
    ],
)
def test_a_changed_number_is_told_with_the_new_link(language: str, subject: str, lead: str) -> None:
    shop, order, fulfillment = rows(language, first_name="Maren")
    mail = render.email(Message("number_changed", shop, order, fulfillment))
    assert mail.subject == subject.replace("#1058", order.name)
    for words_ in (mail.text, " ".join(mail.html.split())):
        assert lead in words_
        assert fulfillment.live_shipments[0].number in words_
    assert fulfillment.live_shipments[0].number in render.sms(
        Message("number_changed", shop, order, fulfillment)
    )


@pytest.mark.parametrize(("language", "promise"), [("en", "5 to 7 days"), ("vi", "5 đến 7 ngày")])
@pytest.mark.parametrize("event", ["shipping_confirmation", "number_changed"])
def test_a_first_scan_is_promised_only_where_there_was_none(
    event: str, language: str, promise: str
) -> None:
    shop, order, fulfillment = rows(language)
    message = Message(event, shop, order, fulfillment)
    assert promise in render.email(message).text
    fulfillment.live_shipments[0].status = "in_transit"
    assert promise not in render.email(message).text


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("event", notification.OPTIONAL)
def test_each_event_has_words_of_its_own_in_each_language(event: str, language: str) -> None:
    shop, order, fulfillment = rows(language, first_name="Maren")
    mail, text = (
        render.email(Message(event, shop, order, fulfillment)),
        render.sms(Message(event, shop, order, fulfillment)),
    )
    link = fulfillment.live_shipments[0].number
    for words_ in (mail.text, mail.html, text):
        assert link in words_
        assert not {"{{", "{%"} & {words_[i : i + 2] for i in range(len(words_))}
    assert order.name in mail.subject
    assert "Maren" in mail.text
    others = {
        render.email(Message(e, shop, order, fulfillment)).subject for e in notification.OPTIONAL
    }
    assert len(others) == len(notification.OPTIONAL)


@pytest.mark.parametrize(
    ("language", "mark", "line"),
    [("en", "[Test]", "This is a test that you sent"), ("vi", "[Thử]", "Đây là tin thử bạn gửi")],
)
def test_a_trial_says_that_it_is_one_and_a_message_does_not(
    language: str, mark: str, line: str
) -> None:
    real, trial = (Message(EVENT, *rows(language), trial=trial) for trial in (False, True))
    mail = render.email(trial)
    assert mail.subject == f"{mark} {render.email(real).subject}"
    assert text_lines(mail.text)[0].startswith(line)
    assert Reader(mail.html).lines[0].startswith(line)
    assert render.sms(trial) == f"{mark} {render.sms(real)}"
    for text in (render.email(real).text, render.email(real).html, render.sms(real)):
        assert line not in text
        assert mark not in text
