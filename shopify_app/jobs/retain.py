"""A job of the queue `bulk`: once a day, erase what a shop has kept long enough."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, select

from shopify_app import clock, database
from shopify_app.jobs import one_shop
from shopify_app.models import Shop
from shopify_app.privacy import retention

EVERY = timedelta(days=1)

_customers, _bodies = timedelta(days=365), timedelta(days=30)


def configure(customer_days: int, inbox_days: int) -> None:
    """How long a customer's name and address, and what came in by webhook, are kept."""
    global _customers, _bodies
    _customers, _bodies = timedelta(days=customer_days), timedelta(days=inbox_days)


def shops_due() -> Select[Shop]:
    """The shops that are to be tidied."""
    return select(Shop).where(Shop.tidy_at <= clock.now())


def step() -> bool:
    """Tidy one shop, as far as one transaction should go; False if none is due."""
    return one_shop.step(shops_due(), Shop.tidy_at, _tidy)


def _tidy(shop_id: int) -> None:
    now = clock.now()
    with database.writing() as session:
        retention.bodies(session, session.get_one(Shop, shop_id), now - _bodies)
    with database.writing() as session:
        shop = session.get_one(Shop, shop_id, with_for_update=True)
        more = retention.customers(session, shop, now - _customers)
        shop.tidy_at = now if more else now + EVERY
