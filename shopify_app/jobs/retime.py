"""A job of the queue `bulk`: time anew what waits, once the merchant chose otherwise."""

from __future__ import annotations

from sqlalchemy import Select, select

from shopify_app import clock, database
from shopify_app.actions import retiming
from shopify_app.jobs import one_shop
from shopify_app.models import Shop


def shops_due() -> Select[Shop]:
    """The shops whose messages are not all timed yet as was chosen."""
    return select(Shop).where(Shop.retime_at <= clock.now())


def step() -> bool:
    """Go on with one shop; False if there is none."""
    return one_shop.step(shops_due(), Shop.retime_at, _go_on)


def _go_on(shop_id: int) -> None:
    with database.writing() as session:
        retiming.go_on(session, session.get_one(Shop, shop_id, with_for_update=True))
