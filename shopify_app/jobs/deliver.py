"""The job of the queue `deliver`: send what was decided, each once.

A row is marked `sending` right before its own send (`turns`). A message whose send died half-way,
or whose answer never came, is `uncertain`: it is shown to the merchant and never sent again by
itself. A write to Shopify can be looked up, so it simply waits again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rq.timeouts import JobTimeoutException
from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from shopify_app import clock, database, observe, queue
from shopify_app.actions import again, outages
from shopify_app.domain.notification import CHANNELS, TO_SHOPIFY
from shopify_app.jobs import turns
from shopify_app.jobs.due import Became, Due, NotYet, Sending, Suppressed
from shopify_app.jobs.known import Known, Row, read
from shopify_app.jobs.prepare import prepare, rest
from shopify_app.models import Outbox, Shop
from shopify_app.outgoing.errors import Ended, Held, Refused, Retry
from shopify_app.tenants import across_shops

log = logging.getLogger(__name__)

AT_A_TIME, FRESH_SECONDS = 50, 1.0
"""What so many rows are about is read together, and serves for so long."""
STUCK_AFTER = timedelta(minutes=5)
MOST_TRIES = 12
"""With waits of 10 s doubling to an hour, about seven hours."""
HELD_FOR = timedelta(minutes=15)
"""What waits for somebody to mend something is tried so often, for as long as it takes."""
_TOLD = (Outbox.id, Outbox.shop_id, Outbox.channel, Outbox.event, Outbox.order_id)


def run() -> None:
    """Send rows until there are none that are due, or the shift is over."""
    settle_stuck()
    try:
        queue.work("deliver", _step)
    finally:
        rest()


def due() -> Select[Outbox]:
    """The rows, of every shop, that are to be sent now."""
    waiting = select(Outbox).where(Outbox.state == "waiting", Outbox.due_at <= clock.now())
    return across_shops(waiting.order_by(Outbox.due_at, Outbox.id))


def stuck() -> Select[Outbox]:
    """The rows, of every shop, whose sender died."""
    return across_shops(select(Outbox).where(*_stuck()))


def _stuck() -> tuple[ColumnElement[bool], ...]:
    return Outbox.state == "sending", Outbox.sending_since < clock.now() - STUCK_AFTER


def settle_stuck() -> None:
    """Rows whose sender died: messages are uncertain, writes to Shopify are looked up again."""
    now = clock.now()
    rows = across_shops(update(Outbox).where(*_stuck()))
    ended = {"detail": "interrupted", "ended_at": now}
    writes, tired = rows.where(Outbox.channel == TO_SHOPIFY), Outbox.attempts >= MOST_TRIES
    with database.writing() as session:
        session.execute(rows.where(Outbox.channel != TO_SHOPIFY).values(state="uncertain", **ended))
        session.execute(writes.where(tired).values(state="failed", **ended))
        session.execute(writes.values(state="waiting", due_at=now))


def _step() -> bool:
    """Send rows that are due, for a moment; False if there are none.

    What they are about is read for all of them at its beginning, so it is never older than that.
    """
    fresh_until = time.monotonic() + FRESH_SECONDS
    with database.reading() as session:
        rows = session.execute(due().with_only_columns(*_TOLD).limit(AT_A_TIME)).all()
    if not rows:
        return False
    known, ids = _known(rows), iter([row.id for row in rows])
    row = turns.take(ids)
    while row:
        with observe.about(row=f"outbox-{row.id}", shop=row.shop_id):
            became = _send(row, known)
        fresh = time.monotonic() < fresh_until and not became.also
        row = turns.take(ids if fresh else (), became)
    return True


def _known(rows: Sequence[Row]) -> Known | None:
    """What these rows are about; None if it cannot be read, since one row may be to blame."""
    try:
        with database.reading() as session:
            return read(session, rows)
    except JobTimeoutException:
        raise
    except Exception as error:  # each is read by itself when it is its turn
        log.info("%d outbox rows are read one by one: %s", len(rows), type(error).__name__)
        return None


def _send(row: Due, known: Known | None) -> Became:
    try:
        known = known or _alone(row)
        send = prepare(row, known)
    except Suppressed as why:
        return _ended(row, "suppressed", detail=str(why))
    except NotYet as later:
        return _waits(row, later.due_at)
    except Ended as error:
        return _ended(row, error.state, detail=str(error))
    except JobTimeoutException:
        raise
    except Exception as error:  # nothing has left the house: it may be tried again
        log.exception("outbox row %d could not be made ready", row.id)
        return _again(row, f"not_ready:{type(error).__name__}")
    return _hand_over(row, send, known.shops[row.shop_id])


def _alone(row: Due) -> Known:
    with database.reading() as session:
        return read(session, [row])


def _hand_over(row: Due, send: Sending, shop: Shop) -> Became:
    try:
        remote_id = send()
    except Ended as error:
        return _ended(row, error.state, detail=str(error))
    except Retry as error:
        return _again(row, str(error))
    except Held as error:
        return _held(row, error)
    except JobTimeoutException:
        raise
    except Exception:  # nobody foresaw it, so nobody knows whether it went out
        log.exception("outbox row %d ended unforeseen", row.id)
        return _unforeseen(row)
    sent = _ended(row, "sent", remote_id=remote_id)
    mended = outages.is_refused(shop, row.channel)
    return replace(sent, also=_to_shop(row, outages.sender_works)) if mended else sent


def _held(row: Due, error: Held) -> Became:
    waits = _waits(row, clock.now() + HELD_FOR, detail=str(error))
    refused = isinstance(error, Refused) and row.channel in CHANNELS
    return replace(waits, also=_to_shop(row, outages.sender_refused)) if refused else waits


def _to_shop(row: Due, happened: Callable[[Session, Shop, str], None]) -> Callable[[Session], None]:
    """What the sender of the row's channel has come to, for its shop."""

    def also(session: Session) -> None:
        happened(session, session.get_one(Shop, row.shop_id, with_for_update=True), row.channel)

    return also


def _unforeseen(row: Due) -> Became:
    if row.channel == TO_SHOPIFY:  # which can be looked up
        return _again(row, "not_ready")
    return _ended(row, "uncertain", detail="broke")


def _again(row: Due, why: str) -> Became:
    if row.attempts >= MOST_TRIES:
        return _ended(row, "failed", detail=why)
    due_at = clock.now() + again.after(row.attempts - 1)
    return Became(row, {"state": "waiting", "due_at": due_at, "detail": why})


def _waits(row: Due, until: datetime, **changed: str) -> Became:
    """It was no try."""
    later = {"state": "waiting", "due_at": until, "attempts": row.attempts - 1}
    return Became(row, later | changed)


def _ended(row: Due, state: str, *, detail: str = "", remote_id: str = "") -> Became:
    ended_at = clock.now()
    return Became(
        row, {"state": state, "detail": detail, "remote_id": remote_id, "ended_at": ended_at}
    )
