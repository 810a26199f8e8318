"""When a shop's owner is mailed what requires attention."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

OFF, DAILY, WEEKLY = "", "daily", "weekly"
HOUR = time(8)
MONDAY = 0


def next_at(how: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The next eight o'clock in the shop's zone, of any day or of a Monday; None if it is off."""
    if how not in {DAILY, WEEKLY}:
        return None
    day = now.astimezone(zone).date()
    for ahead in range(9):
        on = day + timedelta(days=ahead)
        at = datetime.combine(on, HOUR, tzinfo=zone).astimezone(UTC)
        if at > now and (how == DAILY or on.weekday() == MONDAY):
            return at
    raise AssertionError("every nine days hold a Monday")
