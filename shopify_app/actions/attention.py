"""How much of a shop requires attention, by rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shopify_app import clock
from shopify_app.models import Order, Shop

RULES: dict[str, InstrumentedAttribute[datetime | None]] = {
    "problem": Order.problem_from,
    "late": Order.late_from,
    "unfulfilled": Order.unfulfilled_from,
}
"""The three rules, by the name they have in an address."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How many orders require attention, and by which rule; `oldest` has waited longest."""

    total: int
    by_rule: dict[str, int]
    oldest: str


def summary(session: Session, shop: Shop) -> Summary:
    """What requires attention now."""
    now = clock.now()

    def count(column: InstrumentedAttribute[datetime | None]) -> int:
        due = select(func.count()).select_from(Order)
        return session.scalar(due.where(Order.shop_id == shop.id, column <= now)) or 0

    waiting = select(Order.name).where(Order.shop_id == shop.id, Order.attention_from <= now)
    oldest = session.scalar(waiting.order_by(Order.attention_from, Order.id).limit(1))
    by_rule = {rule: count(column) for rule, column in RULES.items()}
    return Summary(count(Order.attention_from), by_rule, oldest or "")
