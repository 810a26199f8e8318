"""A job of the queue `bulk`: time anew what waits, once the merchant chose otherwise."""

from __future__ import annotations

from sqlalchemy import Select, select

from shopify_app import database
from shopify_app.actions import retiming
from shopify_app.models import Shop


def shops_due() -> Select[Shop]:
    """The shops whose messages are not all timed yet as was chosen."""
    return select(Shop).where(Shop.retime_after.is_not(None))


def step() -> bool:
    """Go on with one shop; False if there is none."""
    with database.writing() as session:
        shop = session.scalar(shops_due().limit(1).with_for_update(skip_locked=True))
        if shop is None:
            return False
        retiming.go_on(session, shop)
    return True
