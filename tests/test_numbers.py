"""Whole numbers that forms, addresses and providers give."""

from __future__ import annotations

import pytest

from shopify_app.numbers import LARGEST_ID, whole


@pytest.mark.parametrize("text", ["", "-1", "1.5", "²", "٣", " 7", "x", "9" * 5000, str(2**63)])
def test_what_is_no_number_that_a_column_can_hold_is_none(text: str) -> None:
    assert whole(text) is None


def test_a_number_is_taken_up_to_the_most_that_is_asked_for() -> None:
    assert (whole("0"), whole("007"), whole(str(LARGEST_ID))) == (0, 7, LARGEST_ID)
    assert (whole("30", 30), whole("31", 30)) == (30, None)
