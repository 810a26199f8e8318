"""The owner's mail comes at eight in the morning where the shop is."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from shopify_app.domain.digest import next_at

SAIGON, NEW_YORK = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("America/New_York")
TUESDAY_NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("how", "zone", "now", "expected"),
    [
        ("daily", SAIGON, TUESDAY_NOON, datetime(2026, 11, 25, 1, 0, tzinfo=UTC)),
        ("daily", NEW_YORK, TUESDAY_NOON, datetime(2026, 11, 24, 13, 0, tzinfo=UTC)),
        (
            "daily",
            NEW_YORK,
            datetime(2026, 11, 24, 13, 0, tzinfo=UTC),
            datetime(2026, 11, 25, 13, 0, tzinfo=UTC),
        ),
        ("weekly", SAIGON, TUESDAY_NOON, datetime(2026, 11, 30, 1, 0, tzinfo=UTC)),
        (
            "daily",  # the clocks go forward in the night
            NEW_YORK,
            datetime(2026, 3, 7, 20, 0, tzinfo=UTC),
            datetime(2026, 3, 8, 12, 0, tzinfo=UTC),
        ),
        ("", SAIGON, TUESDAY_NOON, None),
    ],
)
def test_the_next_mail_is_due(
    how: str, zone: ZoneInfo, now: datetime, expected: datetime | None
) -> None:
    assert next_at(how, zone, now) == expected
