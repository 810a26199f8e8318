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
from sqlalchemy import Update, update
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import holding, shops
from shopify_app.domain.shipment import SHOPIFY
from shopify_app.models import Inbox, Order, Shop, draft
from webhooks.handlers import OTHERS, TOPICS, Topic, about, fields, pushes


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
    def kind(self) -> Topic | None:
        """How its topic is taken; None if it is no webhook of Shopify, or one nobody asked for."""
        return TOPICS.get(self.topic) if self.source == SHOPIFY else None

    @property
    def shares(self) -> bool:
        """Whether it may share a transaction with others."""
        return self.fresh and not (self.kind and self.kind.alone)


Told = Mapping[int, Any]
"""What each row says, as its handler takes it; a text is why it is none for its handler."""
Shops = Mapping[str, Shop | None]
"""The shop of each name, if it is known."""


def read(rows: Sequence[Claimed]) -> Told:
    """What the rows of Shopify say, by their ids. Raises what a reader raises."""
    return {row.id: _told(row) for row in rows if row.source == SHOPIFY}


def apply(session: Session, rows: Sequence[Claimed], told: Told) -> list[Claimed]:
    """Apply these rows and end them; returns those left for when their shop has the app.

    First those that record facts: drafts can take these, and are written once, before whatever else
    is done to their orders. Any order of arrival ends the same. Raises what a handler raises.
    """
    known = _shops(session, rows, told)
    early = [row for row in rows if _is_early(row, known)]
    ready = [row for row in rows if not _is_early(row, known)]
    _hold_orders(session, known, ready, told)
    ended: dict[str, list[Claimed]] = defaultdict(list)
    for records in (True, False):
        for row in ready:
            if records == bool(row.kind and row.kind.records):
                ended[_handle(session, row, known, told) or ""].append(row)
        holding.write_new(session)
    session.flush()
    for ignored, those in ended.items():
        end(session, those, ignored)
    _heard_from(known, ready)
    return early


def end(session: Session, rows: Sequence[Claimed], ignored: str) -> None:
    """The bodies have served: they are emptied, since they hold personal data."""
    state = "ignored" if ignored else "done"
    ended = {"state": state, "note": ignored, "ended_at": clock.now(), "body": b""}
    session.execute(ours(rows).values(ended))


def ours(rows: Sequence[Claimed]) -> Update:
    """A change of rows that were claimed together, but for those that somebody has claimed since or
    ended: who is late, and has lost the lease, has no say any more.
    """
    ids, attempts = [row.id for row in rows], rows[0].attempts + 1
    still = (Inbox.state == "waiting", Inbox.attempts == attempts)
    return update(Inbox).where(Inbox.id.in_(ids), *still)


def _told(row: Claimed) -> Any:
    """What the row says; of a topic that nobody handles it is not read."""
    if row.kind is None:
        return {}
    try:
        body = orjson.loads(row.body)
    except orjson.JSONDecodeError:
        body = json.loads(row.body)  # it takes halves of signs as well, or says what is wrong
    if not isinstance(body, dict):
        raise ValueError("the body is not an object")
    return row.kind.read(body) if row.kind.read else body


def _shops(session: Session, rows: Sequence[Claimed], told: Told) -> Shops:
    """The shop of each name. It stays so while they are applied: what renames comes alone."""
    by_name = {row.account: row for row in rows if row.kind}
    return {
        name: shops.by_domain(session, name) or _renamed(session, row, told[row.id])
        for name, row in sorted(by_name.items())
    }


def _is_early(row: Claimed, known: Shops) -> bool:
    """Whether its shop has not installed the app, which it may do yet."""
    if row.kind is None or row.kind.of_privacy:
        return False
    shop = known[row.account]
    return shop is None or not shop.installed


def _hold_orders(session: Session, known: Shops, rows: Sequence[Claimed], told: Told) -> None:
    wanted: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        shop, order_id = known.get(row.account), about(told.get(row.id))
        if shop and order_id:
            wanted[shop.id].add(order_id)
    for shop_id, order_ids in sorted(wanted.items()):
        holding.hold_all(session, shop_id, order_ids, new=draft.of(Order))


def _handle(session: Session, row: Claimed, known: Shops, told: Told) -> str | None:
    """Apply one row; returns why it changed nothing, None if it did."""
    if row.source != SHOPIFY:
        return OTHERS.get(row.source, pushes.take)(session, row.account, row.body)
    if row.kind is None:
        return "no such topic"
    shop, body = known[row.account], told[row.id]
    if shop is None:
        return "nothing is kept of this shop"
    return body if isinstance(body, str) else row.kind.handle(session, shop, body)


def _renamed(session: Session, row: Claimed, body: Any) -> Shop | None:
    """A store that tells of itself under a name nobody knows yet: its body, which is signed, says
    which one it is. Whatever else comes under that name waits until this is known.
    """
    if row.topic != "shop/update":
        return None
    return session.get(Shop, fields.identity(body, "id"))


def _heard_from(known: Shops, rows: Sequence[Claimed]) -> None:
    """Remember when each shop was last heard of; at the end, so that its row is held briefly."""
    for row in rows:
        shop = known.get(row.account) if row.kind else None
        if shop:
            shop.last_webhook_at = max(row.received_at, shop.last_webhook_at or row.received_at)
