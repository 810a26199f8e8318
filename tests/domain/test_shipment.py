"""The status of a shipment, out of the readings of its sources."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.domain import status_map
from shopify_app.domain.shipment import MERCHANT, Reading, Standing, newer, standing
from shopify_app.domain.status import SHIPMENT_STATUSES, TERMINAL, Reason, Status

FULFILLED = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
NOW = FULFILLED + timedelta(days=20)
WEEK, TICK = timedelta(days=7), timedelta(microseconds=1)


def day(number: float) -> datetime:
    """So many days after the fulfillment."""
    return FULFILLED + timedelta(days=number)


def told(code: str, at: datetime | None, source: str = "17track", **more: Any) -> Reading:
    """What a source says by one of its words; known to it at once unless `read_at` says when."""
    meaning = status_map.meaning(source, code)
    assert meaning
    end = at if meaning.status in TERMINAL else None
    known = more.pop("read_at", at or NOW)
    return Reading(
        source, meaning.status, meaning.reason, code, at, known, end, meaning.not_found, **more
    )


def by_hand(status: Status, at: datetime) -> Reading:
    return told(status, at, MERCHANT)


def after(readings: Iterable[Reading], now: datetime = NOW) -> Standing:
    """How the shipment stands once these came in, in this order."""
    kept: dict[str, Reading] = {}
    for reading in readings:
        kept[reading.source] = newer(kept.get(reading.source), reading)
    return standing(kept.values(), FULFILLED, now)


moments = st.none() | st.integers(0, 6).map(day)
a_reading = st.one_of(
    st.builds(told, st.sampled_from(sorted(status_map.SEVENTEENTRACK)), moments),
    st.builds(
        told,
        st.sampled_from(sorted(status_map.SHOPIFY)),
        st.integers(0, 6).map(day),
        st.just("shopify"),
    ),
    st.builds(by_hand, st.sampled_from(SHIPMENT_STATUSES), st.integers(0, 6).map(day)),
)


@given(st.lists(a_reading, max_size=6), st.data())
def test_any_order_and_any_repetition_of_readings_ends_the_same(
    readings: list[Reading], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(readings), max_size=4) if readings else st.just([]))
    shuffled = data.draw(st.permutations(readings + again))
    assert after(shuffled) == after(readings)


@given(st.lists(a_reading.filter(lambda reading: reading.source != MERCHANT), max_size=4))
def test_a_carriers_clock_that_is_ahead_makes_no_status_of_the_future(
    readings: list[Reading],
) -> None:
    assert after(readings, now=day(3)).since <= day(3)


def test_without_a_word_it_is_pending_since_it_was_fulfilled() -> None:
    assert after([]) == Standing(Status.PENDING, None, FULFILLED, None)


def test_the_newest_event_decides_whichever_source_tells_of_it() -> None:
    carrier, shopify = told("InTransit_Other", day(3)), told("out_for_delivery", day(4), "shopify")
    found = after([shopify, carrier])
    assert (found.status, found.since, found.reading) == (Status.PICK_UP, day(4), shopify)


def test_an_older_end_does_not_undo_a_newer_event_nor_the_other_way_round() -> None:
    assert after([told("InTransit_Other", day(5)), told("Delivered_Other", day(4))]).status == (
        "in_transit"
    )
    assert after([told("Delivered_Other", day(5)), told("InTransit_Other", day(4))]).status == (
        "delivered"
    )


@pytest.mark.parametrize(
    "codes", [("InTransit_Other", "Delivered_Other"), ("Delivered_Other", "InTransit_Other")]
)
def test_of_two_events_at_the_same_time_an_end_wins(codes: tuple[str, str]) -> None:
    assert after([told(code, day(4)) for code in codes]).status is Status.DELIVERED


@pytest.mark.parametrize("swapped", [False, True])
def test_of_two_words_on_the_same_event_the_one_known_later_wins(swapped: bool) -> None:
    both = [
        told("InTransit_Other", day(4), read_at=day(5)),
        told("Expired_Other", day(4), read_at=day(15)),
    ]
    assert after(reversed(both) if swapped else both).status is Status.EXPIRED


def test_the_reason_goes_with_the_status() -> None:
    found = after([told("Exception_Damage", day(4))])
    assert (found.status, found.reason) == (Status.ALERT, Reason.DAMAGED)


@pytest.mark.parametrize(
    ("age", "status"),
    [(WEEK - TICK, "pending"), (WEEK, "not_recognized"), (2 * WEEK, "not_recognized")],
    ids=["a moment before 7 days", "7 days", "14 days"],
)
def test_a_number_nobody_finds_is_not_recognized_from_7_days_on(
    age: timedelta, status: str
) -> None:
    found = after([told("NotFound_Other", None)], now=FULFILLED + age)
    assert found.status == status
    assert found.since == (FULFILLED + WEEK if status == "not_recognized" else FULFILLED)


def test_a_word_of_no_news_is_not_a_word_of_not_found() -> None:
    assert after([told("InfoReceived", day(0))], now=day(30)).status is Status.PENDING


def test_not_found_counts_beside_a_label_that_shopify_knows_of() -> None:
    both = [told("NotFound_Other", None), told("label_printed", day(0), "shopify")]
    assert after(both, now=day(7)).status is Status.NOT_RECOGNIZED


def test_a_parcel_that_was_seen_moving_is_not_lost_again() -> None:
    both = [told("InTransit_Other", day(1)), told("NotFound_Other", None, read_at=day(9))]
    assert after(both).status is Status.IN_TRANSIT


def test_a_number_the_provider_rejects_is_not_recognized_at_once() -> None:
    assert after([told("NotFound_InvalidCode", None)], now=day(0)).status == "not_recognized"


def test_a_rejected_number_is_not_hidden_by_the_label_made_before() -> None:
    both = [
        told("label_printed", day(0), "shopify"),
        told("NotFound_InvalidCode", None, read_at=day(1)),
    ]
    assert after(both, now=day(2)).status is Status.NOT_RECOGNIZED


@pytest.mark.parametrize("code", ["InTransit_Other", "Exception_Lost", "Expired_Other"])
def test_a_status_set_by_hand_stands_against_a_later_event_that_is_no_end(code: str) -> None:
    found = after([by_hand(Status.PICK_UP, day(4)), told(code, day(5))])
    assert (found.status, found.pinned, found.since) == (Status.PICK_UP, True, day(4))


@pytest.mark.parametrize("code", ["Delivered_Other", "Exception_Returned"])
def test_a_later_end_undoes_a_status_set_by_hand(code: str) -> None:
    found = after([by_hand(Status.ALERT, day(4)), told(code, day(5))])
    assert (found.status in TERMINAL, found.pinned) == (True, False)


@pytest.mark.parametrize("at", [day(3), day(4)], ids=["an older end", "an end just then"])
def test_an_end_that_is_not_later_does_not_undo_it(at: datetime) -> None:
    found = after([by_hand(Status.IN_TRANSIT, day(4)), told("Delivered_Other", at)])
    assert (found.status, found.pinned) == (Status.IN_TRANSIT, True)


def test_an_end_undoes_it_even_when_the_carrier_said_more_since() -> None:
    since = [told("Delivered_Other", day(5)), told("InTransit_Other", day(6))]
    found = after([by_hand(Status.ALERT, day(4)), *since])
    assert (found.status, found.pinned) == (Status.IN_TRANSIT, False)


def test_a_status_set_by_hand_stands_against_7_days_of_not_found() -> None:
    both = [by_hand(Status.DELIVERED, day(2)), told("NotFound_Other", None)]
    assert after(both).status is Status.DELIVERED


def test_of_two_statuses_set_by_hand_the_last_counts() -> None:
    twice = [by_hand(Status.RETURNED, day(5)), by_hand(Status.DELIVERED, day(4))]
    assert after(twice).status is Status.RETURNED
