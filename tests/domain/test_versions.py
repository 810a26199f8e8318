"""Which of two descriptions with the same `updated_at` is the later one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.domain.versions import version

bodies = st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5))
progress = st.integers(0, 10**6)


@given(bodies, bodies, progress, progress)
def test_a_cancelled_one_is_later_than_any_that_is_not(
    one: dict[str, object], other: dict[str, object], far: int, near: int
) -> None:
    assert version(one, cancelled=True, progress=near) > version(
        other, cancelled=False, progress=far
    )


@given(bodies, bodies, st.lists(st.integers(0, 99_999), min_size=2, max_size=2, unique=True))
def test_the_one_further_along_is_later(
    one: dict[str, object], other: dict[str, object], both: list[int]
) -> None:
    less, more = sorted(both)
    assert version(one, cancelled=False, progress=less) < version(
        other, cancelled=False, progress=more
    )


@given(bodies, bodies, progress, progress)
def test_what_was_asked_for_is_later_than_what_was_told(
    one: dict[str, object], other: dict[str, object], far: int, near: int
) -> None:
    assert version(one, cancelled=False, progress=near, asked=True) > version(
        other, cancelled=True, progress=far
    )


def test_equally_far_the_two_still_differ_and_have_one_order() -> None:
    told = [version({"note": note}, cancelled=False, progress=1) for note in ("a", "b")]
    assert len(set(told)) == 2


@pytest.mark.parametrize("cancelled", [False, True])
def test_the_same_description_is_the_same_version_however_its_keys_stand(cancelled: bool) -> None:
    one = version({"a": 1, "b": [{"c": 2, "d": 3}]}, cancelled=cancelled, progress=2)
    other = version({"b": [{"d": 3, "c": 2}], "a": 1}, cancelled=cancelled, progress=2)
    assert one == other
