"""Deciding what Shopify is told of a fulfillment's way."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import outbox
from shopify_app.domain import notification, status_map
from shopify_app.domain.facts import FulfillmentEventFacts
from shopify_app.domain.notification import TO_SHOPIFY
from shopify_app.domain.shipment import SHOPIFY
from shopify_app.domain.status import Status
from shopify_app.models import Fulfillment, Order, Shipment, Shop

SECOND_THOUGHT = timedelta(minutes=1)
"""A status set by hand may be a slip: Shopify, which may mail the customer, is told a bit later."""


def decide(session: Session, shop: Shop, order: Order, fulfillment: Fulfillment) -> None:
    """Put a write into the outbox if the fulfillment's value at Shopify is to change.

    The least advanced of its shipments speaks for it: with one parcel of two delivered, the
    fulfillment is not. What Shopify said itself is not said back to it.
    """
    slowest = fulfillment.slowest
    value = _value(slowest) if slowest else None
    if (value or "") == fulfillment.shopify_value:
        return
    if outbox.call_back(session, fulfillment, TO_SHOPIFY):
        fulfillment.shopify_value = ""
    if not slowest or not value:
        return
    if slowest.status_source != SHOPIFY:
        if not _allowed(shop, order, fulfillment, slowest):
            return
        _write(session, fulfillment, value, slowest)
    fulfillment.shopify_value = value


def _write(session: Session, fulfillment: Fulfillment, value: str, slowest: Shipment) -> None:
    happened_at = slowest.status_since.replace(microsecond=0)
    key = _key(fulfillment.id, value, happened_at)
    due_at = clock.now() + (SECOND_THOUGHT if slowest.pinned else timedelta())
    outbox.put(session, fulfillment, TO_SHOPIFY, value, key, due_at=due_at, happened_at=happened_at)


def is_echo(fulfillment: Fulfillment, event: FulfillmentEventFacts) -> bool:
    """Whether Shopify is telling us of an event that we wrote ourselves."""
    key = _key(event.fulfillment_id, event.status.upper(), event.happened_at.replace(microsecond=0))
    return any(row.key == key for row in fulfillment.outbox)


def _key(fulfillment_id: int, value: str, happened_at: datetime) -> str:
    return f"{fulfillment_id}:shopify:{value}:{happened_at:%Y-%m-%dT%H:%M:%S}"


def _value(shipment: Shipment) -> str | None:
    if not shipment.status_source:
        return None
    meaning = status_map.meaning(shipment.status_source, shipment.status_code)
    # A number that nobody knew for a week is our conclusion, not a carrier's word.
    same = meaning and meaning.status == shipment.status
    return meaning.shopify if meaning and same else None


def _allowed(shop: Shop, order: Order, fulfillment: Fulfillment, shipment: Shipment) -> bool:
    fresh = notification.may_write_back(
        imported=fulfillment.imported,
        first_seen=Status(shipment.first_seen) if shipment.first_seen else None,
        happened_at=shipment.status_since,
        now=clock.now(),
    )
    return shop.write_back and shop.installed and order.placed_at is not None and fresh
