"""What can happen to our access to a store: it is lost, won back, or granted otherwise."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.actions import outages
from shopify_app.models import Outbox, Reconciliation, Shop


def lost(session: Session, shop: Shop) -> None:
    """Shopify refuses the token and what renews it: all that asks Shopify waits from here on."""
    shop.token_refused_at, shop.token_leased_until, shop.token_due_at = clock.now(), None, None
    outages.began(session, shop, outages.TOKEN, shop.token_refused_at)


def won_back(session: Session, shop: Shop) -> None:
    """There is a token again: what waited for one goes on at once."""
    now = clock.now()
    if shop.importing:
        shop.import_due_at = now
    passes = update(Reconciliation).where(Reconciliation.shop_id == shop.id)
    session.execute(passes.where(Reconciliation.ended_at.is_(None)).values(due_at=now))
    waiting = update(Outbox).where(Outbox.shop_id == shop.id, Outbox.state == "waiting")
    session.execute(waiting.where(Outbox.detail == NO_TOKEN).values(due_at=now))
    for name in ("bulk", "deliver"):
        queue.wake_after_commit(session, name)


NO_TOKEN = "shopify_no_token"
"""Why a write to Shopify waits, in its `detail`, while there is no token."""


def granted(shop: Shop, scopes: Collection[str], at: datetime) -> None:
    """The store grants these scopes since `at`; what is known to be newer stays."""
    if shop.scopes_at is None or at > shop.scopes_at:
        shop.scopes, shop.scopes_at = ",".join(scopes), at
