"""A job of the queue `bulk`: mail owners what requires attention, if they want it."""

from __future__ import annotations

from sqlalchemy import Select, select

from shopify_app import clock, database, i18n
from shopify_app.actions import attention, outbox
from shopify_app.domain import digest
from shopify_app.models import Shop


def shops_due() -> Select[Shop]:
    """The shops whose owner is to be written to now."""
    return select(Shop).where(Shop.digest_at <= clock.now(), Shop.uninstalled_at.is_(None))


def step() -> bool:
    """Decide for one shop; False if none is due. Where nothing needs them nothing is sent."""
    with database.writing() as session:
        wanted = shops_due().order_by(Shop.digest_at).limit(1).with_for_update(skip_locked=True)
        shop = session.scalar(wanted)
        if shop is None or shop.digest_at is None:
            return False
        if attention.summary(session, shop).total:
            outbox.write_to_owner(session, shop, "digest", f"digest:{shop.digest_at:%Y-%m-%d}")
        shop.digest_at = digest.next_at(shop.digest, i18n.zone(shop.timezone), clock.now())
    return True
