"""A job of the queue `bulk`: keep every shop's access alive, used or not.

A pair that nobody renewed for thirty days is renewed, well within the ninety that it lives; a token
that does not expire is exchanged for a pair. It depends on no other job: a comparison that fails,
or a store where nothing happens, costs no shop its access.
"""

from __future__ import annotations

import logging

from sqlalchemy import Select, select

from shopify_app import clock
from shopify_app.jobs import one_shop
from shopify_app.models import Shop
from shopify_app.shopify import client, tokens

log = logging.getLogger(__name__)


def shops_due() -> Select[Shop]:
    """The shops whose token is to be renewed now."""
    return select(Shop).where(Shop.token_due_at <= clock.now(), Shop.uninstalled_at.is_(None))


def step() -> bool:
    """Renew the token of one shop; False if none is due."""
    return one_shop.step(shops_due(), Shop.token_due_at, _renew)


def _renew(shop_id: int) -> None:
    try:
        tokens.keep(shop_id)
    except client.ShopifyError as error:
        log.warning("the token of shop %d could not be renewed: %s", shop_id, error)
