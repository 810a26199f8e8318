"""Deciding which messages a customer gets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import outbox
from shopify_app.domain import customer_zone, notification
from shopify_app.domain.notification import EMAIL, SMS
from shopify_app.domain.status import Reason, Status
from shopify_app.models import Fulfillment, Order, Shipment, Shop


def decide(session: Session, shop: Shop, order: Order) -> None:
    """Put what the order's customer is to be told into the outbox; nothing twice, ever.

    A placeholder decides nothing yet: its order may be imported, cancelled, or have no address.
    """
    if (
        not (shop.installed and shop.tells_by)
        or order.placed_at is None
        or order.cancelled_at
        or order.deleted_at
    ):
        return
    for fulfillment in order.fulfillments:
        if _to_confirm(shop, fulfillment):
            _confirm(session, shop, order, fulfillment)
        if fulfillment.live and not fulfillment.imported:
            _tell_new_numbers(session, shop, order, fulfillment)
            _tell_state(session, shop, order, fulfillment)


def _to_confirm(shop: Shop, fulfillment: Fulfillment) -> bool:
    """What was fulfilled before the merchant switched messages on is not told afterwards."""
    numbered = any(shipment.number for shipment in fulfillment.live_shipments)
    since = shop.notify_since
    return (
        numbered
        and (since is None or fulfillment.created_at >= since)
        and notification.may_confirm(
            imported=fulfillment.imported,
            live=fulfillment.live,
            fulfilled_at=fulfillment.created_at,
            now=clock.now(),
        )
    )


def _confirm(session: Session, shop: Shop, order: Order, fulfillment: Fulfillment) -> None:
    for channel, due_at in _channels(shop, order):
        key = f"{fulfillment.id}:{notification.CONFIRMATION}:{channel}"
        outbox.put(session, fulfillment, channel, notification.CONFIRMATION, key, due_at=due_at)


def _tell_new_numbers(session: Session, shop: Shop, order: Order, fulfillment: Fulfillment) -> None:
    """A number that comes or changes after the customer was told: the old link leads nowhere."""
    numbers = [(s.number_key, s.created_at) for s in fulfillment.live_shipments if s.number_key]
    for channel, due_at in _channels(shop, order):
        told = outbox.messages(session, fulfillment, channel)
        new = notification.unknown_numbers(numbers, told)
        if new:
            event = notification.NUMBER_CHANGED
            key = f"{fulfillment.id}:{event}:{'+'.join(new)}:{channel}"
            outbox.put(session, fulfillment, channel, event, key, due_at=due_at)


def _tell_state(session: Session, shop: Shop, order: Order, fulfillment: Fulfillment) -> None:
    """What the fulfillment's way has come to, by its least advanced parcel; once an event, ever.

    What the merchant set by hand is their own business: the customer hears of carriers' news.
    """
    slowest = fulfillment.slowest
    if slowest is None or slowest.pinned or not slowest.status_source:
        return
    event = event_of(slowest)
    for channel, due_at in _channels(shop, order):
        since = shop.told_since(event, channel)
        if since and notification.may_tell(
            first_seen=Status(slowest.first_seen) if slowest.first_seen else None,
            since=slowest.status_since,
            switched_on=since,
            now=clock.now(),
        ):
            key = f"{fulfillment.id}:{event}:{channel}"
            outbox.put(session, fulfillment, channel, event, key, due_at=due_at)


def event_of(shipment: Shipment) -> str:
    """The message that a shipment's state is worth, empty for none."""
    reason = Reason(shipment.reason) if shipment.reason else None
    return notification.event_of(Status(shipment.status), reason)


def _channels(shop: Shop, order: Order) -> list[tuple[str, datetime]]:
    """The ways by which this customer can be told, and from when on."""
    now = clock.now()
    ways = []
    if EMAIL in shop.tells_by and order.email:
        ways.append((EMAIL, now))
    if SMS in shop.tells_by and order.phone:
        zones = customer_zone.zones(order.country_code, order.province_code)
        ways.append((SMS, customer_zone.next_waking_hour(zones, now)))
    return ways
