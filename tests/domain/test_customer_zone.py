"""Which hours are fit for a text message where the customer lives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.domain.customer_zone import zones
from shopify_app.domain.notification import SMS
from shopify_app.domain.timing import DEFAULTS, next_fit

NIGHT = DEFAULTS[SMS].quiet
NOWHERE = {"AQ", "ZZ"}
"""Antarctica, where no hour is fit in every station, and CLDR's "unknown": no shop ships there."""
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
COUNTRIES = sorted(set(get_global("territory_zones")) - NOWHERE)


def local(zone: str, text: str) -> datetime:
    """A moment, given by the clock on the wall there."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("country", "province", "now", "then"),
    [
        pytest.param("VN", "", "21:00", "08:00+1", id="9 in the evening is too late"),
        pytest.param("VN", "", "20:59:59.999999", "20:59:59.999999", id="just before is not"),
        pytest.param("VN", "", "07:59:59.999999", "08:00", id="just before 8 is too early"),
        pytest.param("VN", "", "08:00", "08:00", id="8 is not"),
        pytest.param("VN", "", "00:00", "08:00", id="midnight"),
        pytest.param("NP", "", "03:20", "08:00", id="a zone off by three quarters of an hour"),
        pytest.param("IN", "", "22:10", "08:00+1", id="a zone off by half an hour"),
    ],
)
def test_a_text_waits_for_the_morning(country: str, province: str, now: str, then: str) -> None:
    [zone] = zones(country, province)
    wall, _, days = then.partition("+")
    expected = local(zone.key, f"2026-11-24T{wall}") + timedelta(days=int(days or 0))
    assert next_fit([zone], NIGHT, local(zone.key, f"2026-11-24T{now}")) == expected


@pytest.mark.parametrize(
    ("evening", "morning"),
    [
        ("2026-10-31T22:00", "2026-11-01T08:00"),  # the clocks go back in between
        ("2026-03-07T22:00", "2026-03-08T08:00"),  # they go forward
    ],
)
def test_the_morning_is_at_8_of_the_clock_that_holds_then(evening: str, morning: str) -> None:
    where, new_york = zones("US", "NY"), "America/New_York"
    assert next_fit(where, NIGHT, local(new_york, evening)) == local(new_york, morning)


def test_where_the_province_does_not_tell_the_hour_is_fit_in_every_zone() -> None:
    early = local("America/New_York", "2026-11-24T08:00")
    at = next_fit(zones("US", ""), NIGHT, early)
    assert at == local("America/Adak", "2026-11-24T08:00")
    assert at < local("America/New_York", "2026-11-24T21:00")


def test_a_country_nobody_named_goes_by_utc() -> None:
    assert zones("", "") == zones("XX", "NY") == [ZoneInfo("UTC")]


@pytest.mark.parametrize(
    ("country", "province", "zone"),
    [
        pytest.param("US", "NY", "America/New_York", id="New York"),
        pytest.param("US", "IL", "America/Chicago", id="Illinois"),
        pytest.param("US", "AZ", "America/Phoenix", id="Arizona"),
        pytest.param("US", "CA", "America/Los_Angeles", id="California"),
        pytest.param("US", "HI", "Pacific/Honolulu", id="Hawaii"),
        pytest.param("US", "FL", "America/Chicago", id="Pensacola, Florida"),
        pytest.param("US", "TN", "America/New_York", id="Knoxville, Tennessee"),
        pytest.param("US", "TX", "America/Denver", id="El Paso, Texas"),
        pytest.param("US", "GU", "Pacific/Guam", id="Guam"),
        pytest.param("CA", "ON", "America/Toronto", id="Ontario"),
        pytest.param("CA", "YT", "America/Whitehorse", id="Yukon"),
        pytest.param("AU", "QLD", "Australia/Brisbane", id="Queensland"),
        pytest.param("GB", "ENG", "Europe/London", id="England"),
        pytest.param("VN", "", "Asia/Ho_Chi_Minh", id="Vietnam"),
    ],
)
@pytest.mark.parametrize("date", ["2026-01-15", "2026-07-15"])
def test_the_text_comes_in_the_day_at_the_customers_own_place(
    country: str, province: str, zone: str, date: str
) -> None:
    midnight = datetime.fromisoformat(date).replace(tzinfo=UTC)
    for hour in range(24):
        at = next_fit(zones(country, province), NIGHT, midnight + timedelta(hours=hour))
        assert 8 <= at.astimezone(ZoneInfo(zone)).hour < 21, at


@given(
    st.sampled_from(COUNTRIES),
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)),
)
def test_a_text_is_never_sent_in_a_quiet_hour_nor_held_for_two_days(
    country: str, now: datetime
) -> None:
    where = zones(country, "")
    at = next_fit(where, NIGHT, now)
    assert now <= at < now + timedelta(days=2)
    assert all(8 <= at.astimezone(zone).hour < 21 for zone in where)
