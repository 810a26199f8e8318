"""Moments, ages and money, in the shop's zone and the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import g

from shopify_app.admin import formats
from tests.support import NOON

pytestmark = pytest.mark.usefixtures("reader")

LATE = datetime(2026, 11, 24, 4, 59, 59, tzinfo=UTC)
"""Still the day before, in New York."""
BOTH = ("en", "vi")


def spoken(say: Callable[[], str]) -> tuple[str, ...]:
    """What is said in English and in Vietnamese, with plain spaces."""
    told = []
    for g.language in BOTH:
        told.append(" ".join(say().split()))
    return tuple(told)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        pytest.param(NOON, ("Nov 24", "24 thg 11"), id="today"),
        pytest.param(LATE, ("Nov 23", "23 thg 11"), id="the day before in the shop's zone"),
        pytest.param(date(2026, 1, 2), ("Jan 2", "2 thg 1"), id="a date"),
        pytest.param(date(2025, 12, 31), ("Dec 31, 2025", "31 thg 12, 2025"), id="last year"),
        pytest.param(None, ("", ""), id="never"),
    ],
)
def test_a_day_has_its_year_only_if_it_is_another_one(
    when: datetime | date | None, words: tuple[str, str]
) -> None:
    assert spoken(lambda: formats.day(when)) == words


@pytest.mark.parametrize(
    ("when", "long", "short"),
    [
        pytest.param(NOON, ("Today, 7:00 AM", "Hôm nay, 07:00"), ("7:00 AM", "07:00"), id="today"),
        pytest.param(
            LATE, ("Nov 23, 11:59 PM", "23 thg 11, 23:59"), ("Nov 23", "23 thg 11"), id="yesterday"
        ),
        pytest.param(None, ("", ""), ("", ""), id="never"),
    ],
)
def test_a_moment_of_today_is_told_by_its_time(
    when: datetime | None, long: tuple[str, str], short: tuple[str, str]
) -> None:
    assert spoken(lambda: formats.moment(when)) == long
    assert spoken(lambda: formats.short_moment(when)) == short


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-11-23T23:30:00+07:00", "Nov 23, 11:30 PM"),
        ("2026-11-23T23:30:00", "Nov 23, 11:30 PM"),
        ("2026-11-23", "Nov 23, 12:00 AM"),
        ("2025-11-23T08:00:00-05:00", "Nov 23, 2025, 8:00 AM"),
        ("23 tháng 11", "Today, 7:00 AM"),
        ("", "Today, 7:00 AM"),
    ],
)
def test_a_checkpoint_has_the_time_that_its_place_had(text: str, words: str) -> None:
    assert " ".join(formats.carrier_time(text, NOON).split()) == words


@pytest.mark.parametrize(
    ("passed", "age", "ago"),
    [
        (timedelta(seconds=59), "1 min", "just now"),
        (timedelta(minutes=1), "1 min", "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min", "59 min ago"),
        (timedelta(hours=1), "1 hour", "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours", "23 hours ago"),
        (timedelta(days=1), "1 day", "1 day ago"),
        (timedelta(days=45, hours=23), "45 days", "45 days ago"),
        (timedelta(hours=-3), "1 min", "just now"),
    ],
)
def test_an_age_is_in_its_largest_unit(passed: timedelta, age: str, ago: str) -> None:
    since = NOON - passed
    assert (formats.age(since), formats.ago(since)) == (age, ago)
    assert formats.for_age(since) == ("just now" if ago == "just now" else f"for {age}")


def test_an_age_of_nothing_is_nothing() -> None:
    assert (formats.age(None), formats.ago(None), formats.for_age(None)) == ("", "", "")


def test_within_a_sentence_a_day_has_no_capital() -> None:
    assert " ".join(formats.in_sentence(NOON).split()) == "today, 7:00 AM"
    assert formats.in_sentence(NOON - timedelta(days=3)) == formats.moment(NOON - timedelta(days=3))
    assert formats.in_sentence(None) == ""
    g.language = "vi"
    assert formats.in_sentence(NOON) == "hôm nay, 07:00"


def test_only_the_first_letter_becomes_large() -> None:
    assert formats.capital("from Nov 4 – Nov 14") == "From Nov 4 – Nov 14"
    assert formats.capital("") == ""


def test_ages_are_told_in_vietnamese() -> None:
    g.language = "vi"
    assert formats.ago(NOON - timedelta(days=3)) == "3 ngày trước"


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("48.00", "USD", ("$48.00", "48,00 US$")),
        ("1234567", "VND", ("₫1,234,567", "1.234.567 ₫")),
        ("0.5", "", ("$0.50", "0,50 US$")),
        ("", "USD", ("", "")),
        ("a lot", "USD", ("", "")),
    ],
)
def test_money_is_written_as_the_reader_writes_it(
    amount: str, currency: str, words: tuple[str, str]
) -> None:
    assert spoken(lambda: formats.money(amount, currency)) == words


def test_numbers_and_shares_have_the_readers_separators() -> None:
    assert spoken(lambda: formats.number(1234567)) == ("1,234,567", "1.234.567")
    assert spoken(lambda: formats.percent(0.3333)) == ("33.3%", "33,3%")


@pytest.mark.parametrize(
    ("code", "words"),
    [("VN", ("Vietnam", "Việt Nam")), ("us", ("United States", "Hoa Kỳ")), ("", ("", "")),
     ("Nowhere", ("Nowhere", "Nowhere"))],
)  # fmt: skip
def test_a_country_has_its_name_in_the_readers_language(code: str, words: tuple[str, str]) -> None:
    assert spoken(lambda: formats.country(code)) == words


@pytest.mark.parametrize(
    ("zone", "name", "today"),
    [
        ("America/New_York", "New York time", date(2026, 11, 24)),
        ("Pacific/Kiritimati", "Kiritimati time", date(2026, 11, 25)),
        ("Pacific/Pago_Pago", "Pago Pago time", date(2026, 11, 24)),
    ],
)
def test_the_day_is_the_one_of_the_shops_zone(zone: str, name: str, today: date) -> None:
    g.shop.timezone = zone
    assert (formats.zone_name(), formats.today()) == (name, today)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "UTC"])
def test_a_zone_that_this_machine_does_not_know_is_utc(zone: str) -> None:
    g.shop.timezone = zone
    assert formats.today() == date(2026, 11, 24)
    assert formats.local(NOON).hour == 12
    assert formats.zone_name()


def test_a_weekday_is_written_out() -> None:
    assert spoken(lambda: formats.weekday(NOON.date())) == (
        "Tuesday, November 24",
        "Thứ Ba, 24 tháng 11",
    )
