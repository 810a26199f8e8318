"""The job of the queue `inbox`: apply what came in.

Claim, then work. A claim is a commit of its own that counts the attempt and takes a lease. Rows on
their first attempt are applied as one batch in one transaction; a row with an attempt behind it is
claimed alone: one that raises or kills its worker harms no neighbour and is set aside by itself.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta

from rq.timeouts import JobTimeoutException
from sqlalchemy import Select, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shopify_app import clock, database, observe, queue
from shopify_app.actions import shops
from shopify_app.jobs import handling
from shopify_app.jobs.handling import Claimed, MustWait
from shopify_app.models import Inbox
from shopify_app.models.inbox import MOST_TRIES
from shopify_app.shopify import client
from webhooks.handlers import PROOFS

log = logging.getLogger(__name__)

BATCH = 100
MANY, GATHER = 10, 0.05
"""While so many come at a time, seconds for more to come along: small batches cost as much."""
LEASE = timedelta(seconds=30)
"""A batch takes about a second; its rows wait so long if its worker died."""
MOST_DEATHS = 3
LONGEST_WAIT = timedelta(days=1)
"""Webhooks may come before the app is first opened, while Shopify cannot be asked for proof, or
while the database cannot take what they tell: its disk is full, somebody holds a lock.
"""
WAIT = timedelta(minutes=1)
DATABASE_WAIT = timedelta(seconds=20)
"""Shorter, since it may as well have been a deadlock, which is over by then."""
_CLAIMED = [getattr(Inbox, field.name) for field in fields(Claimed)]


def run() -> None:
    """Apply rows until there are none that are due, or the shift is over."""
    queue.work("inbox", step)


def due() -> Select[Inbox]:
    """The rows that are to be applied now, the one that has waited longest first."""
    waiting = select(Inbox).where(Inbox.state == "waiting", Inbox.due_at <= clock.now())
    return waiting.order_by(Inbox.due_at, Inbox.id)


def step() -> bool:
    """Claim some rows and apply them; False if there were none that are due."""
    claimed = _claim()
    together = [row for row in claimed if row.shares]
    done = bool(together) and _apply_together(together)
    for row in claimed:
        if not (done and row.shares):
            with observe.about(row=f"inbox-{row.id}"):
                _apply_alone(row)
    if MANY <= len(claimed) < BATCH:
        time.sleep(GATHER)
    return bool(claimed)


def _claim() -> list[Claimed]:
    """Rows that were never tried, or one that was: a deadly row must not take others with it."""
    now = clock.now()
    with database.writing() as session:
        rows = _waiting(session)
        dead = [row for row in rows if row.deaths >= MOST_DEATHS]
        counted = {"attempts": Inbox.attempts + 1, "due_at": now + LEASE}
        set_aside = {"state": "set_aside", "ended_at": now, "note": "its worker died each time"}
        of_these = update(Inbox).where(Inbox.id.in_([row.id for row in rows]))
        if rows:
            session.execute(of_these.values(set_aside if dead else counted))
    return _claim() if dead else rows


def _waiting(session: Session) -> list[Claimed]:
    wanted = due().with_only_columns(*_CLAIMED).limit(BATCH).with_for_update(skip_locked=True)
    found = [Claimed(*row) for row in session.execute(wanted)]
    return [row for row in found if row.fresh] if found and found[0].fresh else found[:1]


def _apply_together(rows: Sequence[Claimed]) -> bool:
    """Apply all in one transaction; False if one of them raised, and nothing was applied."""
    try:
        told = handling.read(rows)
        with database.writing() as session:
            handling.apply(session, rows, told)
    except JobTimeoutException:
        raise
    except Exception as error:  # whatever it is, the row it came from is found one by one
        log.info("a batch of %d is tried one by one: %s", len(rows), type(error).__name__)
        return False
    return True


def _apply_alone(row: Claimed) -> None:
    try:
        refuted, told = _refute(row), handling.read([row])
        with database.writing() as session:
            if refuted:
                handling.end(session, [row.id], refuted)
            else:
                handling.apply(session, [row], told)
    except JobTimeoutException:
        raise
    except MustWait as why:
        _wait(row, str(why))
    except OperationalError as error:
        _later(row, error)
    except Exception as error:  # kept with the row; it is tried again, or set aside
        _failed(row, error)


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


def _wait(row: Claimed, why: str) -> None:
    if not _is_old(row):
        _put_off(row, WAIT)
        return
    with database.writing() as session:
        handling.end(session, [row.id], why)


def _later(row: Claimed, error: OperationalError) -> None:
    """The database's trouble is nothing the row has done, unless it stays with it for a day."""
    if _is_old(row):
        _failed(row, error)
    else:
        log.warning("inbox row %d waits for the database: %s", row.id, type(error.orig).__name__)
        _put_off(row, DATABASE_WAIT)


def _is_old(row: Claimed) -> bool:
    return clock.now() - row.received_at > LONGEST_WAIT


def _put_off(row: Claimed, wait: timedelta) -> None:
    """Leave it for later, as if it had not been tried."""
    later = {"due_at": clock.now() + wait, "attempts": row.attempts}
    with database.writing() as session:
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
