"""What has become of the messages and writes that were put into the outbox.

A fulfillment is held with the keys of its rows alone; the rest is read when it is asked for, of
several fulfillments at once, and without writing first what waits to be written.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from shopify_app.domain.notification import CONFIRMATION
from shopify_app.models import Fulfillment, Outbox

Outcomes = list[tuple[str, datetime | None]]
"""Messages by their state, and when each ended."""


def read(session: Session, fulfillments: Iterable[Fulfillment]) -> None:
    """Read what has become of all that was ever put into the outbox for these, in one query."""
    unread = [f for f in fulfillments if any("state" in inspect(r).unloaded for r in f.outbox)]
    for shop_id in sorted({fulfillment.shop_id for fulfillment in unread}):
        ids = [fulfillment.id for fulfillment in unread if fulfillment.shop_id == shop_id]
        theirs = select(Outbox).where(Outbox.shop_id == shop_id, Outbox.fulfillment_id.in_(ids))
        with session.no_autoflush:  # what is not written yet was never read, and is there
            session.scalars(theirs).all()


def of(session: Session, fulfillment: Fulfillment) -> list[Outbox]:
    """All that was ever put into the outbox for it."""
    read(session, [fulfillment])
    return fulfillment.outbox


def messages(session: Session, fulfillment: Fulfillment, channel: str) -> Outcomes:
    """All messages about a fulfillment by this channel."""
    return _told(row for row in of(session, fulfillment) if row.channel == channel)


def confirmation(session: Session, fulfillment: Fulfillment, channel: str) -> Outcomes:
    """Its shipping confirmation by this channel alone."""
    key = f"{fulfillment.id}:{CONFIRMATION}:{channel}"
    return _told(row for row in of(session, fulfillment) if row.key == key)


def _told(rows: Iterable[Outbox]) -> Outcomes:
    return [(row.state, row.ended_at) for row in rows]
