"""Comparing a shop with its store: what webhooks lost is found by the time it changed.

Shopify promises neither that a webhook comes nor in which order. (shopify.dev, webhooks best
practices: fetch missed data with a reconciliation job.)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.actions import orders
from shopify_app.domain.facts import OrderFacts
from shopify_app.models import Order, Reconciliation, Shop

EVERY = timedelta(hours=1)
OVERLAP = timedelta(minutes=10)
SETTLE = timedelta(minutes=5)
"""What changed so lately may still be on its way to us: it is for the next pass."""


def begin(session: Session, shop: Shop) -> Reconciliation | None:
    """Open a pass from where the last one ended; None while one is open or orders are imported."""
    now = clock.now()
    shop.reconcile_at = now + EVERY
    last = latest(session, shop.id)
    if shop.importing or not shop.installed or (last and last.ended_at is None):
        return None
    since = last.until if last and last.until > shop.installed_at else shop.installed_at
    if now - SETTLE <= since:
        return None
    opened = Reconciliation(
        shop_id=shop.id, since=since - OVERLAP, until=now - SETTLE, began_at=now, due_at=now
    )
    session.add(opened)
    session.flush()
    queue.wake_after_commit(session, "bulk")
    return opened


def latest(session: Session, shop_id: int, *, ended: bool = False) -> Reconciliation | None:
    """The newest pass of a shop; with `ended` the newest that came to its end."""
    wanted = select(Reconciliation).where(Reconciliation.shop_id == shop_id)
    if ended:
        wanted = wanted.where(Reconciliation.ended_at.is_not(None), Reconciliation.error == "")
    return session.scalar(wanted.order_by(Reconciliation.id.desc()).limit(1))


def take_page(
    session: Session, shop: Shop, opened: Reconciliation, found: Sequence[OrderFacts], cursor: str
) -> None:
    """Apply a page; an order that is newer there than here had been missed."""
    opened.seen += len(found)
    opened.missed += sum(not _known(session, shop, facts) for facts in found)
    orders.record_orders(session, shop, found)
    now = clock.now()
    opened.cursor, opened.attempts, opened.due_at = cursor, 0, now
    if not cursor:
        opened.ended_at = now


def _known(session: Session, shop: Shop, facts: OrderFacts) -> bool:
    order = session.get(Order, (shop.id, facts.id))
    if order is None:
        return False
    heard_at = order.updated_at
    return order.deleted_at is not None or (heard_at is not None and heard_at >= facts.updated_at)
