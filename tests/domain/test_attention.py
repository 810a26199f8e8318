"""When an order requires attention: the three rules, at their edges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.domain.attention import Attention, OrderState, attention
from shopify_app.domain.status import SHIPMENT_STATUSES, Status

PLACED = datetime(2026, 10, 10, 9, 30, tzinfo=UTC)
SHIPPED = PLACED + timedelta(days=2)
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
GOING_WRONG = {"alert", "expired", "undelivered"}
ENDED = {"returned", "delivered"}


def state(*parcels: str, **more: Any) -> OrderState:
    """An open order with these parcels, wholly fulfilled if it has any."""
    told: dict[str, Any] = {
        "placed_at": PLACED,
        "open": True,
        "ships": True,
        "unfulfilled": not parcels,
        "parcels": [(Status(status), SHIPPED) for status in parcels],
    } | more
    return OrderState(**told)


def requires(order: OrderState, at: datetime) -> bool:
    """The page's filter: `attention_from <= now`."""
    since = attention(order).since
    return since is not None and since <= at


@pytest.mark.parametrize(
    ("age", "late"),
    [
        pytest.param(45 * DAY - TICK, False, id="a moment before 45 days"),
        pytest.param(45 * DAY, False, id="45 days to the microsecond"),
        pytest.param(45 * DAY + TICK, True, id="a microsecond more"),
    ],
)
def test_an_order_is_late_when_it_is_more_than_45_days_old(age: timedelta, late: bool) -> None:
    assert requires(state("in_transit"), PLACED + age) is late


@pytest.mark.parametrize(
    ("age", "asked"),
    [
        pytest.param(7 * DAY - TICK, False, id="a moment before 7 days"),
        pytest.param(7 * DAY, True, id="7 days to the microsecond"),
    ],
)
def test_an_order_is_not_shipped_in_time_from_7_days_on(age: timedelta, asked: bool) -> None:
    assert requires(state(), PLACED + age) is asked


@pytest.mark.parametrize("status", SHIPMENT_STATUSES)
def test_three_statuses_require_attention_at_once_and_an_end_never(status: str) -> None:
    found = attention(state(status))
    assert found.problem_from == (SHIPPED if status in GOING_WRONG else None)
    assert (found.late_from is None) == (status in ENDED)
    assert (found.since is None) == (status in ENDED)


def test_a_fulfillment_without_a_number_counts_as_not_delivered() -> None:
    assert attention(state("pending")).late_from == PLACED + 45 * DAY + TICK


@pytest.mark.parametrize(
    ("parcels", "late"),
    [
        pytest.param(["delivered", "in_transit"], True, id="one of two delivered"),
        pytest.param(["delivered", "returned"], False, id="one delivered, one returned"),
        pytest.param(["delivered", "delivered"], False, id="both delivered"),
    ],
)
def test_an_order_is_late_until_every_parcel_is_at_its_end(parcels: list[str], late: bool) -> None:
    assert (attention(state(*parcels)).late_from is not None) is late


@pytest.mark.parametrize(
    "out",
    [
        pytest.param({"open": False}, id="cancelled or archived"),
        pytest.param({"ships": False}, id="needs no shipping"),
    ],
)
@pytest.mark.parametrize("parcels", [[], ["alert"], ["in_transit", "expired"]])
def test_some_orders_never_require_attention(parcels: list[str], out: dict[str, bool]) -> None:
    assert attention(state(*parcels, **out)) == Attention()


def test_a_partly_fulfilled_order_waits_for_its_rest_and_is_not_late() -> None:
    found = attention(state("in_transit", unfulfilled=True))
    assert (found.unfulfilled_from, found.late_from) == (PLACED + 7 * DAY, None)


def test_two_rules_at_once_are_both_told_and_the_earlier_counts() -> None:
    found = attention(state("alert", unfulfilled=True))
    assert (found.problem_from, found.unfulfilled_from) == (SHIPPED, PLACED + 7 * DAY)
    assert found.since == SHIPPED


def test_of_two_problems_the_first_counts() -> None:
    later = SHIPPED + 3 * DAY
    parcels = [(Status.ALERT, later), (Status.DELIVERED, PLACED), (Status.UNDELIVERED, SHIPPED)]
    assert attention(state("alert", parcels=parcels)).problem_from == SHIPPED


@given(
    st.lists(st.sampled_from(SHIPMENT_STATUSES), max_size=3),
    st.booleans(),
    st.timedeltas(timedelta(0), timedelta(days=100)),
)
def test_the_moments_say_at_every_age_what_the_rules_say(
    statuses: list[Status], unfulfilled: bool, age: timedelta
) -> None:
    parcels = [(status, PLACED) for status in statuses]
    order = state(unfulfilled=unfulfilled, parcels=parcels)
    fulfilled = bool(statuses) and not unfulfilled
    by_the_words = (
        (age > 45 * DAY and fulfilled and any(s not in ENDED for s in statuses))
        or any(s in GOING_WRONG for s in statuses)
        or (age >= 7 * DAY and unfulfilled)
    )
    assert requires(order, PLACED + age) is by_the_words
