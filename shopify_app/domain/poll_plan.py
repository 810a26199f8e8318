"""When to look at a shipment again: often near delivery, seldom far from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shopify_app.domain.shipment import RECOGNIZED_WITHIN
from shopify_app.domain.status import Status

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PUSHED_FACTOR = 4
"""With pushes on, a look only catches what a push lost."""
JITTER = 0.1
"""Looks are spread by 10% either way, so that shipments of one import drift apart."""


def first_look(registered_at: datetime, now: datetime) -> datetime:
    """When to look again at a number that its provider has not looked at yet.

    A provider takes some minutes for the first time: a minute, two, four, eight, ...
    """
    return now + max(now - registered_at, timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Watched:
    """What the plan looks at. `unchanged` counts looks since the last new event."""

    status: Status
    since: datetime
    fulfilled_at: datetime
    pinned: bool = False
    unchanged: int = 0
    pushed: bool = False


_EVERY = {
    Status.PENDING: 12 * HOUR,
    Status.NOT_RECOGNIZED: DAY,
    Status.IN_TRANSIT: 6 * HOUR,
    Status.PICK_UP: 2 * HOUR,
    Status.UNDELIVERED: 4 * HOUR,
    Status.ALERT: 12 * HOUR,
    Status.EXPIRED: 72 * HOUR,
}
_GIVE_UP = {Status.NOT_RECOGNIZED: 60 * DAY}
_GIVE_UP_ANY = 90 * DAY


def next_look(shipment: Watched, now: datetime, chance: float = 0.5) -> datetime | None:
    """When to look next, None for never. `chance` in 0..1 places it within the jitter."""
    if _given_up(shipment, now):
        return None
    if shipment.pinned:
        return now + DAY
    if shipment.status is Status.DELIVERED:
        return _after_delivery(shipment.since, now)
    if shipment.status is Status.RETURNED:
        return None
    wait = _wait(shipment) * (1 - JITTER + 2 * JITTER * chance)
    return _not_past_recognition(shipment, now, now + wait)


def _wait(shipment: Watched) -> timedelta:
    every = _EVERY[shipment.status]
    if shipment.status is Status.IN_TRANSIT:
        every *= 2 ** min(shipment.unchanged, 2)
    return every * PUSHED_FACTOR if shipment.pushed else every


def _after_delivery(delivered_at: datetime, now: datetime) -> datetime | None:
    """Carriers do take a delivery back: one look after a day, one after a week, then none."""
    looks = (delivered_at + DAY, delivered_at + 7 * DAY)
    return next((at for at in looks if at > now), None)


def _given_up(shipment: Watched, now: datetime) -> bool:
    return now - shipment.fulfilled_at > _GIVE_UP.get(shipment.status, _GIVE_UP_ANY)


def _not_past_recognition(shipment: Watched, now: datetime, at: datetime) -> datetime:
    """A number nobody knows turns `not_recognized` on its seventh day, not up to a day later."""
    turns = shipment.fulfilled_at + RECOGNIZED_WITHIN
    return min(at, turns) if shipment.status is Status.PENDING and now < turns else at
