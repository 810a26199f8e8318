"""Topics `fulfillments/*` and `fulfillment_events/*`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from shopify_app.actions import orders
from shopify_app.models import Shop
from webhooks.handlers import rest


def changed(session: Session, shop: Shop, body: dict[str, Any]) -> str | None:
    """The fulfillment as it is now; it may come before its order."""
    if rest.kind(body) not in {"", "Fulfillment"}:
        return "the body is about something else"
    orders.record_fulfillment(session, shop, rest.fulfillment(body))
    return None


def moved(session: Session, shop: Shop, body: dict[str, Any]) -> str | None:
    """A step of its way, told by Shopify, by another app, or (the echo) by ourselves."""
    if body.get("shop_id") not in {None, shop.id}:
        return "the body is about another shop"
    orders.record_event(session, shop, rest.fulfillment_event(body))
    return None
