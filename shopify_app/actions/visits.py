"""Remembering when somebody was last here, to say what changed since."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.models import Shop, Visit

OVER_AFTER = timedelta(minutes=30)
"""Who was away for so long comes anew."""
NOTED_EVERY = timedelta(minutes=1)
"""An open page asks for itself again and again; that is one visit, and seldom worth a write."""


def of(session: Session, shop_id: int, user: str) -> Visit | None:
    """What is known of this user's visits."""
    return session.scalar(select(Visit).where(Visit.shop_id == shop_id, Visit.user == user))


def is_news(visit: Visit | None) -> bool:
    """Whether it is to be noted that they are here now."""
    return visit is None or clock.now() - visit.last_at >= NOTED_EVERY


def note(session: Session, shop: Shop, user: str) -> datetime | None:
    """They are here now; returns when their visit before this one ended, None for the first."""
    now, visit = clock.now(), of(session, shop.id, user)
    if visit is None:
        session.add(Visit(shop_id=shop.id, user=user, last_at=now))
        return None
    if now - visit.last_at >= OVER_AFTER:
        visit.before_at = visit.last_at
    visit.last_at = now
    return visit.before_at
