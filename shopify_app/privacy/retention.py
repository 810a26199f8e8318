"""Keeping nothing for longer than it is of use."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from shopify_app.actions import uploads
from shopify_app.domain.shipment import SHOPIFY
from shopify_app.models import Inbox, Order, Shop
from shopify_app.privacy import erase

AT_ONCE = 100


def customers(session: Session, shop: Shop, placed_before: datetime) -> bool:
    """Erase the persons of orders as old as that, some at a time; True if there are more."""
    old = (
        select(Order.id)
        .where(Order.shop_id == shop.id, Order.placed_at < placed_before)
        .where(Order.redacted_at.is_(None))
        .where(_holds_a_person())
        .order_by(Order.placed_at)
        .limit(AT_ONCE)
    )
    ids = session.scalars(old).all()
    if ids:
        erase.customer(session, shop, ids, ())
    return len(ids) == AT_ONCE


def _holds_a_person() -> ColumnElement[bool]:
    kept = (Order.customer_name, Order.first_name, Order.email_hash, Order.phone, Order.city)
    return or_(*(column != "" for column in kept))


def bodies(session: Session, shop: Shop, ended_before: datetime) -> None:
    """Delete what came in so long ago: applied rows, bodies that were set aside, and files.

    What providers and senders told is no shop's, nor is what came of stores that are not known;
    whoever tidies first deletes it.
    """
    uploads.discard_old(session, shop, ended_before)
    known = select(Shop.id).where(Inbox.account.in_((Shop.domain, Shop.former_domain)))
    ours = or_(Inbox.account.in_(shop.domains), Inbox.source != SHOPIFY, ~known.exists())
    ended = delete(Inbox).where(Inbox.ended_at < ended_before, ours)
    session.execute(ended, execution_options={"synchronize_session": False})
