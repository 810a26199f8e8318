"""Topics `fulfillments/*` and `fulfillment_events/*`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from shopify_app.actions import orders
from shopify_app.domain.facts import FulfillmentEventFacts, FulfillmentFacts
from shopify_app.models import Shop
from webhooks.handlers import fields, rest
from webhooks.handlers.rest import AboutOrder


def read(body: dict[str, Any]) -> AboutOrder[FulfillmentFacts] | str:
    """The fulfillment as it is now, or why the body is none."""
    if rest.kind(body) not in {"", "Fulfillment"}:
        return "the body is about something else"
    facts = rest.fulfillment(body)
    return AboutOrder(facts.order_id, facts)


def changed(session: Session, shop: Shop, told: AboutOrder[FulfillmentFacts]) -> str | None:
    """Keep it; it may come before its order."""
    orders.record_fulfillment(session, shop, told.facts)
    return None


def read_event(body: dict[str, Any]) -> AboutOrder[FulfillmentEventFacts]:
    """A step of its way, told by Shopify, by another app, or (the echo) by ourselves."""
    facts = rest.fulfillment_event(body)
    return AboutOrder(facts.order_id, facts, fields.whole_number(body, "shop_id") or None)


def moved(session: Session, shop: Shop, told: AboutOrder[FulfillmentEventFacts]) -> str | None:
    """Keep the step."""
    if told.shop_id not in {None, shop.id}:
        return "the body is about another shop"
    orders.record_event(session, shop, told.facts)
    return None
