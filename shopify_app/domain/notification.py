"""Who is told of what, and when. Deciding only: `jobs.deliver` sends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from shopify_app.domain.status import Reason, Status

CONFIRMATION, NUMBER_CHANGED = "shipping_confirmation", "number_changed"
IN_TRANSIT = "in_transit"
CHANNELS = EMAIL, SMS = "email", "sms"
TO_SHOPIFY = "shopify"
"""The channel of what is written to the store, which is no message."""
TOLD = frozenset({"sent", "arrived", "uncertain"})
"""The states of a message whose customer knows, or may know, what it says."""
_OF_STATUS = {
    Status.IN_TRANSIT: IN_TRANSIT,
    Status.PICK_UP: "out_for_delivery",
    Status.DELIVERED: "delivered",
    Status.UNDELIVERED: "delivery_failed",
    Status.EXPIRED: "delayed",
}
_OF_ALERT = {
    Reason.BAD_ADDRESS: "needs_you",
    Reason.CUSTOMS_PROHIBITED: "needs_you",
    Reason.CUSTOMS_RESTRICTED: "needs_you",
    Reason.CUSTOMS_UNSPECIFIED: "needs_you",
    Reason.REFUSED: "needs_you",
    Reason.RECIPIENT_ABSENT: "needs_you",
    Reason.DELAYED: "delayed",
}
OPTIONAL = (
    IN_TRANSIT,
    "out_for_delivery",
    "delivered",
    "delivery_failed",
    "needs_you",
    "delayed",
)
"""The messages that a merchant switches on one by one; in the order of a parcel's way."""
EVENTS = (CONFIRMATION, NUMBER_CHANGED, *OPTIONAL)
"""All that customers are told."""
TOO_OLD = timedelta(days=7)
"""News older than this is not told: it is late, and often the customer knows."""

FIRST_SCAN = "first_scan"
"""Why a confirmation waits: the parcel has a number, but no carrier has it yet."""
UNSCANNED = frozenset({Status.PENDING, Status.NOT_RECOGNIZED, Status.EXPIRED})


def is_scanned(status: Status) -> bool:
    """Whether a carrier has the parcel, or had it, as far as its status tells."""
    return status not in UNSCANNED


def may_confirm(*, imported: bool, live: bool, fulfilled_at: datetime, now: datetime) -> bool:
    """Whether a fulfillment that has a number may be confirmed to its customer."""
    return live and not imported and now - fulfilled_at <= TOO_OLD


def unknown_numbers(
    numbers: Iterable[tuple[str, datetime]], told: Iterable[tuple[str, datetime | None]]
) -> list[str]:
    """The numbers that came after the customer was last told, if they were told at all.

    `numbers` are with when they came. `told` are the messages of one channel: their state, and when
    they ended (None: not yet; what is still to go out tells of all numbers by itself).
    """
    messages = list(told)
    ends = [ended_at for state, ended_at in messages if state in TOLD and ended_at]
    if not ends or any(ended_at is None for _, ended_at in messages):
        return []
    return sorted(number for number, came_at in numbers if came_at > max(ends))


def stands_for(state: str, ended_at: datetime | None, since: datetime) -> bool:
    """Whether a message in this state, once it is read, tells of what is so `since` then."""
    return state in {"waiting", "sending"} or bool(state in TOLD and ended_at and ended_at >= since)


def event_of(status: Status, reason: Reason | None) -> str:
    """The message that a parcel's state is worth, empty for none."""
    if status is Status.ALERT:
        return _OF_ALERT.get(reason, "") if reason else ""
    return _OF_STATUS.get(status, "")


def may_tell(
    *, first_seen: Status | None, since: datetime, switched_on: datetime, now: datetime
) -> bool:
    """Whether the news of a state, which began at `since`, is still news to the customer.

    A parcel that was first seen delivered was delivered before anyone looked.
    """
    fresh = now - since <= TOO_OLD and since >= switched_on
    return fresh and first_seen is not Status.DELIVERED


def may_write_back(
    *, imported: bool, first_seen: Status | None, happened_at: datetime, now: datetime
) -> bool:
    """Whether a status may be written to Shopify, which may mail the customer on it.

    `first_seen` is the first status the parcel ever had from a carrier: one that was delivered
    before anyone looked is history, not news.
    """
    fresh = now - happened_at <= TOO_OLD
    return fresh and not imported and first_seen is not Status.DELIVERED
