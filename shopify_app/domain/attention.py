"""When an order requires attention: the product's three rules, as moments rather than as ages.

Each rule is turned into the moment from which it holds, so that "now" stays out of the rows and
one indexed comparison is exact at every moment. Ages are counted from when the order was placed, in
exact multiples of 24 hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shopify_app.domain.status import PROBLEMS, TERMINAL, Status

LATE_AFTER = timedelta(days=45, microseconds=1)
"""Rule 1 says "more than 45 days"."""
UNFULFILLED_AFTER = timedelta(days=7)
"""Rule 3 says "7 days ago"."""


@dataclass(frozen=True, slots=True)
class OrderState:
    """What the rules look at. `parcels` are the order's live shipments: status and since when."""

    placed_at: datetime
    open: bool
    ships: bool
    unfulfilled: bool
    parcels: Sequence[tuple[Status, datetime]]


@dataclass(frozen=True, slots=True)
class Attention:
    """From when each rule holds; None: never, as things are."""

    late_from: datetime | None = None
    problem_from: datetime | None = None
    unfulfilled_from: datetime | None = None

    @property
    def since(self) -> datetime | None:
        """From when the order requires attention by any rule."""
        moments = (self.late_from, self.problem_from, self.unfulfilled_from)
        return min((moment for moment in moments if moment), default=None)


def attention(order: OrderState) -> Attention:
    """The moments of the three rules. Cancelled, archived and unshippable orders have none."""
    if not (order.open and order.ships):
        return Attention()
    return Attention(
        late_from=order.placed_at + LATE_AFTER if _under_way(order) else None,
        problem_from=min((at for status, at in order.parcels if status in PROBLEMS), default=None),
        unfulfilled_from=order.placed_at + UNFULFILLED_AFTER if order.unfulfilled else None,
    )


def _under_way(order: OrderState) -> bool:
    """Wholly fulfilled and not at its end. A return is an end too, though not the one hoped for."""
    shipped = bool(order.parcels) and not order.unfulfilled
    return shipped and any(status not in TERMINAL for status, _ in order.parcels)
