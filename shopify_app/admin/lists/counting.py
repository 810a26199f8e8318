"""How many orders a list has, by status as well, and among which values it can be narrowed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from shopify_app.admin.lists import query
from shopify_app.admin.lists.filters import PLACED, SILENT, Filters
from shopify_app.admin.lists.filters import STATUS as BY_STATUS
from shopify_app.domain.status import Status
from shopify_app.models import Facet, Order, Shop

MOST_COUNTED = 10_000
"""What no index counts is counted so far; beyond it a page says that there are more."""
MOST_CHOICES = 100


def by_status(session: Session, filters: Filters, shop: Shop) -> dict[str, int] | None:
    """How many orders of each status the filters leave, the status filter apart.

    None: they are more than MOST_COUNTED, and no index counts them.
    """
    if is_exact(filters) and not filters.attention and filters.by == PLACED:
        ranges = [
            select(literal(str(status)), func.count())
            .select_from(Order)
            .where(*query.where(filters, shop, by_status=False), Order.status == status)
            for status in Status
        ]
        return {status: n for status, n in session.execute(union_all(*ranges)) if n}
    found = _bounded(query.narrowed(select(Order.status), filters, shop, by_status=False), filters)
    wanted = select(found.c.status, func.count()).group_by(found.c.status)
    counted: dict[str, int] = dict(session.execute(wanted).all())
    return None if sum(counted.values()) > MOST_COUNTED and not is_exact(filters) else counted


def count(session: Session, filters: Filters, shop: Shop, most: int = MOST_COUNTED) -> int:
    """How many orders the filters leave; where no index counts them, `most` + 1 stands for more."""
    found = _bounded(query.narrowed(select(Order.status), filters, shop), filters, most)
    return session.scalar(select(func.count()).select_from(found)) or 0


def is_exact(filters: Filters) -> bool:
    """Whether an index counts them: they are narrowed by date, status and attention alone."""
    if not (filters.tracked or filters.attention):
        return False
    more = (filters.mend, filters.reason, filters.unnumbered, filters.silent, filters.q)
    return not (any(more) or filters.facets or filters.sort in {BY_STATUS, SILENT})


def choices(session: Session, shop: Shop, kind: str) -> list[str]:
    """The first values that the shop's facets of a kind have, by alphabet.

    They are read by leaps: the smallest, then the next one above it, so that a million orders of
    ten carriers cost ten steps.
    """
    mine = (Facet.shop_id == shop.id, Facet.kind == kind)
    leap = select(func.min(Facet.value).label("value")).where(*mine).cte("leap", recursive=True)
    above = select(func.min(Facet.value)).where(*mine, Facet.value > leap.c.value)
    leaps = leap.union_all(select(above.scalar_subquery()).where(leap.c.value.is_not(None)))
    found = select(leaps.c.value).where(leaps.c.value.is_not(None)).limit(MOST_CHOICES)
    return list(session.scalars(found))


def _bounded(wanted: Select[Any], filters: Filters, most: int = MOST_COUNTED) -> Any:
    return (wanted if is_exact(filters) else wanted.limit(most + 1)).subquery()
