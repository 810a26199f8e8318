"""The job of the queue `deliver`: send what was decided, each once.

A row is marked `sending` right before its own send, by compare-and-set. A message whose send died
half-way, or whose answer never came, is `uncertain`: it is shown to the merchant and never sent
again by itself. A write to Shopify can be looked up, so it simply waits again.
"""

from __future__ import annotations

import logging
from datetime import timedelta

import stamina
from rq.timeouts import JobTimeoutException
from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.exc import InterfaceError, OperationalError

from shopify_app import clock, database, observe, queue
from shopify_app.actions import again, outages
from shopify_app.actions.write_back import CHANNEL as SHOPIFY
from shopify_app.domain.notification import EMAIL, SMS
from shopify_app.jobs.due import Due, NotYet, Sending, Suppressed
from shopify_app.jobs.prepare import prepare, rest
from shopify_app.models import Outbox, Shop
from shopify_app.outgoing.errors import Held, Permanent, Refused, Retry, Uncertain
from shopify_app.outgoing.sms import OptedOut
from shopify_app.tenants import across_shops

log = logging.getLogger(__name__)

STUCK_AFTER = timedelta(minutes=5)
MOST_TRIES = 12
"""With waits of 10 s doubling to an hour, about seven hours."""
HELD_FOR = timedelta(minutes=15)
"""What waits for somebody to mend something is tried so often, for as long as it takes."""


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
    writes, tired = rows.where(Outbox.channel == SHOPIFY), Outbox.attempts >= MOST_TRIES
    with database.writing() as session:
        session.execute(rows.where(Outbox.channel != SHOPIFY).values(state="uncertain", **ended))
        session.execute(writes.where(tired).values(state="failed", **ended))
        session.execute(writes.values(state="waiting", due_at=now))


def _step() -> bool:
    """Send the row that is due longest; False if there is none."""
    with database.reading() as session:
        row_id = session.scalar(due().with_only_columns(Outbox.id).limit(1))
    if row_id is None:
        return False
    if row := _begin(row_id):
        with observe.about(row=f"outbox-{row.id}", shop=row.shop_id):
            _send(row)
    return True


def _begin(row_id: int) -> Due | None:
    """Mark the row as being sent, in a commit of its own; None if another sender was faster."""
    now = clock.now()
    ours = across_shops(
        update(Outbox)
        .where(Outbox.id == row_id, Outbox.state == "waiting")
        .values(state="sending", sending_since=now, attempts=Outbox.attempts + 1)
        .returning(Outbox)
    )
    with database.writing() as session:
        row = session.scalar(ours)
        if row is None:
            return None
        return Due(
            row.id,
            row.shop_id,
            row.channel,
            row.event,
            row.order_id,
            row.fulfillment_id,
            row.happened_at,
            row.attempts,
            row.insisted,
            now,
        )


def _send(row: Due) -> None:
    try:
        send = prepare(row)
    except Suppressed as why:
        _end(row, "suppressed", detail=str(why))
    except NotYet as later:
        _change(row, state="waiting", due_at=later.due_at, attempts=row.attempts - 1)
    except Permanent as error:
        _end(row, "failed", detail=str(error))
    except JobTimeoutException:
        raise
    except Exception as error:  # nothing has left the house: it may be tried again
        log.exception("outbox row %d could not be made ready", row.id)
        _again(row, f"not_ready:{type(error).__name__}")
    else:
        _hand_over(row, send)


def _hand_over(row: Due, send: Sending) -> None:
    try:
        remote_id = send()
    except OptedOut as error:
        _end(row, "suppressed", detail=str(error))
    except Permanent as error:
        _end(row, "failed", detail=str(error))
    except Uncertain as error:
        _end(row, "uncertain", detail=str(error))
    except Retry as error:
        _again(row, str(error))
    except Held as error:
        _hold(row, error)
    except JobTimeoutException:
        raise
    except Exception:  # nobody foresaw it, so nobody knows whether it went out
        log.exception("outbox row %d ended unforeseen", row.id)
        _unforeseen(row)
    else:
        _end(row, "sent", remote_id=remote_id)
        _sender_works(row)


def _hold(row: Due, error: Held) -> None:
    due_at = clock.now() + HELD_FOR
    _change(row, state="waiting", due_at=due_at, attempts=row.attempts - 1, detail=str(error))
    if isinstance(error, Refused) and row.channel in (EMAIL, SMS):
        with database.writing() as session:
            shop = session.get_one(Shop, row.shop_id, with_for_update=True)
            outages.sender_refused(session, shop, row.channel)


def _sender_works(row: Due) -> None:
    with database.reading() as session:
        mended = outages.is_refused(session.get_one(Shop, row.shop_id), row.channel)
    if mended:
        with database.writing() as session:
            shop = session.get_one(Shop, row.shop_id, with_for_update=True)
            outages.sender_works(session, shop, row.channel)


def _unforeseen(row: Due) -> None:
    if row.channel == SHOPIFY:  # which can be looked up
        _again(row, "not_ready")
    else:
        _end(row, "uncertain", detail="broke")


def _again(row: Due, why: str) -> None:
    if row.attempts >= MOST_TRIES:
        _end(row, "failed", detail=why)
        return
    due_at = clock.now() + again.after(row.attempts - 1)
    _change(row, state="waiting", due_at=due_at, detail=why)


def _end(row: Due, state: str, *, detail: str = "", remote_id: str = "") -> None:
    _change(row, state=state, detail=detail, remote_id=remote_id, ended_at=clock.now())


@stamina.retry(on=(OperationalError, InterfaceError), attempts=None, timeout=60, wait_max=3)
def _change(row: Due, **values: object) -> None:
    """Change the row, unless it was taken for stuck and is somebody else's by now.

    A message that went out is not to become uncertain because the database was started anew just
    then, so that is waited for; what was changed and not heard of is changed no second time.
    """
    ours = update(Outbox).where(
        Outbox.shop_id == row.shop_id,
        Outbox.id == row.id,
        Outbox.state == "sending",
        Outbox.sending_since == row.sending_since,
    )
    with database.writing() as session:
        session.execute(ours.values(values))
