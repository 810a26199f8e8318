"""How fresh what we show is: the age of the last look at each parcel on its way, and its cost.

A parcel is active while it has come to no end and its provider is still looked to. One that was
never looked at yet counts from when an account took it on, or from when its number came.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import accounts
from shopify_app.domain.status import TERMINAL
from shopify_app.models import Calls, Shipment
from shopify_app.tenants import across_shops

LATELY = timedelta(days=7)
"""Calls are averaged over so many days, so that a week's rhythm evens out."""
_LAST_LOOK = func.coalesce(Shipment.looked_at, Shipment.followed_at, Shipment.created_at)


@dataclass(frozen=True, slots=True)
class Freshness:
    """Ages of the last look at active shipments; None where there is nothing to measure.

    `calls_a_day` are calls per active shipment and day, of the accounts as a whole: where shops
    share an account it is the same for each of them, since one call is about parcels of all.
    """

    active: int
    p50: timedelta | None
    p95: timedelta | None
    calls_a_day: float | None


def of(session: Session, shop_id: int) -> Freshness:
    """The freshness of one shop's parcels, and what the accounts that serve it spend."""
    serving = [account.id for account in accounts.of(session, shop_id)]
    theirs = _count(session, Shipment.account_id.in_(serving))
    ages = _ages(session, Shipment.shop_id == shop_id)
    return Freshness(*ages, _calls_a_day(session, theirs, serving))


def of_all(session: Session) -> Freshness:
    """The freshness of the whole installation."""
    active, p50, p95 = _ages(session)
    return Freshness(active, p50, p95, _calls_a_day(session, active))


def _active(whose: Collection[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    return [
        Shipment.look_at.is_not(None),
        Shipment.account_id.is_not(None),
        Shipment.removed_at.is_(None),
        Shipment.status.not_in(TERMINAL),
        *whose,
    ]


def _count(session: Session, *whose: ColumnElement[bool]) -> int:
    active = select(func.count()).select_from(Shipment).where(*_active(whose))
    return session.scalar(across_shops(active)) or 0


def _ages(
    session: Session, *whose: ColumnElement[bool]
) -> tuple[int, timedelta | None, timedelta | None]:
    """How many are active, and the ages that half and 95 % of them do not exceed (the
    nearest-rank percentiles). All in one pass: reading the parcels is what takes time.
    """
    last = select(_LAST_LOOK.label("at")).where(*_active(whose)).subquery()
    rank = func.row_number().over(order_by=last.c.at.desc()).label("rank")
    ranked = select(last.c.at, rank, func.count().over().label("active")).subquery()
    ranks = [(ranked.c.active * share + 99) // 100 for share in (50, 95)]
    found = select(ranked.c.at, ranked.c.active).where(ranked.c.rank.in_(ranks))
    rows = session.execute(across_shops(found.order_by(ranked.c.rank))).all()
    if not rows:
        return 0, None, None
    p50, p95 = (max(clock.now() - row.at, timedelta()) for row in (rows[0], rows[-1]))
    return rows[0].active, p50, p95


def _calls_a_day(
    session: Session, active: int, account_ids: Collection[str] | None = None
) -> float | None:
    """Calls of the last days over the shipments of now, by the days that were really counted."""
    now = clock.now()
    lately = [Calls.day > (now - LATELY).date()]
    if account_ids is not None:
        lately.append(Calls.account_id.in_(account_ids))
    calls, first = session.execute(
        select(func.sum(Calls.calls), func.min(Calls.day)).where(*lately)
    ).one()
    if not (active and calls):
        return None
    counted = now - datetime.combine(first, time(), UTC)
    return float(calls) / active / max(counted / timedelta(days=1), 1.0)
