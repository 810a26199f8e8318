"""Applying rows of the inbox within a transaction: one, or many that came together.

Together they ask the database once for what one by one they would each ask for: their shops, the
orders they are about, and that they are done.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import update
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import holding, shops
from shopify_app.domain.shipment import SHOPIFY
from shopify_app.models import Inbox, Order, Shop, draft
from webhooks.handlers import ALONE, HANDLERS, OF_PRIVACY, OTHERS, READERS, about, fields, pushes
from webhooks.handlers import read as read_as


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that is ours for the length of the lease; what it was before we took it."""

    id: int
    source: str
    account: str
    topic: str
    body: bytes
    received_at: datetime
    attempts: int
    failures: int

    @property
    def fresh(self) -> bool:
        """Whether nobody has tried it yet."""
        return self.attempts == 0

    @property
    def deaths(self) -> int:
        """How many times whoever tried it died."""
        return self.attempts - self.failures

    @property
    def shares(self) -> bool:
        """Whether it may share a transaction with others."""
        return self.fresh and self.topic not in ALONE


Told = Mapping[int, Any]
"""What each row says, as its handler takes it."""


class MustWait(Exception):
    """Nothing is wrong with the row, but its time has not come; says what it waits for."""


def read(rows: Sequence[Claimed]) -> Told:
    """What the rows of Shopify say, by their ids. Raises what a reader raises."""
    return {row.id: _told(row) for row in rows if row.source == SHOPIFY}


def apply(session: Session, rows: Sequence[Claimed], told: Told) -> None:
    """Apply these rows in their order, and end them. Raises MustWait, or what a handler raises."""
    known = _shops(session, rows)
    _hold_orders(session, known, rows, told)
    ended: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.topic not in READERS:
            holding.write_new(session)
        ended[_handle(session, row, known, told) or ""].append(row.id)
    holding.write_new(session)
    session.flush()
    for ignored, ids in ended.items():
        end(session, ids, ignored)
    _heard_from(known, rows)


def end(session: Session, ids: Sequence[int], ignored: str) -> None:
    """The bodies have served: they are emptied, since they hold personal data."""
    state = "ignored" if ignored else "done"
    ended = {"state": state, "note": ignored, "ended_at": clock.now(), "body": b""}
    session.execute(update(Inbox).where(Inbox.id.in_(ids)).values(ended))


def _told(row: Claimed) -> Any:
    """What the row says; of a topic that nobody handles it is not read."""
    if row.topic not in HANDLERS:
        return {}
    try:
        body = orjson.loads(row.body)
    except orjson.JSONDecodeError:
        body = json.loads(row.body)  # it takes halves of signs as well, or says what is wrong
    if not isinstance(body, dict):
        raise ValueError("the body is not an object")
    return read_as(row.topic, body)


def _shops(session: Session, rows: Sequence[Claimed]) -> dict[str, Shop | None]:
    """The shop of each name. It stays so while they are applied: what renames comes alone."""
    names = {row.account for row in rows if row.source == SHOPIFY and row.topic in HANDLERS}
    return {name: shops.by_domain(session, name) for name in sorted(names)}


def _hold_orders(
    session: Session,
    known: dict[str, Shop | None],
    rows: Sequence[Claimed],
    told: Told,
) -> None:
    wanted: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        shop, order_id = known.get(row.account), about(told.get(row.id))
        if shop and shop.installed and order_id:
            wanted[shop.id].add(order_id)
    for shop_id, order_ids in sorted(wanted.items()):
        holding.hold_all(session, shop_id, order_ids, new=draft.of(Order))


def _handle(
    session: Session, row: Claimed, known: dict[str, Shop | None], told: Told
) -> str | None:
    """Apply one row; returns why it changed nothing, None if it did."""
    if row.source != SHOPIFY:
        return OTHERS.get(row.source, pushes.take)(session, row.account, row.body)
    handler, body = HANDLERS.get(row.topic), told[row.id]
    if handler is None:
        return "no such topic"
    shop = known[row.account] = known[row.account] or _renamed(session, row, body)
    if row.topic in OF_PRIVACY and shop is None:
        return "nothing is kept of this shop"
    if shop is None or not (shop.installed or row.topic in OF_PRIVACY):
        raise MustWait("the shop has not installed the app")
    return handler(session, shop, body)


def _renamed(session: Session, row: Claimed, body: Any) -> Shop | None:
    """A store that tells of itself under a name nobody knows yet: its body, which is signed, says
    which one it is. Whatever else comes under that name waits until this is known.
    """
    if row.topic != "shop/update":
        return None
    return session.get(Shop, fields.identity(body, "id"))


def _heard_from(known: dict[str, Shop | None], rows: Sequence[Claimed]) -> None:
    """Remember when each shop was last heard of; at the end, so that its row is held briefly."""
    for row in rows:
        shop = known.get(row.account) if row.source == SHOPIFY else None
        if shop:
            shop.last_webhook_at = max(row.received_at, shop.last_webhook_at or row.received_at)
