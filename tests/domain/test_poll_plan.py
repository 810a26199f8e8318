"""When a shipment is looked at again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.domain.poll_plan import Watched, first_look, next_look
from shopify_app.domain.status import SHIPMENT_STATUSES, Status

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR, DAY, TICK = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
UNDER_WAY = [s for s in SHIPMENT_STATUSES if s not in {Status.DELIVERED, Status.RETURNED}]


def watched(status: str, **more: Any) -> Watched:
    told = {"since": NOW - DAY, "fulfilled_at": NOW - 10 * DAY} | more
    return Watched(status=Status(status), **told)


@pytest.mark.parametrize(
    ("status", "wait"),
    [
        ("pending", 12 * HOUR),
        ("not_recognized", DAY),
        ("in_transit", DAY),
        ("pick_up", 3 * HOUR),
        ("undelivered", 4 * HOUR),
        ("alert", 12 * HOUR),
        ("expired", 3 * DAY),
    ],
)
def test_each_status_has_its_pace_a_quarter_of_it_with_pushes_on(
    status: str, wait: timedelta
) -> None:
    assert next_look(watched(status), NOW) == NOW + wait
    assert next_look(watched(status, pushed=True), NOW) == NOW + 4 * wait


@pytest.mark.parametrize(
    ("status", "hours"),
    [
        ("pending", [12, 24, 24, 24]),
        ("pick_up", [3, 5, 5, 5]),
        ("undelivered", [4, 5, 5, 5]),
        ("alert", [12, 24, 24, 24]),
        ("expired", [72, 72, 72, 72]),
    ],
)
def test_a_parcel_that_does_not_move_is_looked_at_less_but_not_ever_less(
    status: str, hours: list[int]
) -> None:
    looks = [next_look(watched(status, unchanged=unchanged), NOW) for unchanged in (0, 1, 2, 90)]
    assert looks == [NOW + wait * HOUR for wait in hours]


def test_in_the_country_it_goes_to_a_parcel_is_looked_at_some_times_a_day() -> None:
    looks = [
        next_look(watched("in_transit", arrived=True, unchanged=unchanged), NOW)
        for unchanged in (0, 1, 90)
    ]
    assert looks == [NOW + 5 * HOUR, NOW + 7.5 * HOUR, NOW + 7.5 * HOUR]
    assert next_look(watched("alert", arrived=True), NOW) == next_look(watched("alert"), NOW)


@given(st.sampled_from(UNDER_WAY), st.floats(0, 1), st.integers(0, 50), st.booleans())
def test_a_look_at_a_parcel_under_way_comes_and_within_a_tenth_of_its_pace(
    status: Status, chance: float, unchanged: int, pushed: bool
) -> None:
    parcel = watched(status, unchanged=unchanged, pushed=pushed)
    middle, at = next_look(parcel, NOW), next_look(parcel, NOW, chance)
    assert middle
    assert at
    assert 0.9 * (middle - NOW) - TICK <= at - NOW <= 1.1 * (middle - NOW) + TICK


@pytest.mark.parametrize(
    ("since", "wait"),
    [(0, 1), (0.5, 0.5), (1, 6), (6.5, 0.5), (7, None), (30, None)],
)
def test_a_delivered_parcel_is_looked_at_after_a_day_and_after_a_week(
    since: float, wait: float | None
) -> None:
    parcel = watched("delivered", since=NOW - since * DAY)
    assert next_look(parcel, NOW) == (None if wait is None else NOW + wait * DAY)


def test_a_returned_parcel_is_looked_at_no_more() -> None:
    assert next_look(watched("returned"), NOW) is None


@pytest.mark.parametrize("status", SHIPMENT_STATUSES)
def test_a_pinned_shipment_is_looked_at_once_a_day(status: Status) -> None:
    parcel = watched(status, pinned=True, pushed=True, unchanged=9)
    assert next_look(parcel, NOW, chance=0.9) == NOW + DAY


@pytest.mark.parametrize(
    ("status", "days"), [("in_transit", 90), ("pick_up", 90), ("not_recognized", 60)]
)
@pytest.mark.parametrize("pinned", [False, True])
def test_it_is_given_up_at_last(status: str, days: int, pinned: bool) -> None:
    last = watched(status, fulfilled_at=NOW - days * DAY, pinned=pinned)
    past = watched(status, fulfilled_at=NOW - days * DAY - TICK, pinned=pinned)
    assert next_look(last, NOW) is not None
    assert next_look(past, NOW) is None


@pytest.mark.parametrize("chance", [0, 1])
def test_a_number_nobody_finds_is_looked_at_when_its_seventh_day_is_over(chance: float) -> None:
    parcel = watched("pending", fulfilled_at=NOW - 7 * DAY + HOUR, pushed=True)
    assert next_look(parcel, NOW, chance) == NOW + HOUR


def test_from_its_seventh_day_on_it_is_looked_at_at_the_usual_pace() -> None:
    assert next_look(watched("pending", fulfilled_at=NOW - 7 * DAY), NOW) == NOW + 12 * HOUR


@pytest.mark.parametrize(("minutes", "wait"), [(0, 1), (0.5, 1), (1, 1), (2, 2), (4, 4), (64, 64)])
def test_a_new_number_is_looked_at_after_a_minute_then_ever_less(minutes: float, wait: int) -> None:
    registered_at = NOW - timedelta(minutes=minutes)
    assert first_look(registered_at, NOW) == NOW + timedelta(minutes=wait)
