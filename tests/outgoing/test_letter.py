"""A mail is composed so that nothing in it can be taken for something else."""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shopify_app import clock
from shopify_app.outgoing.errors import Permanent
from shopify_app.outgoing.letter import Letter, Mail, compose
from tests.mails import opened
from tests.support import NOON, TestClock

HEADERS = [
    "From",
    "To",
    "Subject",
    "Reply-To",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
]


def mail(
    from_name: str = "Alice",
    to: str = "maren@example.com",
    subject: str = "Order #1058 is on its way",
    reply_to: str = "care@alice.test",
    from_address: str = "orders@retrack.test",
    text: str = "Hi Maren,",
) -> Mail:
    return Mail(to, subject, text, f"<p>{text}</p>", from_name, from_address, reply_to)


def head(letter: Letter) -> dict[str, str]:
    """The headers as they travel, each on one line; fails on any that is there twice."""
    raw = message_from_bytes(letter.content)
    assert len(raw) == len(set(raw.keys()))
    return {name: "".join(str(value).splitlines()) for name, value in raw.items()}


def words(encoded: str) -> str:
    return str(make_header(decode_header(encoded)))


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=150) | st.text(
    'aé ,;:<>@"\\()[].=?_\n\r\t', max_size=150
)


@given(NAMES)
@example('A "B" <x@y>; é')
@example("Tidewick, Sons & Daughters, " * 5)
@example('Tiệm Gỗ "Mộc", Con & Cháu; ' * 4)
@example("=?utf-8?q?a=2C_b?= <x@y.example>")
@example("Alice\r\nBcc: x@y.example")
@example("x" * 1200)
def test_from_is_one_mailbox_of_this_name_and_address(name: str) -> None:
    letter = compose(mail(name))
    headers = head(letter)
    [(found, address)] = getaddresses([headers["From"]])
    assert (words(found), address) == (" ".join(name.split()), "orders@retrack.test")
    [mailbox] = opened(letter)["From"].addresses
    assert mailbox.addr_spec == "orders@retrack.test"
    assert list(headers) == HEADERS


@given(NAMES)
@example("Order #1058\r\nBcc: x@y.example\r\n\r\nhello")
@example("=?utf-8?q?=0d=0aBcc:_x@y.example?=")
@example("Đơn hàng #1058 đang trên đường đến bạn " * 5)
def test_a_subject_is_one_line_and_says_what_was_meant(subject: str) -> None:
    letter = compose(mail(subject=subject))
    headers = head(letter)
    assert list(headers) == HEADERS
    assert words(headers["Subject"]) == " ".join(subject.split())
    assert max(len(line) for line in letter.content.splitlines()) <= 78


@pytest.mark.parametrize("name", ["Alice", "O'Brien & Co", "Shop 24-7"])
def test_a_plain_name_goes_as_it_is(name: str) -> None:
    assert head(compose(mail(name)))["From"] == f"{name} <orders@retrack.test>"


def test_a_shop_without_a_name_sends_from_its_address() -> None:
    assert getaddresses([head(compose(mail("")))["From"]]) == [("", "orders@retrack.test")]


@pytest.mark.parametrize(
    "address",
    [
        "o'brien+tag@example.com",
        "first..last.@docomo.example",
        "a@b",
        "x" * 64 + "@" + "long." * 30 + "example",
    ],
)
def test_an_address_goes_as_it_is(address: str) -> None:
    letter = compose(mail(to=f" {address}\n", reply_to=address, from_address=address))
    headers = head(letter)
    assert headers["To"] == headers["Reply-To"] == address
    assert headers["From"] == f"Alice <{address}>"
    assert opened(letter)["To"].addresses[0].addr_spec == address
    assert letter.to == letter.from_address == address


@pytest.mark.parametrize("field", ["to", "reply_to", "from_address"])
@pytest.mark.parametrize(
    "address",
    [
        "nobody",
        "@",
        "@example.com",
        "maren@",
        "maren@example.",
        "maren@@example.com",
        "two words@example.com",
        "maren@example.com, bob@example.com",
        "maren@example.com bob@example.com",
        "Maren <maren@example.com>",
        "maren@example.com>",
        "group: maren@example.com;",
        '"maren',
        "maren@[127.0.0.1",
        "hương@example.com",
        "maren@vở.example",
        "maren@example.com\r\nBcc: bob@example.com",
        "maren\x00@example.com",
    ],
)
def test_what_is_no_address_is_never_sent_to(field: str, address: str) -> None:
    with pytest.raises(Permanent, match=r"^bad_address$"):
        compose(mail(**{field: address}))


@pytest.mark.parametrize("field", ["to", "from_address"])
def test_a_mail_from_or_to_nobody_is_never_sent(field: str) -> None:
    with pytest.raises(Permanent, match=r"^bad_address$"):
        compose(mail(**{field: ""}))


def test_without_a_reply_address_the_answers_go_where_the_mail_came_from() -> None:
    assert head(compose(mail(reply_to="")))["Reply-To"] == "orders@retrack.test"


def test_a_mail_says_when_and_by_what_it_was_sent(test_clock: TestClock) -> None:
    first, second = (head(compose(mail())) for _ in "12")
    assert parsedate_to_datetime(first["Date"]) == NOON == clock.now()
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"].endswith("@retrack.test>")
    assert first["Message-ID"] != second["Message-ID"]


def test_a_body_goes_in_seven_bits_and_comes_out_whole() -> None:
    """No server has to allow more, and no line is too long for one."""
    text = "Chào Hương,\n.một dấu chấm\n" + "đường " * 400 + "\n"
    letter = compose(mail(text=text))
    assert letter.content.isascii()
    assert max(len(line) for line in letter.content.split(b"\r\n")) <= 78
    assert letter.content.count(b"\n") == letter.content.count(b"\r\n")
    message = opened(letter)
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.iter_parts()
    assert plain.get_content().replace("\r\n", "\n").rstrip() == text.rstrip()
    assert html.get_content_type() == "text/html"
    assert html.get_content().replace("\r\n", "\n").strip() == f"<p>{text}</p>"
