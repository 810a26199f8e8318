"""All that is kept of a customer, for them to read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.actions import holding
from shopify_app.domain.notification import TO_SHOPIFY
from shopify_app.models import CheckpointRow, DataRequest, Fulfillment, Order, Outbox, Shop

_OF_ORDER = (
    "id",
    "name",
    "placed_at",
    "cancelled_at",
    "fulfillment_status",
    "total",
    "currency",
    "customer_id",
    "customer_name",
    "email",
    "phone",
    "city",
    "province",
    "country",
    "locale",
    "status",
)
_OF_SHIPMENT = ("number", "company", "carrier_name", "status", "status_since", "fields")
_OF_CHECKPOINT = ("happened_at", "text", "place", "country", "source")
_OF_MESSAGE = ("channel", "event", "state", "created_at", "ended_at")


def everything(session: Session, shop: Shop, asked: DataRequest) -> dict[str, Any]:
    """What is kept of the customer's orders, with names as they stand in the database."""
    found = [holding.find(session, shop.id, order_id) for order_id in asked.order_ids]
    return {
        "store": shop.domain,
        "customer": asked.customer_id,
        "orders": [_order(session, order) for order in found if order],
    }


def _order(session: Session, order: Order) -> dict[str, Any]:
    sent = select(Outbox).where(Outbox.shop_id == order.shop_id, Outbox.order_id == order.id)
    messages = session.scalars(sent.where(Outbox.channel != TO_SHOPIFY).order_by(Outbox.id))
    return {
        **_told(order, _OF_ORDER),
        "items": order.items,
        "fulfillments": [_fulfillment(session, each) for each in order.fulfillments],
        "messages": [_told(row, _OF_MESSAGE) for row in messages],
    }


def _fulfillment(session: Session, fulfillment: Fulfillment) -> dict[str, Any]:
    steps = select(CheckpointRow).where(
        CheckpointRow.shop_id == fulfillment.shop_id,
        CheckpointRow.fulfillment_id == fulfillment.id,
    )
    return {
        "name": fulfillment.name,
        "created_at": fulfillment.created_at.isoformat(),
        "shipments": [_told(shipment, _OF_SHIPMENT) for shipment in fulfillment.shipments],
        "checkpoints": [_told(row, _OF_CHECKPOINT) for row in session.scalars(steps)],
    }


def _told(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
    }
