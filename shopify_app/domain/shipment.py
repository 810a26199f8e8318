"""The status of a shipment, out of what its sources say.

Each source (a provider, Shopify, the merchant) has one reading: the newest thing it said. The
status is a function of the readings and the time, so it is the same in whatever order, and however
often, they came.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from shopify_app.domain.status import TERMINAL, Reason, Status

MERCHANT, SHOPIFY = "merchant", "shopify"
"""Who may tell of a shipment besides the providers, which go by their own names."""
RECOGNIZED_WITHIN = timedelta(days=7)
"""A number can take 5-7 days to come alive; not found for longer, it is taken for a wrong one."""

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    """The newest word of one source. `terminal_at` is the newest end it ever told of.

    `happened_at` is the time of the event (None: no event yet), `read_at` when the source knew.
    """

    source: str
    status: Status
    reason: Reason | None
    code: str
    happened_at: datetime | None
    read_at: datetime
    terminal_at: datetime | None = None
    not_found: bool = False
    version: int = 0

    @property
    def order(self) -> tuple[datetime, datetime, bool, str, str, str]:
        """Sorts readings by event time; ties by when it was known, an end first, then the word.

        What is left only makes the order one, so that of two that tie always the same one counts.
        """
        at, end = self.happened_at or _NEVER, self.status in TERMINAL
        return (at, self.read_at, end, self.code, self.source, self.reason or "")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a shipment's status is, since when, and which reading made it so (None: no word yet)."""

    status: Status
    reason: Reason | None
    since: datetime
    reading: Reading | None
    pinned: bool = False


def newer(known: Reading | None, told: Reading) -> Reading:
    """The reading to keep of one source, with the newest end of both."""
    latest = told if known is None or told.order > known.order else known
    ends = [r.terminal_at for r in (known, told) if r and r.terminal_at]
    return replace(latest, terminal_at=max(ends, default=None))


def standing(readings: Iterable[Reading], fulfilled_at: datetime, now: datetime) -> Standing:
    """Decide the status. `fulfilled_at` is when the fulfillment was made; all times are UTC.

    The merchant's word stands until a carrier tells of a later end; otherwise the newest event
    decides.
    """
    told = sorted(readings, key=lambda reading: reading.order, reverse=True)
    pin = next((reading for reading in told if reading.source == MERCHANT), None)
    carriers = [reading for reading in told if reading.source != MERCHANT]
    if pin and not _ended_since(carriers, pin):
        return Standing(pin.status, pin.reason, pin.happened_at or fulfilled_at, pin, pinned=True)
    if not carriers:
        return Standing(Status.PENDING, None, fulfilled_at, None)
    return _by_event_time(carriers, fulfilled_at, now)


def _ended_since(carriers: list[Reading], pin: Reading) -> bool:
    set_at = pin.happened_at or _NEVER
    return any(r.terminal_at and r.terminal_at > set_at for r in carriers)


def _by_event_time(carriers: list[Reading], fulfilled_at: datetime, now: datetime) -> Standing:
    """The carriers' readings come newest first."""
    best = carriers[0]
    unknown = _unknown(carriers, fulfilled_at, now) if best.status is Status.PENDING else None
    return unknown or _as_told(best, fulfilled_at, now)


def _unknown(carriers: list[Reading], fulfilled_at: datetime, now: datetime) -> Standing | None:
    """A number that a provider rejects, or has not found for a week, whatever label was made."""
    week = fulfilled_at + RECOGNIZED_WITHIN
    for reading in carriers:
        if reading.status is Status.NOT_RECOGNIZED:
            return _as_told(reading, fulfilled_at, now)
        if reading.not_found and now >= week:
            return Standing(Status.NOT_RECOGNIZED, None, week, reading)
    return None


def _as_told(reading: Reading, fulfilled_at: datetime, now: datetime) -> Standing:
    since = min(reading.happened_at or fulfilled_at, now)
    return Standing(reading.status, reading.reason, since, reading)
