"""Topics `orders/*`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from shopify_app.actions import orders
from shopify_app.models import Shop
from webhooks.handlers import rest


def changed(session: Session, shop: Shop, body: dict[str, Any]) -> str | None:
    """The order as it is now. The topic says why, which the body tells better."""
    orders.record_order(session, shop, rest.order(body))
    return None


def edited(_session: Session, _shop: Shop, body: dict[str, Any]) -> str | None:
    """Says which lines were edited; the order as it is afterwards comes by `orders/updated`."""
    rest.identity(rest.row(body, "order_edit"), "order_id")
    return "the order itself comes by orders/updated"


def deleted(session: Session, shop: Shop, body: dict[str, Any]) -> str | None:
    """The order is gone at Shopify.

    The topic is not signed: a captured body of an order, sent again as a deletion, has more in it.
    """
    if set(body) != {"id"}:
        return "a deletion names an id and nothing else"
    orders.delete_order(session, shop, rest.identity(body, "id"))
    return None
