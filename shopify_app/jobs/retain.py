"""A job of the queue `bulk`: once a day, erase what a shop has kept long enough."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, select

from shopify_app import clock, database
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
    now = clock.now()
    with database.writing() as session:
        wanted = shops_due().order_by(Shop.tidy_at).limit(1).with_for_update(skip_locked=True)
        shop = session.scalar(wanted)
        if shop is None:
            return False
        more = retention.customers(session, shop, now - _customers)
        retention.bodies(session, shop, now - _bodies)
        shop.tidy_at = now if more else now + EVERY
    return True
