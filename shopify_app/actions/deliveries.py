"""What became of a message after it left: as those tell who carried it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.models import Outbox
from shopify_app.models.outbox import KNOWN_OUTSIDE, State
from shopify_app.tenants import across_shops

OPEN: frozenset[State] = frozenset({"sending", "uncertain", "sent"})
"""States that a report may change. The others are ends: what comes later is old news."""


def by_id(session: Session, shop_id: int, row_id: int) -> Outbox | None:
    """The message of a shop, held until the end of the transaction."""
    wanted = select(Outbox).where(Outbox.shop_id == shop_id, Outbox.id == row_id)
    return session.scalar(wanted.with_for_update())


def by_remote_id(session: Session, remote_id: str) -> Outbox | None:
    """The message that goes by this id outside, whosever it is; held as well."""
    wanted = select(Outbox).where(KNOWN_OUTSIDE, Outbox.remote_id == remote_id)
    return session.scalar(across_shops(wanted.with_for_update())) if remote_id else None


def report(row: Outbox, state: State, *, detail: str = "", remote_id: str = "") -> bool:
    """Take over how it fares, unless something later is known; False if so."""
    if row.state not in OPEN or row.state == state:
        return False
    row.state, row.detail, row.ended_at = state, detail, clock.now()
    row.remote_id = remote_id or row.remote_id
    return True
