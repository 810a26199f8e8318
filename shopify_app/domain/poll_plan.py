"""When to look at a shipment again: often near delivery, seldom far from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shopify_app.domain.shipment import RECOGNIZED_WITHIN
from shopify_app.domain.status import TERMINAL, Status

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
    """What the plan looks at. `unchanged` counts looks since the last new event; `arrived`: that
    event was in the country the parcel goes to, or nobody knows where.
    """

    status: Status
    since: datetime
    fulfilled_at: datetime
    pinned: bool = False
    arrived: bool = False
    unchanged: int = 0
    pushed: bool = False


NOTHING_FOR = DAY
"""A provider that knows nothing of a parcel for so long is asked no more, if there is another."""
NOTHING_NEW_FOR = 10 * DAY
"""And so is one that has told nothing new of a parcel on its way for so long."""


def silent(
    status: Status, asked_since: datetime, last_event_at: datetime | None, now: datetime
) -> bool:
    """Whether another provider may know more than this one, which is asked since `asked_since`."""
    if status in TERMINAL:
        return False
    if last_event_at is None:
        return now - asked_since >= NOTHING_FOR
    return now - max(last_event_at, asked_since) >= NOTHING_NEW_FOR


_PACE = {
    Status.PENDING: (12 * HOUR, DAY),
    Status.NOT_RECOGNIZED: (DAY, DAY),
    Status.IN_TRANSIT: (DAY, DAY),
    Status.PICK_UP: (3 * HOUR, 5 * HOUR),
    Status.UNDELIVERED: (4 * HOUR, 5 * HOUR),
    Status.ALERT: (12 * HOUR, DAY),
    Status.EXPIRED: (3 * DAY, 3 * DAY),
}
"""The wait after a new event; it doubles while nothing new comes, up to the second figure.

The figures are those of docs/benchmarks.md: they take the looks from where nothing happens for days
to where a few hours count, and are fewer than a look every six hours.
"""
_ARRIVED_PACE = (5 * HOUR, 7.5 * HOUR)
"""The same for one in transit that is in the country it goes to: delivery is near."""
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
    near = shipment.status is Status.IN_TRANSIT and shipment.arrived
    first, longest = _ARRIVED_PACE if near else _PACE[shipment.status]
    wait = min(first * (1 << min(shipment.unchanged, 3)), longest)
    return wait * PUSHED_FACTOR if shipment.pushed else wait


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
