"""A job of the queue `bulk`: mail owners what requires attention, if they want it."""

from __future__ import annotations

from sqlalchemy import Select, select

from shopify_app import clock, database, i18n
from shopify_app.actions import attention, outbox
from shopify_app.domain import digest
from shopify_app.jobs import one_shop
from shopify_app.models import Shop


def shops_due() -> Select[Shop]:
    """The shops whose owner is to be written to now."""
    return select(Shop).where(Shop.digest_at <= clock.now(), Shop.uninstalled_at.is_(None))


def step() -> bool:
    """Decide for one shop; False if none is due. Where nothing needs them nothing is sent."""
    return one_shop.step(shops_due(), Shop.digest_at, _decide)


def _decide(shop_id: int) -> None:
    now = clock.now()
    with database.writing() as session:
        shop = session.get_one(Shop, shop_id, with_for_update=True)
        zone = i18n.zone(shop.timezone)
        if shop.digest and attention.summary(session, shop).total:
            key = f"digest:{now.astimezone(zone):%Y-%m-%d}"
            outbox.write_to_owner(session, shop, "digest", key)
        shop.digest_at = digest.next_at(shop.digest, zone, now)
