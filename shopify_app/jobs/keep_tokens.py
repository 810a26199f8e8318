"""A job of the queue `bulk`: keep every shop's access alive, used or not.

A pair that nobody renewed for thirty days is renewed, well within the ninety that it lives; a token
that does not expire is exchanged for a pair. It depends on no other job: a comparison that fails,
or a store where nothing happens, costs no shop its access.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import Select, select

from shopify_app import clock, database
from shopify_app.models import Shop
from shopify_app.shopify import client, tokens

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(hours=1)
"""When Shopify could not be asked, or the worker died."""


def shops_due() -> Select[Shop]:
    """The shops whose token is to be renewed now."""
    return select(Shop).where(Shop.token_due_at <= clock.now(), Shop.uninstalled_at.is_(None))


def step() -> bool:
    """Renew the token of one shop; False if none is due."""
    with database.writing() as session:
        due = shops_due().order_by(Shop.token_due_at).limit(1).with_for_update(skip_locked=True)
        shop = session.scalar(due)
        if shop is None:
            return False
        shop.token_due_at = clock.now() + AGAIN_AFTER
    try:
        tokens.keep(shop.id)
    except client.ShopifyError as error:
        log.warning("the token of shop %d could not be renewed: %s", shop.id, error)
    return True
