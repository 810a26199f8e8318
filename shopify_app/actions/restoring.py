"""After the database was brought back from a backup: nothing is sent that may have gone out since.

What happened between the backup and now is told by Shopify and the carriers once more. Whatever
message that leads to may have been sent before, so it is `uncertain`: shown to the merchant, who
alone sends it again (`messages.decide` asks `Shop.restored_at`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions.outbox import RESTORED
from shopify_app.actions.reconciling import SETTLE
from shopify_app.domain.notification import FIRST_SCAN, TO_SHOPIFY
from shopify_app.models import BulkRun, Outbox, Shop
from shopify_app.tenants import across_shops

AFTER_COMPARING = timedelta(hours=1)
"""What is to be written to Shopify waits until we know again how things stand there."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How many shops there are, and how many messages became uncertain."""

    shops: int
    messages: int


def settle(session: Session) -> Settled:
    """Let no message go out twice, and every store be compared up to this moment."""
    now = clock.now()
    shops = session.scalars(select(Shop)).all()
    for shop in shops:
        shop.restored_at = now
        shop.reconcile_at = now + SETTLE if shop.installed else None
    messages = _doubt_messages(session)
    waiting = update(Outbox).where(Outbox.channel == TO_SHOPIFY, Outbox.state == "waiting")
    session.execute(across_shops(waiting.values(due_at=now + AFTER_COMPARING)))
    under_way = update(BulkRun).where(BulkRun.ended_at.is_(None))
    session.execute(across_shops(under_way.values(ended_at=now)))
    return Settled(len(shops), messages)


def _doubt_messages(session: Session) -> int:
    """Those that were due, or waited for a scan that may have come, may have gone out since."""
    now = clock.now()
    due = or_(Outbox.due_at <= now, Outbox.detail == FIRST_SCAN, Outbox.state == "sending")
    doubtful = (
        update(Outbox)
        .where(Outbox.channel != TO_SHOPIFY, Outbox.state.in_(("waiting", "sending")), due)
        .values(state="uncertain", detail=RESTORED, ended_at=now)
        .returning(Outbox.id)
    )
    return len(session.execute(across_shops(doubtful)).all())
