"""The nine statuses, and which of several speaks for an order and for a fulfillment."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest

from shopify_app.domain.status import SHIPMENT_STATUSES, Status, advance, neediest

MOST_NEEDY_FIRST = [
    "alert",
    "undelivered",
    "expired",
    "not_recognized",
    "pending",
    "in_transit",
    "pick_up",
    "returned",
    "delivered",
]


def test_a_shipment_has_one_of_nine_statuses() -> None:
    assert {str(status) for status in SHIPMENT_STATUSES} == set(MOST_NEEDY_FIRST)
    assert len(SHIPMENT_STATUSES) == 9


@pytest.mark.parametrize(("needier", "other"), list(combinations(MOST_NEEDY_FIRST, 2)))
def test_an_order_has_the_status_of_its_neediest_shipment(needier: str, other: str) -> None:
    for order in permutations([Status(needier), Status(other), Status(other)]):
        assert neediest(order) is Status(needier)


def test_an_order_without_a_shipment_is_unfulfilled() -> None:
    assert neediest([]) is Status.UNFULFILLED


@pytest.mark.parametrize("status", [s for s in SHIPMENT_STATUSES if s is not Status.DELIVERED])
def test_a_fulfillment_is_not_delivered_while_one_parcel_is_not(status: Status) -> None:
    assert min([Status.DELIVERED, status], key=advance) is status


@pytest.mark.parametrize(
    ("behind", "ahead"),
    [("pending", "in_transit"), ("in_transit", "pick_up"), ("pick_up", "returned")],
)
def test_the_parcel_that_is_less_far_counts_for_a_fulfillment(behind: str, ahead: str) -> None:
    assert advance(Status(behind)) < advance(Status(ahead))
