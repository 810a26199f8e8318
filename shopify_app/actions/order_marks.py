"""Deciding what an order at Shopify tells of its parcels, by tags and a metafield."""

from __future__ import annotations

from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import outbox
from shopify_app.domain import order_marks
from shopify_app.domain.order_marks import Marks
from shopify_app.models import Order, Shop


def decide(session: Session, shop: Shop, order: Order) -> None:
    """Put a write into the outbox if the order is to tell something else than it does.

    It begins with the first fulfillment that was not imported. A rule that time alone brings about
    is written when its time comes.
    """
    if not _to_mark(shop, order):
        return
    told = marks(shop, order).text
    if told != order.shopify_marks:
        order.shopify_marks = told
        outbox.write_marks(session, order, clock.now())
    due = order.attention_from
    if due and due > clock.now() and shop.write_tags:
        outbox.write_marks(session, order, due)


def marks(shop: Shop, order: Order) -> Marks:
    """What the order is to tell as things stand, of what is switched on."""
    parcels, attention = order.live_shipments, order.requires_attention
    events = (s.last_event_at for s in parcels if s.last_event_at)
    numbers = [s.number for s in parcels if s.number]
    newest = max(events, default=None)
    return Marks(
        tags=order_marks.tags(order.status, attention=attention) if shop.write_tags else None,
        metafield=order_marks.metafield(order.status, numbers, newest)
        if shop.write_metafield
        else None,
    )


def _to_mark(shop: Shop, order: Order) -> bool:
    if not ((shop.write_tags or shop.write_metafield) and shop.installed):
        return False
    if not shop.may_change_orders or order.placed_at is None:
        return False
    own = any(fulfillment.live and not fulfillment.imported for fulfillment in order.fulfillments)
    return (own or order.shopify_marks != "") and not (order.redacted_at or order.deleted_at)
