"""Orders of a range of days, counted by the database: as they are now, or as they stood then."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, extract, func, literal, or_, select
from sqlalchemy import union_all as one_after_another
from sqlalchemy.orm import InstrumentedAttribute, Session

from shopify_app import clock
from shopify_app.domain.attention import LATE_AFTER, UNFULFILLED_AFTER
from shopify_app.domain.status import PROBLEMS, TERMINAL, Status
from shopify_app.models import Change, Order, Shipment

Moment = InstrumentedAttribute[datetime | None]
TOLD = ("status", "first_status", "set_by_hand")
"""The changes that say which status a shipment took."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """The orders of a shop with this moment in the range, as they stood `then` (None: now)."""

    shop_id: int
    moment: Moment
    start: datetime
    end: datetime
    then: datetime | None = None

    @property
    def where(self) -> tuple[ColumnElement[bool], ...]:
        """Which orders they are."""
        shown = (Order.shop_id == self.shop_id, Order.placed_at.is_not(None), Order.status != "")
        return (*shown, self.moment >= self.start, self.moment < self.end)


@dataclass(slots=True)
class Counts:
    """Orders by status, and those of them that require attention."""

    orders: Counter[Status] = field(default_factory=Counter)
    attention: Counter[Status] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All of them."""
        return self.orders.total()


@dataclass(frozen=True, slots=True)
class Takes:
    """How long a step took the orders that made it: half within, and nine in ten; days."""

    count: int
    half: float
    nine_in_ten: float


def counts(session: Session, cohort: Cohort) -> Counts:
    """The orders of the cohort by status."""
    return by_bucket(session, cohort, [(cohort.start, cohort.end)])[0]


def by_bucket(
    session: Session, cohort: Cohort, buckets: Sequence[tuple[datetime, datetime]]
) -> list[Counts]:
    """The same for each of these parts of the range, in one query."""
    parts = [_part(cohort, n, start, end) for n, (start, end) in enumerate(buckets)]
    found = [Counts() for _ in buckets]
    for row in session.execute(one_after_another(*parts)).mappings():
        of_bucket, status = found[row["bucket"]], Status(row["status"])
        of_bucket.orders[status], of_bucket.attention[status] = row["orders"], row["due"] or 0
    return found


def fulfilled(session: Session, cohort: Cohort) -> int:
    """How many of the cohort were fulfilled."""
    wanted = select(func.count()).select_from(Order).where(*cohort.where)
    return session.scalar(wanted.where(Order.fulfilled_at < (cohort.then or clock.now()))) or 0


def takes(session: Session, cohort: Cohort, begin: Moment, end: Moment) -> Takes:
    """How long it took from one moment of an order to the other, of those that reached it."""
    reached = (*cohort.where, begin.is_not(None), end <= (cohort.then or clock.now()))
    seconds = extract("epoch", end) - extract("epoch", begin)
    count = session.scalar(select(func.count()).select_from(Order).where(*reached)) or 0

    def within(share: float) -> float:
        rank = max(math.ceil(share * count), 1)
        wanted = select(seconds).where(*reached).order_by(seconds).offset(rank - 1).limit(1)
        return max(float(session.scalar(wanted) or 0), 0) / 86_400

    return Takes(count, within(0.5), within(0.9))


def _part(cohort: Cohort, number: int, start: datetime, end: datetime) -> Select[Any]:
    status = _status(cohort).label("status")
    within = (cohort.moment >= start, cohort.moment < end)
    each = select(status, _attention(cohort, status).label("due")).where(*cohort.where, *within)
    rows = each.subquery()
    due = func.sum(case((rows.c.due, 1), else_=0)).label("due")
    counted = (literal(number).label("bucket"), rows.c.status, func.count().label("orders"), due)
    return select(*counted).group_by(rows.c.status)


def _status(cohort: Cohort) -> ColumnElement[str]:
    """The order's status; of then, what stood already, else what its history says."""
    then = cohort.then
    if then is None:
        return Order.status.expression
    arrived_later = and_(Order.status == Status.DELIVERED, Order.delivered_at > then)
    before = case((Order.fulfilled_at < then, Status.PENDING), else_=Status.UNFULFILLED)
    return case(
        (and_(Order.status_since <= then, ~func.coalesce(arrived_later, False)), Order.status),
        else_=func.coalesce(_last_told(cohort.shop_id, then), before),
    )


def _last_told(shop_id: int, then: datetime) -> ColumnElement[str]:
    """The last status that one of the order's shipments had taken by then."""
    told = (
        select(Change.detail["after"].as_string())
        .join(Shipment, (Shipment.shop_id == Change.shop_id) & (Shipment.id == Change.shipment_id))
        .where(Shipment.shop_id == shop_id, Shipment.order_id == Order.id)
        .where(Change.shop_id == shop_id, Change.what.in_(TOLD), Change.at < then)
        .order_by(Change.at.desc(), Change.id.desc())
        .limit(1)
    )
    return told.correlate(Order).scalar_subquery()


def _attention(cohort: Cohort, status: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether it requires attention; of then, by the same three rules."""
    then = cohort.then
    if then is None:
        return func.coalesce(Order.attention_from <= clock.now(), False)
    fulfilled = func.coalesce(Order.fulfilled_at < then, False)
    placed = Order.placed_at
    open_ = or_(Order.cancelled_at.is_(None), Order.cancelled_at > then)
    late = and_(fulfilled, placed <= then - LATE_AFTER, status.not_in(TERMINAL))
    unfulfilled = and_(~fulfilled, placed <= then - UNFULFILLED_AFTER, Order.ships)
    return and_(open_, or_(status.in_(PROBLEMS), late, unfulfilled))
