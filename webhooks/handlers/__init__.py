"""What each topic does: its body becomes facts, and one action is called.

A handler gets the session, the shop, and the parsed body or what its topic's reader made of that.
It returns why it changed nothing (the row ends as `ignored`), or nothing if it did its work; a
reader returns the same kind of text where the body is none for its topic, and no handler is asked.
Whatever reader or handler raises is tried again. Readers ask no database, so that nothing is held
while they read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.models import Shop
from webhooks.handlers import bounces, fulfillments, orders, privacy, rest, shops, texts

Body = dict[str, Any]
Handler = Callable[[Session, Shop, Any], str | None]
Reader = Callable[[Body], Any]


@dataclass(frozen=True, slots=True)
class Topic:
    """How webhooks of a topic are taken."""

    handle: Handler
    read: Reader | None = None
    records: bool = False
    """Whether it records facts of the order that it is about, and does nothing else."""
    alone: bool = False
    """Whether it changes whose a webhook is: no other is applied in the same transaction."""
    proof: Callable[[Shop], str | None] | None = None
    """Asks Shopify, outside any transaction, why the webhook is not to be believed; for what its
    signature, which covers the body and not the shop, does not prove. Such a topic is `alone`.
    """
    of_privacy: bool = False
    """Whether it comes, and is to be obeyed, after the app has left the store as well."""


_ORDER = Topic(orders.changed, orders.read, records=True)
_FULFILLMENT = Topic(fulfillments.changed, fulfillments.read, records=True)

TOPICS: dict[str, Topic] = {
    "orders/create": _ORDER,
    "orders/updated": _ORDER,
    "orders/cancelled": _ORDER,
    "orders/fulfilled": _ORDER,
    "orders/partially_fulfilled": _ORDER,
    "orders/edited": Topic(orders.edited),
    "orders/delete": Topic(orders.deleted, orders.read_deletion),
    "fulfillments/create": _FULFILLMENT,
    "fulfillments/update": _FULFILLMENT,
    "fulfillment_events/create": Topic(fulfillments.moved, fulfillments.read_event, records=True),
    "shop/update": Topic(shops.updated, alone=True),
    "app/uninstalled": Topic(shops.uninstalled, alone=True, proof=shops.refute_uninstall),
    "app/scopes_update": Topic(shops.granted),
    "bulk_operations/finish": Topic(shops.bulk_finished),
    "customers/data_request": Topic(privacy.data_requested, of_privacy=True),
    "customers/redact": Topic(privacy.customer_redacted, of_privacy=True),
    "shop/redact": Topic(privacy.shop_redacted, of_privacy=True),
}

OTHERS: dict[str, Callable[[Session, str, bytes], str | None]] = {
    "twilio": texts.take,
    "gateway": texts.take_of_gateway,
    "email": bounces.take,
}
"""What comes from others than Shopify and the tracking providers, by its source."""


def about(told: Any) -> int | None:
    """The order that a webhook, as it was read, will change."""
    return told.order_id if isinstance(told, rest.AboutOrder) else None
