"""Moments as text. Rows and documents hold them as ISO 8601 in UTC with whole seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def stamp(moment: datetime) -> str:
    """The moment as Shopify's Admin API writes it: `2026-11-24T13:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(text: str) -> datetime:
    """An aware UTC moment from ISO 8601. A text without an offset is taken as UTC.

    Raises ValueError for anything else.
    """
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def from_seconds(seconds: float) -> datetime:
    """The moment of so many seconds since 1970, without the fraction."""
    return datetime.fromtimestamp(int(seconds), UTC)


def in_zone(text: str, zone: str) -> str:
    """A stamp told in local time with its offset, as webhook bodies have it."""
    return parse(text).astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
