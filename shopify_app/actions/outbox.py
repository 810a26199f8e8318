"""Putting a message or a write into the outbox, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.actions import outcomes
from shopify_app.domain.notification import CONFIRMATION, FIRST_SCAN, NUMBER_CHANGED, TO_SHOPIFY
from shopify_app.models import Fulfillment, Order, Outbox, Shop, UploadRow

_OF_NUMBERS = {CONFIRMATION, NUMBER_CHANGED}
OWNER = "owner"
"""The channel by which the shop's owner is told, rather than a customer."""
NUMBERS = "TRACKING_INFO"
"""The write to Shopify that is no event of a parcel's way, but a fulfillment's numbers."""
RESTORED = "restored"
"""Why a message is uncertain that may have gone out after the backup that the database is from."""
LINKS, MARKS = "TRACKING_URLS", "ORDER_MARKS"
"""And those that are a fulfillment's tracking URLs, and an order's tags and metafield."""


def put(
    session: Session,
    fulfillment: Fulfillment,
    channel: str,
    event: str,
    key: str,
    *,
    due_at: datetime | None = None,
    happened_at: datetime | None = None,
    why: str = "",
    perhaps_sent: bool = False,
) -> bool:
    """Add a row unless one of this key was ever added for the shop; True if it was added.

    `why` is what it waits for besides its time; `release` ends that. What was `perhaps_sent`, as
    the database is from a backup, is uncertain from the start.

    The caller holds the order's row, so that two cannot decide at once; the table's unique key
    stands behind that.
    """
    if any(row.key == key for row in fulfillment.outbox):
        return False
    quiet = event in _OF_NUMBERS and came_quietly(session, fulfillment)
    ended = {"state": "suppressed", "detail": "by_file", "ended_at": clock.now()} if quiet else {}
    if perhaps_sent and not quiet:
        ended = {"state": "uncertain", "detail": RESTORED, "ended_at": clock.now()}
    row = _add(
        session,
        fulfillment.shop_id,
        channel,
        event,
        key,
        order_id=fulfillment.order_id,
        fulfillment_id=fulfillment.id,
        happened_at=happened_at,
        due_at=due_at,
        **({"detail": why} | ended),
    )
    fulfillment.outbox.append(row)
    return True


def _add(
    session: Session,
    shop_id: int,
    channel: str,
    event: str,
    key: str,
    *,
    due_at: datetime | None = None,
    **about: Any,
) -> Outbox:
    now = clock.now()
    told = {"channel": channel, "event": event, "key": key, "created_at": now}
    row = Outbox(shop_id=shop_id, due_at=due_at or now, **told, **about)
    session.add(row)
    queue.wake_after_commit(session, "deliver")
    return row


def _add_once(
    session: Session, shop_id: int, channel: str, event: str, key: str, **about: Any
) -> None:
    """Add a row that is about no fulfillment, unless one of this key was ever added."""
    wanted = select(Outbox.id).where(Outbox.shop_id == shop_id, Outbox.key == key)
    if session.scalar(wanted) is None:
        _add(session, shop_id, channel, event, key, **about)


def release(session: Session, fulfillment: Fulfillment, key: str, due_at: datetime) -> None:
    """The first scan that a message waited for has come."""
    told = (row for row in outcomes.of(session, fulfillment) if row.key == key)
    if not any(_waits(row) and row.detail == FIRST_SCAN for row in told):
        return
    held = select(Outbox).where(
        Outbox.shop_id == fulfillment.shop_id,
        Outbox.key == key,
        Outbox.state == "waiting",
        Outbox.attempts == 0,
        Outbox.detail == FIRST_SCAN,
    )
    row = session.scalar(held.with_for_update())
    if row:
        row.due_at, row.detail = min(row.due_at, due_at), ""
        queue.wake_after_commit(session, "deliver")


def _waits(row: Outbox) -> bool:
    """Whether nobody has tried to send it yet, as far as we have read."""
    return row.state == "waiting" and row.attempts == 0


def came_quietly(session: Session, fulfillment: Fulfillment) -> bool:
    """Whether a number of it came by a file of which the customer is to hear nothing."""
    keys = [shipment.number_key for shipment in fulfillment.live_shipments if shipment.number_key]
    rows = select(UploadRow.id).where(
        UploadRow.shop_id == fulfillment.shop_id,
        UploadRow.order_id == fulfillment.order_id,
        UploadRow.number_key.in_(keys),
        UploadRow.quiet,
        UploadRow.state != "failed",
    )
    return session.scalar(rows.limit(1)) is not None


def call_back(
    session: Session, fulfillment: Fulfillment, channel: str, why: str = "overtaken"
) -> bool:
    """What still waits for its time is not to go out after all; True if there was something."""
    if not any(row.channel == channel and _waits(row) for row in outcomes.of(session, fulfillment)):
        return False
    now = clock.now()
    waiting = select(Outbox).where(
        Outbox.shop_id == fulfillment.shop_id,
        Outbox.fulfillment_id == fulfillment.id,
        Outbox.channel == channel,
        Outbox.state == "waiting",
        Outbox.attempts == 0,
        Outbox.due_at > now,
    )
    rows = session.scalars(waiting.with_for_update()).all()
    for row in rows:
        row.state, row.detail, row.ended_at = "suppressed", why, now
    return bool(rows)


def write_numbers(session: Session, fulfillment: Fulfillment) -> None:
    """Let Shopify have the numbers that the fulfillment has here."""
    key = f"{fulfillment.id}:{NUMBERS}:{clock.now().isoformat()}"
    put(session, fulfillment, TO_SHOPIFY, NUMBERS, key, happened_at=clock.now())


def write_links(session: Session, fulfillment: Fulfillment) -> None:
    """Let Shopify have the tracking URLs that its numbers are to lead to."""
    key = f"{fulfillment.id}:{LINKS}:{clock.now().isoformat()}"
    put(session, fulfillment, TO_SHOPIFY, LINKS, key, happened_at=clock.now())


def write_marks(session: Session, order: Order, at: datetime) -> None:
    """Let the order at Shopify tell how things stand `at` that moment: now, or later.

    What it tells is read when it is sent, so what waits to be sent now serves this change as well.
    """
    now = clock.now()
    waiting = select(Outbox.id).where(
        Outbox.shop_id == order.shop_id,
        Outbox.order_id == order.id,
        Outbox.event == MARKS,
        Outbox.state == "waiting",
        Outbox.happened_at <= now,
    )
    if at > now or session.scalar(waiting.with_for_update()) is None:
        key, about = f"{order.id}:{MARKS}:{at.isoformat()}", {"order_id": order.id}
        _add_once(
            session, order.shop_id, TO_SHOPIFY, MARKS, key, due_at=at, happened_at=at, **about
        )


def write_to_owner(session: Session, shop: Shop, event: str, key: str) -> None:
    """Mail the shop's owner, once a key."""
    _add_once(session, shop.id, OWNER, event, key)


Settle = Callable[[Session, Outbox], None]


def send_again(session: Session, row: Outbox) -> None:
    """The merchant wants a message that failed, or may have failed, to go out once more."""
    if row.state in {"failed", "uncertain"}:
        row.state, row.detail, row.attempts, row.insisted = "waiting", "", 0, True
        row.remote_id = ""
        row.due_at, row.ended_at, row.sending_since = clock.now(), None, None
        queue.wake_after_commit(session, "deliver")


def mark_as_sent(_session: Session, row: Outbox) -> None:
    """The merchant knows that an uncertain message did go out."""
    if row.state == "uncertain":
        row.state, row.detail = "sent", ""
