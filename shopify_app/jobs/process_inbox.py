"""The job of the queue `inbox`: apply what came in.

Claim, then work. A claim is a commit of its own that counts the attempt and takes a lease. Rows on
their first attempt are applied as one batch in one transaction; a row with an attempt behind it is
claimed alone: one that raises or kills its worker harms no neighbour and is set aside by itself.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rq.timeouts import JobTimeoutException
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shopify_app import clock, database, queue
from shopify_app.actions import shops
from shopify_app.models import Inbox, Shop
from shopify_app.models.inbox import MOST_TRIES
from shopify_app.shopify import client
from webhooks.handlers import HANDLERS, OF_PRIVACY, OTHERS, PROOFS, pushes, rest

log = logging.getLogger(__name__)

BATCH = 100
LEASE = timedelta(minutes=2)
MOST_DEATHS = 3
LONGEST_WAIT = timedelta(days=1)
"""Webhooks may come before the app is first opened, or while Shopify cannot be asked for proof."""
WAIT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that is ours for the length of the lease."""

    id: int
    source: str
    account: str
    topic: str
    body: bytes
    received_at: datetime
    attempts: int
    failures: int

    @property
    def first(self) -> bool:
        """Whether it may share a transaction with others."""
        return self.attempts == 1 and self.topic not in PROOFS


class MustWait(Exception):
    """Nothing is wrong with the row, but its time has not come; says what it waits for."""


def run() -> None:
    """Apply rows until there are none that are due, or the shift is over."""
    queue.work("inbox", _step)


def _step() -> bool:
    claimed = _claim()
    together = [row for row in claimed if row.first]
    done = _apply_together(together)
    for row in claimed:
        if not (done and row.first):
            _apply_alone(row)
    return bool(claimed)


def _claim() -> list[Claimed]:
    """Rows that were never tried, or one that was: a deadly row must not take others with it."""
    now = clock.now()
    due = (
        select(Inbox)
        .where(Inbox.state == "waiting", Inbox.due_at <= now)
        .order_by(Inbox.due_at, Inbox.id)
        .with_for_update(skip_locked=True)
    )
    with database.writing() as session:
        first = session.scalar(due.limit(1))
        if first is None:
            return []
        fresh = first.attempts == 0
        rows = session.scalars(due.where(Inbox.attempts == 0).limit(BATCH)) if fresh else [first]
        return [claimed for row in rows if (claimed := _take(row, now))]


def _take(row: Inbox, now: datetime) -> Claimed | None:
    """Count the attempt. None if the row has died too often to be touched again."""
    if row.attempts - row.failures >= MOST_DEATHS:
        row.state, row.ended_at = "set_aside", now
        row.note = "its worker died each time"
        return None
    row.attempts += 1
    row.due_at = now + LEASE
    return Claimed(
        row.id,
        row.source,
        row.account,
        row.topic,
        row.body,
        row.received_at,
        row.attempts,
        row.failures,
    )


def _apply_together(rows: Sequence[Claimed]) -> bool:
    """Apply all in one transaction; False if one of them raised, and nothing was applied."""
    try:
        with database.writing() as session:
            for row in rows:
                _end(session, row, _handle(session, row))
            _heard_from(session, rows)
    except JobTimeoutException:
        raise
    except Exception as error:  # whatever it is, the row it came from is found one by one
        log.info("a batch of %d is tried one by one: %s", len(rows), type(error).__name__)
        return False
    return True


def _apply_alone(row: Claimed) -> None:
    try:
        refuted = _refute(row)
        with database.writing() as session:
            _end(session, row, refuted or _handle(session, row))
            _heard_from(session, [row])
    except JobTimeoutException:
        raise
    except MustWait as why:
        _wait(row, str(why))
    except Exception as error:  # kept with the row; it is tried again, or set aside
        _failed(row, error)


def _handle(session: Session, row: Claimed) -> str | None:
    """Apply one row; returns why it changed nothing, None if it did."""
    if row.source != "shopify":
        return OTHERS.get(row.source, pushes.take)(session, row.account, row.body)
    handler = HANDLERS.get(row.topic)
    if handler is None:
        return "no such topic"
    shop = shops.by_domain(session, row.account) or _renamed(session, row)
    if row.topic in OF_PRIVACY and shop is None:
        return "nothing is kept of this shop"
    if shop is None or not (shop.installed or row.topic in OF_PRIVACY):
        raise MustWait("the shop has not installed the app")
    return handler(session, shop, _body(row))


def _body(row: Claimed) -> dict[str, Any]:
    body = json.loads(row.body)
    if not isinstance(body, dict):
        raise ValueError("the body is not an object")
    return body


def _renamed(session: Session, row: Claimed) -> Shop | None:
    """A store that tells of itself under a name nobody knows yet: its body, which is signed, says
    which one it is. Whatever else comes under that name waits until this is known.
    """
    if row.topic != "shop/update":
        return None
    return session.get(Shop, rest.identity(_body(row), "id"))


def _refute(row: Claimed) -> str | None:
    proof = PROOFS.get(row.topic)
    if proof is None:
        return None
    with database.reading() as session:
        shop = shops.by_domain(session, row.account)
    try:
        return proof(shop) if shop and shop.installed else None
    except client.ShopifyError as error:
        raise MustWait("Shopify could not be asked whether it is true") from error


def _end(session: Session, row: Claimed, ignored: str | None) -> None:
    """The body has served: it is emptied, since it holds personal data."""
    state = "ignored" if ignored else "done"
    ended = {"state": state, "note": ignored or "", "ended_at": clock.now(), "body": b""}
    session.execute(update(Inbox).where(Inbox.id == row.id).values(ended))


def _heard_from(session: Session, rows: Sequence[Claimed]) -> None:
    """Remember when each shop was last heard of; at the end, so that its row is held briefly."""
    latest: dict[str, datetime] = {}
    for row in rows:
        if row.source == "shopify":
            latest[row.account] = max(row.received_at, latest.get(row.account, row.received_at))
    for domain, at in sorted(latest.items()):
        shop = shops.by_domain(session, domain)
        if shop:
            shop.last_webhook_at = at


def _wait(row: Claimed, why: str) -> None:
    now = clock.now()
    with database.writing() as session:
        if now - row.received_at > LONGEST_WAIT:
            _end(session, row, why)
            return
        later = {"due_at": now + WAIT, "attempts": row.attempts - 1}
        session.execute(update(Inbox).where(Inbox.id == row.id).values(later))


def _failed(row: Claimed, error: Exception) -> None:
    failures = row.failures + 1
    note = f"{type(error).__name__}: {_safe(error)}"
    log.warning("inbox row %d (%s) failed, try %d: %s", row.id, row.topic, failures, note)
    now = clock.now()
    kept: dict[str, object] = {"failures": failures, "note": note}
    if failures >= MOST_TRIES:
        kept |= {"state": "set_aside", "ended_at": now}
    else:
        kept["due_at"] = now + timedelta(seconds=5 * 4**failures)
    with database.writing() as session:
        session.execute(update(Inbox).where(Inbox.id == row.id).values(kept))


def _safe(error: Exception) -> str:
    """An error's words where they are our own; others may quote the body."""
    return str(error) if type(error).__module__.startswith(("webhooks.", "shopify_app.")) else ""
