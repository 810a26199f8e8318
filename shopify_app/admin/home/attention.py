"""Which orders require attention, by the reasons they have, and which will be the next to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shopify_app import clock
from shopify_app.admin.language import _
from shopify_app.domain.status import Status
from shopify_app.models import Order, Shipment

Moment = InstrumentedAttribute[datetime | None]


@dataclass(frozen=True, slots=True)
class Line:
    """A reason to act: how many orders have it, and the one that has waited longest."""

    glyph: str
    tone: str
    title: str
    count: int
    oldest: Order
    since: datetime | None
    query: str
    reasons: dict[str, int]


def lines(session: Session) -> list[Line]:
    """The reasons that any order has now."""
    late, unfulfilled = Order.late_from, Order.unfulfilled_from
    found = [
        _problem(session, Status.ALERT, "trouble", _("The carrier reports a problem")),
        _problem(session, Status.UNDELIVERED, "act", _("Delivery tried and failed")),
        _problem(session, Status.EXPIRED, "trouble", _("Expired on the way")),
        _by_age(session, late, "late", "clock", _("Placed over 45 days ago, not delivered")),
        _by_age(session, unfulfilled, "unfulfilled", "box", _("Not fulfilled for 7 days")),
    ]
    return [line for line in found if line]


def total(session: Session) -> int:
    """How many orders require attention, by whatever reason."""
    return _count(session, _due(Order.attention_from))


def next_order(session: Session) -> Order | None:
    """The order that will be the next to require attention."""
    coming = [Order.shop_id == g.shop.id, Order.attention_from > clock.now()]
    return session.scalar(select(Order).where(*coming).order_by(Order.attention_from).limit(1))


def _problem(session: Session, status: Status, tone: str, title: str) -> Line | None:
    """The orders of a status that requires attention by itself, waiting since it came."""
    conditions = [*_due(Order.problem_from), Order.status == status]
    oldest = _oldest(session, conditions, Order.problem_from)
    if oldest is None:
        return None
    count, reasons = _count(session, conditions), _reasons(session, conditions, status)
    query = f"status={status}"
    return Line(status, tone, title, count, oldest, oldest.problem_from, query, reasons)


def _by_age(session: Session, rule: Moment, name: str, glyph: str, title: str) -> Line | None:
    """The orders that a rule about their age holds for, waiting since they were placed."""
    conditions = _due(rule)
    oldest = _oldest(session, conditions, rule)
    if oldest is None:
        return None
    count = _count(session, conditions)
    return Line(glyph, "caution", title, count, oldest, oldest.placed_at, f"rule={name}", {})


def _oldest(session: Session, conditions: list[ColumnElement[bool]], rule: Moment) -> Order | None:
    return session.scalar(select(Order).where(*conditions).order_by(rule, Order.id).limit(1))


def _due(rule: Moment) -> list[ColumnElement[bool]]:
    return [Order.shop_id == g.shop.id, rule <= clock.now()]


def _count(session: Session, conditions: list[ColumnElement[bool]]) -> int:
    return session.scalar(select(func.count()).select_from(Order).where(*conditions)) or 0


def _reasons(
    session: Session, conditions: list[ColumnElement[bool]], status: Status
) -> dict[str, int]:
    counted = (
        select(Shipment.reason, func.count())
        .join(Order, (Order.shop_id == Shipment.shop_id) & (Order.id == Shipment.order_id))
        .where(Shipment.shop_id == g.shop.id, Shipment.status == status, Shipment.reason != "")
        .where(Shipment.removed_at.is_(None), *conditions)
        .group_by(Shipment.reason)
        .order_by(func.count().desc())
        .limit(3)
    )
    return dict(session.execute(counted).all())
