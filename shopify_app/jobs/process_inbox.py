"""The job of the queue `inbox`: apply what came in.

Claim, then work. A claim is a commit of its own that counts the attempt and takes a lease. Rows on
their first attempt are applied as one batch in one transaction; a row with an attempt behind it is
claimed alone: one that raises or kills its worker harms no neighbour and is set aside by itself.
So is one whose topic is applied alone: no other waits, leased, for the answer of Shopify.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta

from rq.timeouts import JobTimeoutException
from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from shopify_app import clock, database, observe, queue
from shopify_app.actions import shops
from shopify_app.jobs import handling
from shopify_app.jobs.handling import Claimed, Told
from shopify_app.models import Inbox
from shopify_app.models.inbox import MOST_TRIES
from shopify_app.shopify import client

log = logging.getLogger(__name__)

BATCH = 100
MANY, GATHER = 10, 0.05
"""While so many come at a time, seconds for more to come along: small batches cost as much."""
LEASE = timedelta(seconds=30)
"""A batch takes about a second; its rows wait so long if its worker died."""
PROOF_LEASE = timedelta(seconds=queue.JOB_SECONDS["inbox"] + 30)
"""While a row is proved. Shopify may take as long to answer as the job may last, and one that hangs
is killed half a minute after that.
"""
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
    if not (claimed and claimed[0].shares and _apply_together(claimed)):
        for row in claimed:
            with observe.about(row=f"inbox-{row.id}"):
                _apply_alone(row)
    if MANY <= len(claimed) < BATCH:
        time.sleep(GATHER)
    return bool(claimed)


def _claim() -> list[Claimed]:
    """Take a lease of rows to be applied; one that is deadly is set aside on the way."""
    with database.writing() as session:
        while rows := _waiting(session):
            if rows[0].deaths < MOST_DEATHS:
                _lease(session, rows)
                break
            _set_aside(session, rows[0])
    return rows


def _waiting(session: Session) -> list[Claimed]:
    """Rows that may share a transaction, or one that may not: a deadly one takes no others along,
    and none wait behind one that asks Shopify.
    """
    wanted = due().with_only_columns(*_CLAIMED).limit(BATCH).with_for_update(skip_locked=True)
    found = [Claimed(*row) for row in session.execute(wanted)]
    return [row for row in found if row.shares] if found and found[0].shares else found[:1]


def _lease(session: Session, rows: Sequence[Claimed]) -> None:
    kind = rows[0].kind
    lasts = PROOF_LEASE if kind and kind.proof else LEASE
    leased = {"attempts": Inbox.attempts + 1, "due_at": clock.now() + lasts}
    session.execute(update(Inbox).where(Inbox.id.in_([row.id for row in rows])).values(leased))


def _set_aside(session: Session, row: Claimed) -> None:
    dead = {"state": "set_aside", "ended_at": clock.now(), "note": "its worker died each time"}
    session.execute(update(Inbox).where(Inbox.id == row.id).values(dead))


def _apply_together(rows: Sequence[Claimed]) -> bool:
    """Apply all in one transaction; False if one of them raised, and nothing was applied."""
    try:
        told = handling.read(rows)
        try:
            _apply(rows, told)
        except IntegrityError:  # another worker met the same new order: now it is there
            _apply(rows, told)
    except JobTimeoutException:
        raise
    except Exception as error:  # whatever it is, the row it came from is found one by one
        log.info("a batch of %d is tried one by one: %s", len(rows), type(error).__name__)
        return False
    return True


def _apply(rows: Sequence[Claimed], told: Told) -> None:
    with database.writing() as session:
        early = handling.apply(session, rows, told)
        _wait(session, early, "the shop has not installed the app")


def _apply_alone(row: Claimed) -> None:
    try:
        refuted = _refute(row)
        _apply([row], {row.id: refuted} if refuted else handling.read([row]))
    except JobTimeoutException:
        raise
    except client.ShopifyError:
        with database.writing() as session:
            _wait(session, [row], "Shopify could not be asked whether it is true")
    except OperationalError as error:
        _later(row, error)
    except Exception as error:  # kept with the row; it is tried again, or set aside
        _failed(row, error)


def _refute(row: Claimed) -> str | None:
    """Why the row is not to be believed, None if it is. Raises ShopifyError."""
    if row.kind is None or row.kind.proof is None:
        return None
    with database.reading() as session:
        shop = shops.by_domain(session, row.account)
    return row.kind.proof(shop) if shop and shop.installed else None


def _wait(session: Session, rows: Sequence[Claimed], why: str) -> None:
    """Leave rows for later that are good but too early; those that were so for a day are ended."""
    old = [row for row in rows if _is_old(row)]
    young = [row for row in rows if not _is_old(row)]
    if old:
        handling.end(session, old, why)
    if young:
        _put_off(session, young, WAIT)


def _later(row: Claimed, error: OperationalError) -> None:
    """The database's trouble is nothing the row has done, unless it stays with it for a day."""
    if _is_old(row):
        _failed(row, error)
        return
    log.warning("inbox row %d waits for the database: %s", row.id, type(error.orig).__name__)
    with database.writing() as session:
        _put_off(session, [row], DATABASE_WAIT)


def _is_old(row: Claimed) -> bool:
    return clock.now() - row.received_at > LONGEST_WAIT


def _put_off(session: Session, rows: Sequence[Claimed], wait: timedelta) -> None:
    """Leave them for later, as if they had not been tried."""
    later = {"due_at": clock.now() + wait, "attempts": rows[0].attempts}
    session.execute(handling.ours(rows).values(later))


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
        session.execute(handling.ours([row]).values(kept))


def _safe(error: Exception) -> str:
    """An error's words where they are our own; others may quote the body."""
    return str(error) if type(error).__module__.startswith(("webhooks.", "shopify_app.")) else ""
