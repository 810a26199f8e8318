"""Who is told of what, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shopify_app.domain.notification import may_confirm, may_write_back
from shopify_app.domain.status import Status

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WEEK, TICK = timedelta(days=7), timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("imported", "live", "age", "told"),
    [
        pytest.param(False, True, timedelta(0), True, id="just now"),
        pytest.param(False, True, -timedelta(hours=1), True, id="by a clock that is ahead"),
        pytest.param(False, True, WEEK, True, id="7 days ago"),
        pytest.param(False, True, WEEK + TICK, False, id="longer ago"),
        pytest.param(True, True, timedelta(0), False, id="imported"),
        pytest.param(False, False, timedelta(0), False, id="cancelled"),
    ],
)
def test_a_fulfillment_is_confirmed_if_it_is_news(
    imported: bool, live: bool, age: timedelta, told: bool
) -> None:
    assert may_confirm(imported=imported, live=live, fulfilled_at=NOW - age, now=NOW) is told


@pytest.mark.parametrize(
    ("imported", "first_seen", "age", "told"),
    [
        pytest.param(False, None, timedelta(0), True, id="the first word"),
        pytest.param(False, Status.IN_TRANSIT, WEEK, True, id="7 days ago"),
        pytest.param(False, Status.IN_TRANSIT, WEEK + TICK, False, id="longer ago"),
        pytest.param(True, Status.IN_TRANSIT, timedelta(0), False, id="imported"),
        pytest.param(False, Status.DELIVERED, timedelta(0), False, id="first seen delivered"),
        pytest.param(False, Status.RETURNED, timedelta(0), True, id="first seen returned"),
    ],
)
def test_shopify_is_told_of_a_status_if_it_is_news(
    imported: bool, first_seen: Status | None, age: timedelta, told: bool
) -> None:
    allowed = may_write_back(
        imported=imported, first_seen=first_seen, happened_at=NOW - age, now=NOW
    )
    assert allowed is told
