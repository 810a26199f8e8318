"""Who is told of what, and when. Deciding only: `jobs.deliver` sends."""

from __future__ import annotations

from datetime import datetime, timedelta

from shopify_app.domain.status import Status

CONFIRMATION = "shipping_confirmation"
EMAIL, SMS = "email", "sms"
TOO_OLD = timedelta(days=7)
"""News older than this is not told: it is late, and often the customer knows."""


def may_confirm(*, imported: bool, live: bool, fulfilled_at: datetime, now: datetime) -> bool:
    """Whether a fulfillment that has a number may be confirmed to its customer."""
    return live and not imported and now - fulfilled_at <= TOO_OLD


def may_write_back(
    *, imported: bool, first_seen: Status | None, happened_at: datetime, now: datetime
) -> bool:
    """Whether a status may be written to Shopify, which may mail the customer on it.

    `first_seen` is the first status the parcel ever had from a carrier: one that was delivered
    before anyone looked is history, not news.
    """
    fresh = now - happened_at <= TOO_OLD
    return fresh and not imported and first_seen is not Status.DELIVERED
