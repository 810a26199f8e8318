"""What was set aside: it could not be applied or sent, and waits for the merchant's decision.

Rows of the inbox have no shop of their own: those of a shop are what Shopify sent for its domain,
and the pushes to its own accounts. A push to the installation's account belongs to nobody alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, literal, or_, select, update
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.actions.trial import TRIAL
from shopify_app.domain.shipment import SHOPIFY
from shopify_app.models import CarrierAccount, Inbox, Outbox, Shop
from shopify_app.models.inbox import MOST_TRIES
from shopify_app.numbers import whole
from shopify_app.tenants import across_shops

DISMISSED = "dismissed"
Where = tuple[ColumnElement[bool], ...]
_NOT_APPLIED: Where = (Inbox.state == "set_aside",)
_NOT_SENT: Where = (Outbox.state == "failed", Outbox.channel != TRIAL)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows by their ids in the inbox and in the outbox."""

    inbox: Collection[int]
    outbox: Collection[int]


def named(names: Iterable[str]) -> Chosen:
    """The rows of names such as `inbox-12`; what names none is passed over."""
    ids: dict[str, set[int]] = {"inbox": set(), "outbox": set()}
    for name in names:
        table, _dash, text = name.partition("-")
        row_id = whole(text)
        if table in ids and row_id is not None:
            ids[table].add(row_id)
    return Chosen(ids["inbox"], ids["outbox"])


def of_inbox(shop: Shop) -> Where:
    """Which rows of the inbox are this shop's."""
    own = select(CarrierAccount.id).where(CarrierAccount.owner_id == shop.id)
    return (or_(Inbox.account.in_(shop.domains), Inbox.account.in_(own)),)


def of_outbox(shop: Shop) -> Where:
    """Which rows of the outbox are this shop's."""
    return (Outbox.shop_id == shop.id,)


def not_applied(shop: Shop) -> Where:
    """What came in for this shop and was set aside."""
    return (*of_inbox(shop), *_NOT_APPLIED)


def not_sent(shop: Shop) -> Where:
    """What this shop was to send or write, and failed for good; a trial is told by its editor."""
    return (*of_outbox(shop), *_NOT_SENT)


def of_nobody(session: Session) -> dict[str, int]:
    """How many rows set aside belong to no shop, by who sent them: the operator's to look at.

    They are what Twilio, a gateway or a mail server reported, and pushes to the installation's key.
    """
    owned = select(CarrierAccount.id).where(CarrierAccount.owner_id.is_not(None))
    counted = select(Inbox.source, func.count()).where(
        Inbox.state == "set_aside", Inbox.source != SHOPIFY, Inbox.account.not_in(owned)
    )
    return dict(session.execute(counted.group_by(Inbox.source).order_by(Inbox.source)).all())


def _which(shop: Shop | None, chosen: Chosen | None, topic: str = "") -> tuple[Where, Where]:
    """Rows of the inbox and of the outbox: set aside, and this shop's, chosen, of this topic."""
    came_in = not_applied(shop) if shop else _NOT_APPLIED
    to_send = not_sent(shop) if shop else _NOT_SENT
    if chosen is not None:
        came_in = (*came_in, Inbox.id.in_(chosen.inbox))
        to_send = (*to_send, Outbox.id.in_(chosen.outbox))
    if topic:
        came_in, to_send = (*came_in, Inbox.topic == topic), (*to_send, Outbox.event == topic)
    return came_in, to_send


def count(session: Session, shop: Shop) -> int:
    """How many rows wait for the merchant's decision."""
    parts = (
        select(func.count()).select_from(Inbox).where(*not_applied(shop)),
        select(func.count()).select_from(Outbox).where(*not_sent(shop)),
    )
    return sum(session.scalar(part) or 0 for part in parts)


def retry(
    session: Session, shop: Shop | None, chosen: Chosen | None, who: str, topic: str = ""
) -> int:
    """Let the chosen rows (None: all) be tried once more; returns how many are.

    Without a shop it is the operator who lets those of any shop, and of none, be tried. `topic` is
    that of a webhook, or the event of a message: the others of the chosen are let be. A row of
    the inbox is tried alone, and set aside again by the first error. A message goes out under the
    rules of now: what was switched off or overtaken meanwhile is not sent.
    """
    now = clock.now()
    decided = {"state": "waiting", "due_at": now, "decided_at": now, "decided_by": who}
    last_but_one = case((Inbox.attempts < MOST_TRIES, MOST_TRIES - 1), else_=Inbox.attempts)
    once_more = {"attempts": last_but_one, "failures": last_but_one, "ended_at": None}
    anew = {"attempts": 0, "detail": "", "ended_at": None, "sending_since": None, "remote_id": ""}
    queue.wake_after_commit(session, "inbox")
    queue.wake_after_commit(session, "deliver")
    return _change(session, _which(shop, chosen, topic), decided | once_more, decided | anew)


def dismiss(session: Session, shop: Shop, chosen: Chosen | None, who: str) -> int:
    """Let the chosen rows (None: all) be; returns how many are. Their bodies are emptied."""
    now = clock.now()
    decided = {"decided_at": now, "decided_by": who}
    let_be = {"state": "ignored", "note": DISMISSED, "body": b"", "ended_at": now}
    why = literal(f"{DISMISSED}:").concat(Outbox.detail)
    not_sent_at_all = {"state": "suppressed", "detail": why, "ended_at": now}
    return _change(session, _which(shop, chosen), decided | let_be, decided | not_sent_at_all)


def _change(
    session: Session,
    which: tuple[Where, Where],
    of_inbox: dict[str, object],
    of_outbox: dict[str, object],
) -> int:
    came_in, to_send = which
    changed = (
        across_shops(update(Inbox).where(*came_in).values(of_inbox).returning(Inbox.id)),
        across_shops(update(Outbox).where(*to_send).values(of_outbox).returning(Outbox.id)),
    )
    return sum(len(session.execute(each).all()) for each in changed)


def told(session: Session, shop: Shop | None, chosen: Chosen | None, topic: str = "") -> list[str]:
    """A line about each row that `retry` would let be tried; nobody's data is in it."""
    came_in, to_send = _which(shop, chosen, topic)
    inbox = select(literal("inbox"), Inbox.id, Inbox.topic, Inbox.account, Inbox.note)
    outbox = select(literal("outbox"), Outbox.id, Outbox.event, Outbox.channel, Outbox.detail)
    return [
        f"{table}-{row_id} {what} {whose}: {_in_words(why)}"
        for wanted in (
            inbox.where(*came_in).order_by(Inbox.id),
            outbox.where(*to_send).order_by(Outbox.id),
        )
        for table, row_id, what, whose, why in session.execute(across_shops(wanted))
    ]


def _in_words(why: str) -> str:
    """An error that is not ours is kept without its words, as they may quote what came in."""
    if why.endswith(": "):
        return f"{why}its words are not kept, since they may quote the body"
    return why or "no reason was told"
