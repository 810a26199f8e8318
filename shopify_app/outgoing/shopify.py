"""Writing a parcel's way to its fulfillment at Shopify: look first, then create."""

from __future__ import annotations

from datetime import datetime

from shopify_app.outgoing.errors import Permanent, Retry
from shopify_app.shopify import admin, client
from shopify_app.shopify.tokens import NoToken


def write_event(
    shop_id: int, domain: str, fulfillment_id: int, value: str, happened_at: datetime
) -> str:
    """Make Shopify have this event once, and return its id.

    A write that died half-way may have arrived, so we look for it before we write it (again).
    Raises Retry or Permanent.
    """
    try:
        found = admin.find_event(shop_id, domain, fulfillment_id, value, happened_at)
        return found or admin.create_event(shop_id, domain, fulfillment_id, value, happened_at)
    except client.Rejected as error:
        raise Permanent("shopify_refused", error) from error
    except (client.Retry, client.TokenRefused, NoToken) as error:
        raise Retry("shopify_later", type(error).__name__) from error
