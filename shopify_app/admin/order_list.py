"""The lists of orders behind the Orders and Tracking pages: what is searched, filtered, counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from shopify_app import clock, crypto
from shopify_app.actions.attention import RULES
from shopify_app.admin import paging
from shopify_app.admin.ranges import ANY, Range
from shopify_app.domain.status import TERMINAL, TO_MEND, Status
from shopify_app.domain.tracking_number import normalise
from shopify_app.models import Order, Shipment, Shop

MEND = "mend"
SHORTEST_NUMBER = 5
NEWEST = paging.Order(Order.placed_at, Order.id)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to. Empty: not narrowed."""

    placed: Range = ANY
    status: str = ""
    reason: str = ""
    attention: bool = False
    rule: str = ""
    q: str = ""

    def where(self, shop: Shop, *, by_status: bool = True) -> list[ColumnElement[bool]]:
        """The conditions; `by_status=False` leaves the status out, for the counts of the tabs."""
        found = [Order.shop_id == shop.id, Order.placed_at.is_not(None), Order.status != ""]
        found += _placed(self.placed)
        if by_status and self.status:
            found.append(_to_mend(shop) if self.status == MEND else Order.status == self.status)
        if self.attention:
            found.append(RULES.get(self.rule, Order.attention_from) <= clock.now())
        if self.reason:
            found.append(_has_shipment(shop, Shipment.reason == self.reason))
        return found + ([_matches(shop, self.q)] if self.q else [])


def orders(filters: Filters, shop: Shop) -> Select[Order]:
    """The orders with their live shipments."""
    return select(Order).where(*filters.where(shop)).options(selectinload(Order.shipments))


def all_orders(shop: Shop, q: str) -> Select[Order]:
    """Every order there is, whatever is to be shipped of it."""
    found = [Order.shop_id == shop.id, Order.placed_at.is_not(None)]
    if q:
        found.append(_matches(shop, q))
    return select(Order).where(*found).options(selectinload(Order.shipments))


def counts(session: Session, filters: Filters, shop: Shop) -> dict[str, int]:
    """How many orders of each status the filters leave, the status filter apart."""
    counted = (
        select(Order.status, func.count())
        .where(*filters.where(shop, by_status=False))
        .group_by(Order.status)
    )
    return dict(session.execute(counted).all())


def count(session: Session, filters: Filters, shop: Shop) -> int:
    """How many orders the filters leave."""
    counted = select(func.count()).select_from(Order).where(*filters.where(shop))
    return session.scalar(counted) or 0


def known_status(text: str) -> str:
    """A status filter of ours, or none."""
    return text if text in {*Status, MEND} else ""


def _placed(placed: Range) -> Iterable[ColumnElement[bool]]:
    if placed.start:
        yield Order.placed_at >= placed.start
    if placed.end:
        yield Order.placed_at < placed.end


def _matches(shop: Shop, q: str) -> ColumnElement[bool]:
    """By the order's name with or without `#`, the beginning of a number, or the whole email."""
    text = q.strip()
    ways: list[ColumnElement[bool]] = [Order.name.in_((text, f"#{text.lstrip('#')}"))]
    key = normalise(text)
    if len(key) >= SHORTEST_NUMBER:
        # A range, not LIKE: it uses the index whatever the database's collation.
        ways.append(_has_shipment(shop, Shipment.number_key.between(key, key + 50 * "Z")))
    if "@" in text:
        ways.append(Order.email_hash == crypto.keyed_hash(text))
    return or_(*ways)


def _to_mend(shop: Shop) -> ColumnElement[bool]:
    """`Shipment.to_mend` of one of its parcels, for the database."""
    open_ = and_(Shipment.resolved_at.is_(None), Shipment.status.not_in(TERMINAL))
    broken = or_(Shipment.status.in_(TO_MEND), Shipment.problem != "")
    return _has_shipment(shop, and_(open_, broken, Shipment.joined_id.is_(None)))


def _has_shipment(shop: Shop, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    live = select(Shipment.order_id).where(
        Shipment.shop_id == shop.id, Shipment.removed_at.is_(None), condition
    )
    return Order.id.in_(live)
