"""Deciding which messages a customer gets."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import outbox, outcomes
from shopify_app.domain import customer_zone, notification
from shopify_app.domain.notification import EMAIL, SMS
from shopify_app.domain.status import Reason, Status
from shopify_app.domain.tracking_number import normalise
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
    since = shop.notify_since
    return (
        tells_enough(shop, notification.CONFIRMATION, fulfillment)
        and (since is None or fulfillment.created_at >= since)
        and notification.may_confirm(
            imported=fulfillment.imported,
            live=fulfillment.live,
            fulfilled_at=fulfillment.created_at,
            now=clock.now(),
        )
    )


def tells_enough(shop: Shop, event: str, fulfillment: Fulfillment) -> bool:
    """Whether the fulfillment has what a message of this event is about: a number, as a rule."""
    if event == notification.CONFIRMATION and shop.announces_unnumbered:
        return bool(fulfillment.live_shipments)
    return any(shipment.number for shipment in fulfillment.live_shipments)


def _confirm(session: Session, shop: Shop, order: Order, fulfillment: Fulfillment) -> None:
    """Confirm it, at the first scan if the merchant wants that: it waits for one so many days."""
    event = notification.CONFIRMATION
    scanned = any(notification.is_scanned(Status(s.status)) for s in fulfillment.live_shipments)
    held = not scanned and shop.first_scan_days > 0
    for channel, due_at in _channels(shop, order, event):
        key = f"{fulfillment.id}:{event}:{channel}"
        if held:
            due_at += timedelta(days=shop.first_scan_days)
        why = notification.FIRST_SCAN if held else ""
        perhaps = _perhaps_told(shop, fulfillment.created_at)
        added = outbox.put(
            session,
            fulfillment,
            channel,
            event,
            key,
            due_at=due_at,
            why=why,
            perhaps_sent=perhaps,
        )
        if not (added or held):
            outbox.release(session, fulfillment, key, due_at)


def _tell_new_numbers(session: Session, shop: Shop, order: Order, fulfillment: Fulfillment) -> None:
    """A number that comes or changes after the customer was told: the old link leads nowhere."""
    if not fulfillment.outbox:
        return
    numbers = [(s.number_key, s.created_at) for s in fulfillment.live_shipments if s.number_key]
    for channel, due_at in _channels(shop, order, notification.NUMBER_CHANGED):
        told = outcomes.messages(session, fulfillment, channel)
        new = notification.unknown_numbers(numbers, told)
        if new:
            event = notification.NUMBER_CHANGED
            key = f"{fulfillment.id}:{event}:{'+'.join(new)}:{channel}"
            perhaps = _perhaps_told(shop, _changed_at(fulfillment, new))
            outbox.put(
                session, fulfillment, channel, event, key, due_at=due_at, perhaps_sent=perhaps
            )


def _changed_at(fulfillment: Fulfillment, keys: Collection[str]) -> datetime:
    """When it got these numbers: Shopify says of its own; the merchant's are mended here, now."""
    mended = {normalise(told["number"]) for told in fulfillment.replaced.values()}
    new = [s for s in fulfillment.live_shipments if s.number_key in keys]
    by_hand = any(s.added_by_hand or s.number_key in mended for s in new)
    return clock.now() if by_hand else fulfillment.updated_at


def _perhaps_told(shop: Shop, at: datetime) -> bool:
    """Whether what happened at that moment may have been told by what no backup knows of."""
    return shop.restored_at is not None and at < shop.restored_at


def _tell_state(session: Session, shop: Shop, order: Order, fulfillment: Fulfillment) -> None:
    """What the fulfillment's way has come to, by its least advanced parcel; once an event, ever.

    What the merchant set by hand is their own business: the customer hears of carriers' news.
    """
    slowest = fulfillment.slowest
    if slowest is None or slowest.pinned or not slowest.status_source:
        return
    event = event_of(slowest)
    for channel, due_at in _channels(shop, order, event) if event else ():
        since = shop.told_since(event, channel)
        if event == notification.IN_TRANSIT and _confirms_scan(session, shop, slowest, channel):
            continue
        if since and notification.may_tell(
            first_seen=Status(slowest.first_seen) if slowest.first_seen else None,
            since=slowest.status_since,
            switched_on=since,
            now=clock.now(),
        ):
            key = f"{fulfillment.id}:{event}:{channel}"
            perhaps = _perhaps_told(shop, slowest.status_since)
            outbox.put(
                session, fulfillment, channel, event, key, due_at=due_at, perhaps_sent=perhaps
            )


def _confirms_scan(session: Session, shop: Shop, slowest: Shipment, channel: str) -> bool:
    """Whether the confirmation that waited for the first scan says just this, and says it now."""
    if shop.first_scan_days == 0:
        return False
    told = outcomes.confirmation(session, slowest.fulfillment, channel)
    return any(notification.stands_for(*one, slowest.status_since) for one in told)


def event_of(shipment: Shipment) -> str:
    """The message that a shipment's state is worth, empty for none."""
    reason = Reason(shipment.reason) if shipment.reason else None
    return notification.event_of(Status(shipment.status), reason)


def _channels(shop: Shop, order: Order, event: str) -> list[tuple[str, datetime]]:
    """The ways by which this customer can be told of it, and from when on."""
    now = clock.now()
    where = customer_zone.zones(order.country_code, order.province_code)
    addresses = {EMAIL: order.email, SMS: order.phone}
    return [
        (channel, shop.timing(event, channel).due_at(where, now))
        for channel, address in addresses.items()
        if address and channel in shop.tells_by
    ]
