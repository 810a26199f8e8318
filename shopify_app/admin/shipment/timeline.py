"""A parcel's way for the eye: the four steps of the bar, and the legs of the timeline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from shopify_app.admin.language import _
from shopify_app.domain import status_map
from shopify_app.domain.status import PROBLEMS, TO_MEND, Status
from shopify_app.models import CheckpointRow, Order, Shipment


@dataclass(frozen=True, slots=True)
class Leg:
    """The checkpoints of one country and carrier, newest first."""

    country: str
    carrier: str
    number: str
    checkpoints: list[CheckpointRow]

    @property
    def length(self) -> timedelta | None:
        """From its first checkpoint to its last; None where fewer than two have a time."""
        times = [row.happened_at for row in self.checkpoints if row.happened_at]
        return max(times) - min(times) if len(times) > 1 else None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the bar: `done`, `current`, `problem` or `todo`, and when it was reached."""

    label: str
    state: str
    at: datetime | None


def legs(checkpoints: list[CheckpointRow], numbers: Iterable[Shipment] = ()) -> list[Leg]:
    """Neighbouring checkpoints of one carrier in one country, together.

    Who tells of it without a carrier's name (Shopify does) breaks no leg.

    Of a parcel with several `numbers` each leg has the one that told it.
    """
    by_id = {shipment.id: shipment.number for shipment in numbers}

    def leg(pair: tuple[CheckpointRow, str]) -> tuple[str, str, str]:
        row, carrier = pair
        return row.country, carrier, by_id.get(row.shipment_id or 0, "")

    found = []
    named = zip(checkpoints, _carriers(checkpoints), strict=True)
    for (country, carrier, number), pairs in groupby(named, leg):
        told = [row for row, _carrier in pairs]
        found.append(Leg(country, carrier, number or told[0].carrier_number, told))
    return found


def _carriers(checkpoints: list[CheckpointRow]) -> list[str]:
    """The carrier of each; where none is named, that of its neighbours in the same country."""
    found = [row.carrier for row in checkpoints]
    ahead = range(1, len(found))
    for step, places in ((-1, ahead), (1, [place - 1 for place in reversed(ahead)])):
        for at in places:
            same = checkpoints[at].country == checkpoints[at + step].country
            found[at] = found[at] or (found[at + step] if same else "")
    return found


_PASSED = {
    Status.PENDING: 1,
    Status.NOT_RECOGNIZED: 1,
    Status.IN_TRANSIT: 2,
    Status.EXPIRED: 2,
    Status.ALERT: 2,
    Status.PICK_UP: 3,
    Status.UNDELIVERED: 3,
    Status.RETURNED: 3,
    Status.DELIVERED: 4,
}
TROUBLED = PROBLEMS | TO_MEND | {Status.RETURNED}
"""Where a shipment did not go on as it should have."""


def steps(shipment: Shipment, order: Order, checkpoints: list[CheckpointRow]) -> list[Step]:
    """Ordered, In transit, Pick up, Delivered; a problem stands at the step where it happened."""
    status = Status(shipment.status)
    times = [order.placed_at, *_reached(shipment, checkpoints)]
    passed = max(_PASSED[status], max((i + 1 for i, at in enumerate(times) if at), default=1))
    if status is not Status.DELIVERED:
        passed = min(passed, 3)
    labels = (_("Ordered"), _("In transit"), _("Pick up"), _("Delivered"))
    return [
        Step(label, _step_state(number, passed, status), at)
        for number, (label, at) in enumerate(zip(labels, times, strict=True), start=1)
    ]


def _step_state(number: int, passed: int, status: Status) -> str:
    if number > passed:
        return "todo"
    if number == passed and status in TROUBLED:
        return "problem"
    return "current" if number == passed and status is not Status.DELIVERED else "done"


def _reached(shipment: Shipment, checkpoints: list[CheckpointRow]) -> list[datetime | None]:
    """When it was first in transit, at the pick up, and delivered."""

    def first(*statuses: Status) -> datetime | None:
        found = [
            row.happened_at
            for row in checkpoints
            if row.happened_at
            and (meaning := status_map.meaning(row.source, row.code))
            and meaning.status in statuses
        ]
        return min(found, default=None)

    delivered = shipment.status == Status.DELIVERED
    return [
        first(Status.IN_TRANSIT),
        first(Status.PICK_UP, Status.UNDELIVERED),
        shipment.status_since if delivered else None,
    ]
