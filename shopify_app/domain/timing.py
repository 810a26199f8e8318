"""When a message goes out: how long after its news, and never in hours that are quiet there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shopify_app.domain.notification import EMAIL, SMS

_QUARTER = timedelta(minutes=15)
_STEPS = 2 * 24 * 4
"""Quarter hours looked at: two days have every hour of the clock, whatever DST does."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the clock on the wall, from `start` until `end`; the same hour twice is none."""

    start: int = 0
    end: int = 0

    def holds(self, hour: int) -> bool:
        """Whether the hour lies in it; it may reach over midnight."""
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


@dataclass(frozen=True, slots=True)
class Timing:
    """How a message waits: `delay` after its news, then for the end of the quiet hours."""

    delay: timedelta = timedelta(0)
    quiet: Quiet = Quiet()

    def due_at(self, where: Sequence[ZoneInfo], news_at: datetime) -> datetime:
        """When it may go out to someone in one of these zones."""
        return next_fit(where, self.quiet, news_at + self.delay)


DEFAULTS = {EMAIL: Timing(), SMS: Timing(quiet=Quiet(21, 8))}
"""Nobody is woken by an email; a text waits for the morning, and is not dropped."""


def next_fit(where: Sequence[ZoneInfo], quiet: Quiet, at: datetime) -> datetime:
    """`at` if it is quiet in none of the zones, else the first quarter hour that is so.

    Zones may be so far apart that no hour is fit in all: then the first, where most people live,
    speaks for them. Quarters, as some zones are off by 15, 30 or 45 minutes.
    """
    if _fits(where, quiet, at):
        return at
    start = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    quarters = (start + step * _QUARTER for step in range(1, _STEPS))
    found = next((each for each in quarters if _fits(where, quiet, each)), None)
    return found or next_fit(where[:1], quiet, at)


def _fits(where: Sequence[ZoneInfo], quiet: Quiet, at: datetime) -> bool:
    return not any(quiet.holds(at.astimezone(zone).hour) for zone in where)
