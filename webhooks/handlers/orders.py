"""Topics `orders/*`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from shopify_app.actions import orders
from shopify_app.models import Shop
from webhooks.handlers import rest


def is_order(topic: str, body: dict[str, Any]) -> bool:
    """Whether the body may be what its topic, which is not signed, says it is.

    A deletion names an id and nothing else: a captured body of an order has more in it.
    """
    if topic == "orders/delete":
        return set(body) == {"id"}
    return rest.kind(body) in {"", "Order"}


def changed(session: Session, shop: Shop, body: dict[str, Any]) -> str | None:
    """The order as it is now. The topic says why, which the body tells better."""
    if not is_order("orders/updated", body):
        return "the body is about something else"
    named = rest.shop_of_order(body)
    if named and named != shop.id and session.get(Shop, named) is not None:
        return "the body is about another shop"
    orders.record_order(session, shop, rest.order(body))
    return None


def edited(_session: Session, _shop: Shop, body: dict[str, Any]) -> str | None:
    """Says which lines were edited; the order as it is afterwards comes by `orders/updated`."""
    rest.identity(rest.row(body, "order_edit"), "order_id")
    return "the order itself comes by orders/updated"


def deleted(session: Session, shop: Shop, body: dict[str, Any]) -> str | None:
    """The order is gone at Shopify."""
    if not is_order("orders/delete", body):
        return "a deletion names an id and nothing else"
    orders.delete_order(session, shop, rest.identity(body, "id"))
    return None
