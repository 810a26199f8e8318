"""What each topic does: its body becomes facts, and one action is called.

A handler gets the session, the shop, and the parsed body or what its topic's reader made of that.
It returns why it changed nothing (the row ends as `ignored`), or nothing if it did its work.
Whatever reader or handler raises is tried again. Readers ask no database, so that nothing is held
while they read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.models import Shop
from webhooks.handlers import bounces, fulfillments, orders, privacy, rest, shops, texts

Body = dict[str, Any]
Handler = Callable[[Session, Shop, Any], str | None]
Reader = Callable[[Body], Any]

HANDLERS: dict[str, Handler] = {
    "orders/create": orders.changed,
    "orders/updated": orders.changed,
    "orders/cancelled": orders.changed,
    "orders/fulfilled": orders.changed,
    "orders/partially_fulfilled": orders.changed,
    "orders/edited": orders.edited,
    "orders/delete": orders.deleted,
    "fulfillments/create": fulfillments.changed,
    "fulfillments/update": fulfillments.changed,
    "fulfillment_events/create": fulfillments.moved,
    "shop/update": shops.updated,
    "app/uninstalled": shops.uninstalled,
    "app/scopes_update": shops.granted,
    "bulk_operations/finish": shops.bulk_finished,
    "customers/data_request": privacy.data_requested,
    "customers/redact": privacy.customer_redacted,
    "shop/redact": privacy.shop_redacted,
}

OTHERS: dict[str, Callable[[Session, str, bytes], str | None]] = {
    "twilio": texts.take,
    "gateway": texts.take_of_gateway,
    "email": bounces.take,
}
"""What comes from others than Shopify and the tracking providers, by its source."""

OF_PRIVACY = frozenset({"customers/data_request", "customers/redact", "shop/redact"})
"""Topics that come, and are to be obeyed, after the app has left the store as well."""

PROOFS: dict[str, Callable[[Shop], str | None]] = {"app/uninstalled": shops.refute_uninstall}
"""Topics that are not believed on their signature alone, which covers the body and not the shop.

The proof asks Shopify, outside any transaction, and returns why the webhook is not to be believed.
"""

ALONE = frozenset({*PROOFS, "shop/update"})
"""Topics that change whose a webhook is: no other is applied in the same transaction."""


READERS: dict[str, Reader] = {
    "orders/create": orders.read,
    "orders/updated": orders.read,
    "orders/cancelled": orders.read,
    "orders/fulfilled": orders.read,
    "orders/partially_fulfilled": orders.read,
    "orders/delete": orders.read_deletion,
    "fulfillments/create": fulfillments.read,
    "fulfillments/update": fulfillments.read,
    "fulfillment_events/create": fulfillments.read_event,
}
"""The topics that tell of an order, and change nothing else; most webhooks are of these."""


def read(topic: str, body: Body) -> Any:
    """What the handler of this topic is given. Raises what its reader raises."""
    return READERS[topic](body) if topic in READERS else body


def about(told: Any) -> int | None:
    """The order that a webhook, as it was read, will change."""
    return told.order_id if isinstance(told, rest.AboutOrder) else None
