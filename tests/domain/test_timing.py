"""A message is never held longer than quiet hours last, nor sent within them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shopify_app.domain.timing import Quiet, Timing, next_fit

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NEW_YORK, TROLL, LORD_HOWE = map(
    ZoneInfo, ("America/New_York", "Antarctica/Troll", "Australia/Lord_Howe")
)
ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
HOURS = st.integers(0, 23)
WINDOWS = st.builds(Quiet, HOURS, HOURS)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NEW_YEAR + minutes * MINUTE)
SPRING, AUTUMN = (datetime(2026, 3, 8, 6, tzinfo=UTC), datetime(2026, 11, 1, 5, 30, tzinfo=UTC))
"""One o'clock in New York, of the night in which an hour is left out, and of that which has two."""


def quiet_at(zone: ZoneInfo, window: Quiet, at: datetime) -> bool:
    """Whether the clock on the wall shows a quiet hour, told anew: hours from the start on."""
    length = (window.end - window.start) % 24
    return (at.astimezone(zone).hour - window.start) % 24 < length


@given(ZONES, WINDOWS, MOMENTS)
@example(NEW_YORK, Quiet(1, 2), SPRING)
@example(NEW_YORK, Quiet(3, 2), SPRING)
@example(NEW_YORK, Quiet(1, 2), AUTUMN)
@example(NEW_YORK, Quiet(2, 1), AUTUMN)
@example(TROLL, Quiet(23, 4), datetime(2026, 3, 29, 0, 30, tzinfo=UTC))
@example(LORD_HOWE, Quiet(1, 2), datetime(2026, 4, 4, 14, 50, tzinfo=UTC))
def test_it_goes_out_at_the_very_end_of_the_window_and_never_within(
    zone: ZoneInfo, window: Quiet, now: datetime
) -> None:
    at = next_fit([zone], window, now)
    assert at >= now
    assert not quiet_at(zone, window, at)
    held = (now + minute * MINUTE for minute in range(0, 48 * 60, 15))
    assert all(quiet_at(zone, window, each) for each in held if each < at)
    assert at == now or quiet_at(zone, window, at - MINUTE)


@given(ZONES, HOURS, MOMENTS)
def test_a_window_of_no_length_holds_nothing(zone: ZoneInfo, hour: int, now: datetime) -> None:
    assert next_fit([zone], Quiet(hour, hour), now) == now


@given(st.lists(ZONES, min_size=2, max_size=6), WINDOWS, MOMENTS)
def test_of_many_zones_all_are_minded_or_else_the_first(
    zones: list[ZoneInfo], window: Quiet, now: datetime
) -> None:
    at = next_fit(zones, window, now)
    assert now <= at < now + timedelta(days=2)
    assert not quiet_at(zones[0], window, at)
    later = (now + timedelta(minutes=15 * step) for step in range(4 * 48))
    fit = any(not any(quiet_at(z, window, each) for z in zones) for each in later)
    assert not fit or not any(quiet_at(zone, window, at) for zone in zones)


@pytest.mark.parametrize(
    ("delay", "quiet", "due"),
    [
        pytest.param(timedelta(0), Quiet(), "12:00", id="at once"),
        pytest.param(timedelta(hours=4), Quiet(), "16:00", id="later"),
        pytest.param(timedelta(hours=4), Quiet(15, 18), "18:00", id="later, into quiet hours"),
        pytest.param(timedelta(hours=4), Quiet(11, 15), "16:00", id="quiet only now"),
    ],
)
def test_the_delay_comes_first(delay: timedelta, quiet: Quiet, due: str) -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    expected = datetime.fromisoformat(f"2026-11-24T{due}+00:00")
    assert Timing(delay, quiet).due_at([ZoneInfo("UTC")], noon) == expected
