"""Deriving every status anew after the tables of words changed: `python -m shopify_app rederive`.

Order by order, each in a transaction of its own, so that work goes on meanwhile and a run that was
ended goes on where it stopped: what is derived already is not touched again.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from shopify_app import database
from shopify_app.actions import holding, rederive
from shopify_app.actions.rederive import Rederived
from shopify_app.models import Fulfillment, Order, Shipment, Shop

PAGE = 100


def shops(domain: str = "") -> list[Shop]:
    """Every shop, or the one of this domain."""
    wanted = select(Shop).order_by(Shop.domain)
    with database.reading() as session:
        return list(session.scalars(wanted.where(Shop.domain == domain) if domain else wanted))


def forecast(shop: Shop) -> Iterator[Rederived]:
    """What would change; nothing is written, and no lock taken."""
    for _, changed in _pages(shop):
        yield from changed


def apply(shop: Shop) -> Iterator[Rederived]:
    """Change it. Every order is looked at again under its lock, as it is then."""
    for order_ids, _ in _pages(shop):
        for order_id in order_ids:
            with database.writing() as session:
                order = holding.hold(session, shop.id, order_id)
                changed = rederive.apply(session, session.get_one(Shop, shop.id), order)
            yield from changed


def _pages(shop: Shop) -> Iterator[tuple[list[int], list[Rederived]]]:
    """The orders that are to be derived anew, some at a time, and what will come of it."""
    last = 0
    while True:
        with database.reading() as session:
            page = session.scalars(_orders(shop.id, last)).all()
            found = {order.id: rederive.derive(session, order) for order in page}
        if not found:
            return
        last = max(found)
        stale = [order_id for order_id, (anew, changed) in found.items() if anew or changed]
        yield stale, [each for _, changed in found.values() for each in changed]


def _orders(shop_id: int, after: int) -> Select[Order]:
    parcels = selectinload(Order.fulfillments).selectinload(Fulfillment.shipments)
    return (
        select(Order)
        .where(Order.shop_id == shop_id, Order.id > after, Order.deleted_at.is_(None))
        .options(parcels.selectinload(Shipment.readings))
        .order_by(Order.id)
        .limit(PAGE)
    )
