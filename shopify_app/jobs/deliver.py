"""The job of the queue `deliver`: send what was decided, each once.

A row is marked `sending` right before its own send, by compare-and-set. A message whose send died
half-way, or whose answer never came, is `uncertain`: it is shown to the merchant and never sent
again by itself. A write to Shopify can be looked up, so it simply waits again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from rq.timeouts import JobTimeoutException
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shopify_app import clock, database, queue
from shopify_app.actions import orders
from shopify_app.domain.notification import EMAIL, SMS
from shopify_app.models import Fulfillment, Order, Outbox, Shop
from shopify_app.outgoing import email, render, shopify, sms
from shopify_app.outgoing.errors import Permanent, Retry, Uncertain
from shopify_app.tenants import across_shops

log = logging.getLogger(__name__)

BATCH = 50
STUCK_AFTER = timedelta(minutes=5)
MOST_TRIES = 12
"""With waits of 10 s doubling to an hour, about seven hours."""

_LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Ways:
    """How things go out, and from whom where the shop did not say."""

    email: email.Send
    sms: sms.Send
    mail_from: str
    sms_from: str


_ways: Ways | None = None


def configure(ways: Ways) -> None:
    """Set how things go out; done by `bootstrap`."""
    global _ways
    _ways = ways


@dataclass(frozen=True, slots=True)
class Due:
    """One row that is ours to send."""

    id: int
    shop_id: int
    channel: str
    event: str
    order_id: int
    fulfillment_id: int
    happened_at: datetime | None
    attempts: int


class Suppressed(Exception):
    """Nothing is to be sent any more; says why, by a key."""


def run() -> None:
    """Send rows until there are none that are due."""
    queue.taken("deliver")
    settle_stuck()
    while due := _due():
        for row_id in due:
            if row := _begin(row_id):
                _send(row)


def settle_stuck() -> None:
    """Rows whose sender died: messages are uncertain, writes to Shopify are looked up again."""
    now = clock.now()
    stuck = across_shops(
        update(Outbox).where(Outbox.state == "sending", Outbox.sending_since < now - STUCK_AFTER)
    )
    uncertain = {"state": "uncertain", "detail": "interrupted", "ended_at": now}
    with database.writing() as session:
        session.execute(stuck.where(Outbox.channel != "shopify").values(uncertain))
        session.execute(
            stuck.where(Outbox.channel == "shopify").values(state="waiting", due_at=now)
        )


def _due() -> list[int]:
    wanted = (
        select(Outbox.id)
        .where(Outbox.state == "waiting", Outbox.due_at <= clock.now())
        .order_by(Outbox.due_at, Outbox.id)
        .limit(BATCH)
    )
    with database.reading() as session:
        return list(session.scalars(across_shops(wanted)))


def _begin(row_id: int) -> Due | None:
    """Mark the row as being sent, in a commit of its own; None if another sender was faster."""
    ours = across_shops(
        update(Outbox)
        .where(Outbox.id == row_id, Outbox.state == "waiting")
        .values(state="sending", sending_since=clock.now(), attempts=Outbox.attempts + 1)
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
        )


def _send(row: Due) -> None:
    try:
        send = _PREPARE[row.channel](row)
    except Suppressed as why:
        _end(row, "suppressed", detail=str(why))
    except Permanent as error:
        _end(row, "failed", detail=str(error))
    except JobTimeoutException:
        raise
    except Exception as error:  # nothing has left the house: it may be tried again
        log.exception("outbox row %d could not be made ready", row.id)
        _again(row, f"not_ready:{type(error).__name__}")
    else:
        _hand_over(row, send)


def _hand_over(row: Due, send: Callable[[], str]) -> None:
    try:
        remote_id = send()
    except sms.OptedOut as error:
        _end(row, "suppressed", detail=str(error))
    except Permanent as error:
        _end(row, "failed", detail=str(error))
    except Uncertain as error:
        _end(row, "uncertain", detail=str(error))
    except Retry as error:
        _again(row, str(error))
    else:
        _end(row, "sent", remote_id=remote_id)


def _again(row: Due, why: str) -> None:
    if row.attempts >= MOST_TRIES:
        _end(row, "failed", detail=why)
        return
    wait = min(timedelta(seconds=10) * 2 ** (row.attempts - 1), _LONGEST_WAIT)
    _change(row, state="waiting", due_at=clock.now() + wait, detail=why)


def _end(row: Due, state: str, *, detail: str = "", remote_id: str = "") -> None:
    _change(row, state=state, detail=detail, remote_id=remote_id, ended_at=clock.now())


def _change(row: Due, **values: object) -> None:
    ours = update(Outbox).where(Outbox.shop_id == row.shop_id, Outbox.id == row.id)
    with database.writing() as session:
        session.execute(ours.where(Outbox.state == "sending").values(values))


def _email(row: Due) -> Callable[[], str]:
    ways = _configured()
    with database.reading() as session:
        shop, order, fulfillment = _subject(session, row)
        if not order.email:
            raise Suppressed("no_email")
        words = render.email(row.event, shop, order, fulfillment)
        mail = email.Mail(
            to=order.email,
            subject=words.subject,
            text=words.text,
            html=words.html,
            from_name=shop.sender_name or shop.name,
            from_address=shop.mail_from or ways.mail_from,
            reply_to=shop.reply_to or shop.email,
        )
    return partial(ways.email, mail)


def _sms(row: Due) -> Callable[[], str]:
    ways = _configured()
    with database.reading() as session:
        shop, order, fulfillment = _subject(session, row)
        if not order.phone:
            raise Suppressed("no_phone")
        text = sms.Text(
            to=sms.e164(order.phone, order.country_code),
            body=render.sms(row.event, shop, order, fulfillment),
            from_number=shop.sms_from or ways.sms_from,
        )
    return partial(ways.sms, text)


def _write_to_shopify(row: Due) -> Callable[[], str]:
    with database.reading() as session:
        shop = session.get_one(Shop, row.shop_id)
        domain, installed = shop.domain, shop.installed
    if not installed or row.happened_at is None:
        raise Suppressed("uninstalled")
    event = (row.fulfillment_id, row.event, row.happened_at)
    return partial(shopify.write_event, row.shop_id, domain, *event)


_PREPARE: dict[str, Callable[[Due], Callable[[], str]]] = {
    EMAIL: _email,
    SMS: _sms,
    "shopify": _write_to_shopify,
}
"""Each channel's way to make a row ready, without a word to the outside."""


def _subject(session: Session, row: Due) -> tuple[Shop, Order, Fulfillment]:
    """What the message is about, as it stands now."""
    shop = session.get_one(Shop, row.shop_id)
    order = orders.find(session, row.shop_id, row.order_id)
    if order is None:
        raise Suppressed("order_gone")
    fulfillment = next((f for f in order.fulfillments if f.id == row.fulfillment_id), None)
    if order.deleted_at or order.cancelled_at or fulfillment is None:
        raise Suppressed("order_gone")
    if not any(s.number and s.removed_at is None for s in fulfillment.shipments):
        raise Suppressed("fulfillment_gone")
    return shop, order, fulfillment


def _configured() -> Ways:
    if _ways is None:
        raise RuntimeError("deliver.configure() has not been called")
    return _ways
