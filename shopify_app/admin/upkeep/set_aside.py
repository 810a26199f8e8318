"""What was set aside, as the page of failures tells it: which, of which order, and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import failures
from shopify_app.admin import paging, words
from shopify_app.admin.language import N_, _
from shopify_app.admin.messages import words as message_words
from shopify_app.admin.paging import Page
from shopify_app.domain.notification import TO_SHOPIFY
from shopify_app.domain.shipment import SHOPIFY
from shopify_app.models import Inbox, Order, Outbox, Shop

MOST = 50
LATELY = timedelta(days=1)

_WHY_NOT_APPLIED = {
    "BadBody": N_("A field of it is not as Shopify documents it."),
    "ValueError": N_("It is not as its sender documents it."),
    "JSONDecodeError": N_("It cannot be read: it is no JSON."),
    "UnicodeDecodeError": N_("It cannot be read: it is no text."),
    "its worker died each time": N_("Applying it ended the worker three times."),
}
_UNFORESEEN = N_("Retrack made a mistake over it. Try again after the next update.")
_ORDER_IN = {"orders": "id", "fulfillments": "order_id", "fulfillment_events": "order_id"}
"""Where a body of Shopify names its order, by the first part of its topic."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One row of the inbox or the outbox in words; `said` is the error in the developers' own.

    By its `reference` it is found in a log: Shopify's id of the delivery, else the table's row.
    """

    row: Inbox | Outbox
    what: str
    by: str
    why: str
    said: str
    reference: str
    order: Order | None

    @property
    def id(self) -> str:
        """What a form sends, such as `inbox-12`."""
        return f"{self.row.__tablename__}-{self.row.id}"

    @property
    def at(self) -> datetime:
        """When it was given up."""
        return self.row.ended_at or self.row.due_at

    @property
    def tries(self) -> int:
        """How often it was tried."""
        return self.row.attempts


def waiting(session: Session, shop: Shop, after: str = "", before: str = "") -> Page[Failure]:
    """A page of what waits for a decision, the newest first."""
    came_in = _parts(Inbox, failures.not_applied(shop), Inbox.id * 2)
    to_send = _parts(Outbox, failures.not_sent(shop), Outbox.id * 2 + 1)
    page = paging.merged(session, came_in + to_send, after=after, before=before)
    return replace(page, rows=_told(session, shop, page.rows))


def _parts(
    table: type[Inbox | Outbox], where: failures.Where, place: ColumnElement[int]
) -> list[tuple[Select[Any], paging.Order]]:
    """Rows by when they were given up, along their index; any without that by when it was due."""
    rows, by = select(table).where(*where), place.label("place")
    return [
        (rows.where(table.ended_at.is_not(None)), paging.Order(table.ended_at, by)),
        (rows.where(table.ended_at.is_(None)), paging.Order(table.due_at, by)),
    ]


def decided(session: Session, shop: Shop) -> list[Failure]:
    """What was decided of in the last day and does not wait again, the last decision first."""
    since = clock.now() - LATELY
    came_in = (*failures.of_inbox(shop), Inbox.decided_at >= since, Inbox.state != "set_aside")
    to_send = (*failures.of_outbox(shop), Outbox.decided_at >= since, Outbox.state != "failed")
    rows: list[Inbox | Outbox] = []
    for model, where in ((Inbox, came_in), (Outbox, to_send)):
        newest_first = (model.decided_at.desc(), model.id.desc())
        rows += session.scalars(select(model).where(*where).order_by(*newest_first).limit(MOST))
    rows.sort(key=lambda row: row.decided_at or since, reverse=True)
    return _told(session, shop, rows[:MOST])


def _told(session: Session, shop: Shop, rows: Sequence[Inbox | Outbox]) -> list[Failure]:
    about = [row.order_id if isinstance(row, Outbox) else _order_of(row) for row in rows]
    wanted = select(Order).where(Order.shop_id == shop.id, Order.id.in_({*filter(None, about)}))
    orders = {order.id: order for order in session.scalars(wanted)}
    return [
        _to_send(row, orders.get(order_id or 0))
        if isinstance(row, Outbox)
        else _came_in(row, orders.get(order_id or 0))
        for row, order_id in zip(rows, about, strict=True)
    ]


def _order_of(row: Inbox) -> int | None:
    """The order that a body is about: nothing else of it is read for a page."""
    name = _ORDER_IN.get(row.topic.partition("/")[0])
    try:
        body = json.loads(row.body) if name and row.body else None
    except ValueError:
        return None
    found = body.get(name) if isinstance(body, dict) else None
    return found if isinstance(found, int) and 0 < found < 2**63 else None


def _came_in(row: Inbox, order: Order | None) -> Failure:
    kind, _colon, said = row.note.partition(": ")
    return Failure(
        row,
        message_words.topic(row.topic),
        words.source(row.source),
        _(_WHY_NOT_APPLIED.get(kind, _UNFORESEEN)),
        said or ("" if kind in _WHY_NOT_APPLIED else kind),
        row.delivery_id if row.source == SHOPIFY else f"inbox {row.id}",
        order,
    )


def _to_send(row: Outbox, order: Order | None) -> Failure:
    to_shopify = row.channel == TO_SHOPIFY
    return Failure(
        row,
        message_words.shopify_value(row.event) if to_shopify else message_words.event(row.event),
        message_words.channel(row.channel),
        message_words.detail(row.detail),
        "",
        f"outbox {row.id}",
        order,
    )
