"""Putting a message or a write into the outbox, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.models import Fulfillment, Outbox


def put(
    session: Session,
    fulfillment: Fulfillment,
    channel: str,
    event: str,
    key: str,
    *,
    due_at: datetime | None = None,
    happened_at: datetime | None = None,
) -> bool:
    """Add a row unless one of this key was ever added for the shop; True if it was added.

    The caller holds the order's row, so that two cannot decide at once; the table's unique key
    stands behind that.
    """
    wanted = select(Outbox.id).where(Outbox.shop_id == fulfillment.shop_id, Outbox.key == key)
    if session.scalar(wanted):
        return False
    now = clock.now()
    session.add(
        Outbox(
            shop_id=fulfillment.shop_id,
            channel=channel,
            event=event,
            key=key,
            order_id=fulfillment.order_id,
            fulfillment_id=fulfillment.id,
            happened_at=happened_at,
            created_at=now,
            due_at=due_at or now,
        )
    )
    session.flush()
    queue.wake_after_commit(session, "deliver")
    return True


Settle = Callable[[Session, Outbox], None]


def send_again(session: Session, row: Outbox) -> None:
    """The merchant wants a message that failed, or may have failed, to go out once more."""
    if row.state in {"failed", "uncertain"}:
        row.state, row.detail, row.attempts, row.insisted = "waiting", "", 0, True
        row.due_at, row.ended_at, row.sending_since = clock.now(), None, None
        queue.wake_after_commit(session, "deliver")


def mark_as_sent(_session: Session, row: Outbox) -> None:
    """The merchant knows that an uncertain message did go out."""
    if row.state == "uncertain":
        row.state, row.detail = "sent", ""
