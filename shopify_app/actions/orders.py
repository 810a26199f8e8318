"""What can happen to an order, as Shopify tells it: described anew, shipped, moved on, deleted.

Event time decides: an older description than the one we have changes nothing, so any order of
arrival and any repetition end in the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shopify_app import clock, crypto
from shopify_app.actions import facets, holding, letting_go, messages, standing
from shopify_app.actions.fulfillments import describe_fulfillment, take_event
from shopify_app.domain.facts import (
    FulfillmentEventFacts,
    FulfillmentFacts,
    OrderFacts,
    Recipient,
    as_dict,
)
from shopify_app.models import (
    CheckpointRow,
    Order,
    Shop,
    draft,
)


def record_orders(session: Session, shop: Shop, found: Sequence[OrderFacts]) -> int:
    """Several orders, each as `record_order` takes it; how many of them were told anew."""
    kept = select(Order.id, Order.updated_at, Order.version).where(
        Order.shop_id == shop.id, Order.id.in_([facts.id for facts in found])
    )
    known = {(id_, updated_at, version) for id_, updated_at, version in session.execute(kept)}
    news = [facts for facts in found if (facts.id, facts.updated_at, facts.version) not in known]
    holding.hold_all(session, shop.id, [facts.id for facts in news], new=draft.of(Order))
    for facts in news:
        record_order(session, shop, facts)
    holding.write_new(session)
    return len(news)


def record_order(session: Session, shop: Shop, facts: OrderFacts) -> None:
    """An order was placed or changed; `facts` describe it whole, with its fulfillments."""
    order = holding.hold(session, shop.id, facts.id)
    if order.deleted_at or (order.updated_at, order.version) == (facts.updated_at, facts.version):
        return
    if _is_newer(order, facts.updated_at, facts.version):
        _describe(order, facts)
    for fulfillment in facts.fulfillments:
        describe_fulfillment(session, shop, order, fulfillment)
    conclude(session, shop, order)


def record_fulfillment(session: Session, shop: Shop, facts: FulfillmentFacts) -> None:
    """A fulfillment was made or changed. It may come before its order."""
    order = holding.hold(session, shop.id, facts.order_id)
    if not order.deleted_at:
        describe_fulfillment(session, shop, order, facts)
        if facts.order_status:
            order.fulfillment_status = facts.order_status
            order.unfulfilled = order.unfulfilled and facts.order_status != "fulfilled"
        conclude(session, shop, order)


def record_event(session: Session, shop: Shop, facts: FulfillmentEventFacts) -> None:
    """Shopify, or another app through it, told a step of a fulfillment's way."""
    order = holding.hold(session, shop.id, facts.order_id)
    if not order.deleted_at:
        take_event(session, shop, order, facts)
        conclude(session, shop, order)


def delete_order(session: Session, shop: Shop, order_id: int) -> None:
    """The merchant deleted the order. A tombstone stays, so that a late webhook revives nothing."""
    order = holding.hold(session, shop.id, order_id)
    order.deleted_at = order.deleted_at or clock.now()
    order.placed_at = None
    forget_customer(session, order)
    for fulfillment in order.fulfillments:
        for shipment in fulfillment.shipments:
            if shipment.removed_at is None:
                shipment.removed_at = clock.now()
                letting_go.of_shipment(session, shipment)
    standing.refresh(session, shop, order)


def conclude(session: Session, shop: Shop, order: Order) -> None:
    """Derive everything anew after the order or one of its shipments changed."""
    standing.refresh(session, shop, order)
    messages.decide(session, shop, order)


def _is_newer(order: Order, updated_at: datetime, version: str) -> bool:
    known = order.updated_at
    return known is None or (updated_at, version) > (known, order.version)


def _describe(order: Order, facts: OrderFacts) -> None:
    order.name = facts.name
    order.placed_at = facts.placed_at
    order.updated_at, order.version = facts.updated_at, facts.version
    order.cancelled_at, order.closed_at = facts.cancelled_at, facts.closed_at
    order.fulfillment_status = facts.fulfillment_status
    order.total, order.currency = facts.total, facts.currency
    order.items = [] if order.redacted_at else [as_dict(item) for item in facts.items]
    order.tags = [] if order.redacted_at else list(facts.tags)
    shippable = [item for item in facts.items if item.requires_shipping]
    order.ships = bool(shippable)
    order.unfulfilled = any(item.unfulfilled > 0 for item in shippable)
    _describe_customer(order, Recipient() if order.redacted_at else facts.recipient)


def _describe_customer(order: Order, who: Recipient) -> None:
    order.customer_id = who.customer_id
    order.customer_name, order.first_name = who.name, who.first_name
    order.email, order.phone = who.email, who.phone
    order.email_hash = crypto.keyed_hash(who.email) if who.email else ""
    order.city, order.country, order.country_code = who.city, who.country, who.country_code
    order.province, order.province_code = who.province, who.province_code
    order.locale = who.locale


def forget_customer(session: Session, order: Order) -> None:
    """Leave nothing of the person, of what they bought, or of where carriers met them."""
    _describe_customer(order, Recipient())
    order.items, order.tags = [], []
    facets.refresh(order)
    for fulfillment in order.fulfillments:
        fulfillment.items = []
        for shipment in fulfillment.shipments:
            shipment.last_text = shipment.last_place = shipment.url = shipment.fields = ""
            shipment.look_at = shipment.asked_at = None
    checkpoints = update(CheckpointRow).where(
        CheckpointRow.shop_id == order.shop_id,
        CheckpointRow.fulfillment_id.in_([fulfillment.id for fulfillment in order.fulfillments]),
    )
    session.execute(checkpoints.values(text="", place=""))
