"""Ranges of days in the shop's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import g

from shopify_app.admin import ranges
from shopify_app.admin.ranges import ANY, Range

pytestmark = pytest.mark.usefixtures("reader")

TODAY = date(2026, 11, 24)
DEFAULT = Range(date(2026, 11, 18), TODAY)


def chosen(**arguments: str) -> Range:
    return ranges.chosen({name.rstrip("_"): text for name, text in arguments.items()}, DEFAULT)


@pytest.mark.parametrize(
    ("arguments", "first", "last"),
    [
        pytest.param({"from_": "2026-11-01", "to": "2026-11-02"}, "2026-11-01", "2026-11-02",
                     id="both"),
        pytest.param({"from_": "2026-11-02", "to": "2026-11-01"}, "2026-11-01", "2026-11-02",
                     id="turned round"),
        pytest.param({"from_": "2026-11-01"}, "2026-11-01", "2026-11-24", id="until today"),
        pytest.param({"to": "2026-11-01"}, None, "2026-11-01", id="from the beginning"),
        pytest.param({"from_": "any"}, None, None, id="all"),
        pytest.param({"from_": "any", "to": "2026-11-01"}, None, None, id="all, whatever the end"),
        pytest.param({"from_": "20261101"}, "2026-11-01", "2026-11-24", id="without hyphens"),
        pytest.param({"from_": "2026-02-30", "to": "2026-11-01"}, None, "2026-11-01",
                     id="no such day"),
    ],
)  # fmt: skip
def test_what_the_merchant_chose(
    arguments: dict[str, str], first: str | None, last: str | None
) -> None:
    ends = (date.fromisoformat(day) if day else None for day in (first, last))
    assert chosen(**arguments) == Range(*ends, chosen=True)


@pytest.mark.parametrize("text", ["", "yesterday", "0001-01-01", "9999-12-31", "2026-W48-2x"])
def test_what_is_no_date_is_not_chosen(text: str) -> None:
    assert chosen(from_=text, to=text) is DEFAULT


def test_a_begin_after_today_ends_where_it_begins_or_later() -> None:
    found = chosen(from_="2026-12-01")
    assert found.first
    assert found.last
    assert found.first <= found.last


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        ("America/New_York", datetime(2026, 11, 1, 4, tzinfo=UTC), 25),
        ("America/Sao_Paulo", datetime(2026, 11, 1, 3, tzinfo=UTC), 24),
        ("Asia/Kathmandu", datetime(2026, 10, 31, 18, 15, tzinfo=UTC), 24),
    ],
)
def test_a_day_is_as_long_as_it_is_in_the_shops_zone(zone: str, start: datetime, end: int) -> None:
    g.shop.timezone = zone
    day = Range(date(2026, 11, 1), date(2026, 11, 1))
    assert (day.start, day.end) == (start, start + timedelta(hours=end))


def test_the_range_before_has_the_same_length_and_ends_where_this_one_begins() -> None:
    week = ranges.last_days(7)
    assert (week.first, week.last, week.length) == (date(2026, 11, 18), TODAY, 7)
    before = week.before()
    assert (before.last, before.length) == (date(2026, 11, 17), 7)
    assert before.end == week.start
    assert ANY.before() == ANY
    assert (ANY.start, ANY.end, ANY.length) == (None, None, 0)


@pytest.mark.parametrize(
    ("of", "english", "vietnamese"),
    [
        (Range(date(2026, 11, 18), TODAY), "last 7 days", "7 ngày qua"),
        (Range(date(2026, 11, 4), date(2026, 11, 14)), "Nov 4 – Nov 14", "4 thg 11 – 14 thg 11"),
        (Range(date(2026, 11, 4), None), "from Nov 4", "từ 4 thg 11"),
        (Range(None, date(2026, 11, 4)), "until Nov 4", "đến 4 thg 11"),
        (Range(date(2025, 11, 24), date(2025, 11, 24)), "Nov 24, 2025", "24 thg 11, 2025"),
        (ANY, "all dates", "mọi ngày"),
    ],
)
def test_a_range_in_words(of: Range, english: str, vietnamese: str) -> None:
    assert of.words == english
    g.language = "vi"
    assert of.words == vietnamese


def test_the_dates_that_are_offered_say_which_is_in_force() -> None:
    week, month, every = ranges.presets(DEFAULT, 7, 30, all_dates=True)
    assert [each["label"] for each in (week, month, every)] == [
        "Last 7 days",
        "Last 30 days",
        "All dates",
    ]
    assert [each["current"] for each in (week, month, every)] == [True, False, False]
    assert str(week["href"]).endswith("?from=2026-11-18&to=2026-11-24")
    assert str(every["href"]).endswith("?from=any")
    assert ranges.presets(ANY, 7, all_dates=True)[-1]["current"] is True
    assert len(ranges.presets(DEFAULT, 7, 30)) == 2
