"""Topics `orders/*`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from shopify_app.actions import orders
from shopify_app.domain.facts import OrderFacts
from shopify_app.models import Shop
from webhooks.handlers import fields, rest
from webhooks.handlers.rest import AboutOrder


def read(body: dict[str, Any]) -> AboutOrder[OrderFacts] | str:
    """The order as it is now, or why the body is not what its topic, which is not signed, says.

    The topic also says why the order changed, which the body tells better.
    """
    if rest.kind(body) not in {"", "Order"}:
        return "the body is about something else"
    facts = rest.order(body)
    return AboutOrder(facts.id, facts, rest.shop_of_order(body))


def changed(session: Session, shop: Shop, told: AboutOrder[OrderFacts]) -> str | None:
    """Keep the order as it is now."""
    named = told.shop_id
    if named and named != shop.id and session.get(Shop, named) is not None:
        return "the body is about another shop"
    orders.record_order(session, shop, told.facts)
    return None


def edited(_session: Session, _shop: Shop, body: dict[str, Any]) -> str | None:
    """Says which lines were edited; the order as it is afterwards comes by `orders/updated`."""
    fields.identity(fields.row(body, "order_edit"), "order_id")
    return "the order itself comes by orders/updated"


def read_deletion(body: dict[str, Any]) -> AboutOrder[None] | str:
    """Which order is gone. A captured body of an order has more in it than its id."""
    if set(body) != {"id"}:
        return "a deletion names an id and nothing else"
    return AboutOrder(fields.identity(body, "id"), None)


def deleted(session: Session, shop: Shop, told: AboutOrder[None]) -> str | None:
    """The order is gone at Shopify."""
    orders.delete_order(session, shop, told.order_id)
    return None
