"""A message sent to the merchant alone, to see it as a customer would."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.actions.texts import Which
from shopify_app.models import Outbox, Shop

TRIAL = "trial"
"""The channel of the outbox by which they go."""


def send(session: Session, shop: Shop, which: Which, order_id: int | None) -> None:
    """Put it into the outbox, shown on this order; not while the one before is still to go."""
    if (before := last(session, shop.id, which)) and before.state in {"waiting", "sending"}:
        return
    now = clock.now()
    row = Outbox(shop_id=shop.id, channel=TRIAL, event=_event(which), order_id=order_id)
    row.key, row.created_at, row.due_at = f"{row.event}:{TRIAL}:{now.isoformat()}", now, now
    session.add(row)
    queue.wake_after_commit(session, "deliver")


def last(session: Session, shop_id: int, which: Which) -> Outbox | None:
    """The newest of this message."""
    wanted = select(Outbox).where(
        Outbox.shop_id == shop_id, Outbox.channel == TRIAL, Outbox.event == _event(which)
    )
    return session.scalar(wanted.order_by(Outbox.id.desc()).limit(1))


def which(event: str) -> Which:
    """What a row of the outbox is a trial of."""
    return Which(*event.split(":"))


def _event(which: Which) -> str:
    return f"{which.event}:{which.language}:{which.channel}"
