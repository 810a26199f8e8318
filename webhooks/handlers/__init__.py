"""What each topic does: its body becomes facts, and one action is called.

A handler gets the session, the shop and the parsed body, and returns why it changed nothing (the
row ends as `ignored`), or nothing if it did its work. Whatever it raises is tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.models import Shop
from webhooks.handlers import bounces, fulfillments, orders, privacy, shops, texts

Handler = Callable[[Session, Shop, dict[str, Any]], str | None]

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


RECORDING = frozenset(
    topic
    for topic, handler in HANDLERS.items()
    if handler in {orders.changed, fulfillments.changed, fulfillments.moved}
)
"""Topics that tell of an order, and reach for nothing else in the database."""


def about(topic: str, body: dict[str, Any]) -> int | None:
    """The order that a webhook will change, as far as it can be told without reading it all."""
    kind = topic.partition("/")[0]
    if kind == "orders" and not orders.is_order(topic, body):
        return None
    found = body.get({"orders": "id"}.get(kind, "order_id"))
    return found if isinstance(found, int) and 0 < found < 2**63 else None
