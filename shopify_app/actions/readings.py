"""The newest word of each source on a shipment: kept in rows, handed to the rules as readings.

A provider's and the merchant's word stand in rows of their own; Shopify's stands on the
fulfillment, since Shopify tells of a fulfillment as a whole.
"""

from __future__ import annotations

from dataclasses import replace

from shopify_app.domain.facts import FulfillmentEventFacts
from shopify_app.domain.shipment import MERCHANT, SHOPIFY, Reading, newer
from shopify_app.domain.status import Reason, Status
from shopify_app.domain.understanding import understand
from shopify_app.models import Fulfillment, Shipment, SourceReading


def of(fulfillment: Fulfillment, shipment: Shipment) -> list[Reading]:
    """What each source says of a parcel, by any of its numbers."""
    told = [as_reading(row) for row in shipment.readings]
    # That nobody knows a second number says nothing of the parcel.
    joined = [row for number in fulfillment.joined_to(shipment) for row in number.readings]
    told += [as_reading(row) for row in joined if row.happened_at and row.source != MERCHANT]
    shopify = of_shopify(fulfillment)
    return [*told, shopify] if shopify else told


def keep(shipment: Shipment, told: Reading) -> None:
    """Keep what a source told, unless it told something newer before."""
    row = next((row for row in shipment.readings if row.source == told.source), None)
    kept = newer(as_reading(row) if row else None, told)
    if row is None:
        row = SourceReading(shop_id=shipment.shop_id, source=told.source, read_at=kept.read_at)
        shipment.readings.append(row)
    write(row, kept)


def write(row: SourceReading, kept: Reading) -> None:
    """Let the row of a source say this."""
    row.status, row.reason, row.code = kept.status, kept.reason or "", kept.code
    row.happened_at, row.read_at = kept.happened_at, kept.read_at
    row.terminal_at, row.not_found, row.version = kept.terminal_at, kept.not_found, kept.version


def keep_event(fulfillment: Fulfillment, event: FulfillmentEventFacts) -> None:
    """Keep Shopify's own event, unless it told of a newer one before or uses an unknown word."""
    told = understand(SHOPIFY, event.status, event.happened_at, event.happened_at, ())
    if told is None:
        return
    kept = newer(of_shopify(fulfillment), told)
    fulfillment.event_status, fulfillment.event_at = kept.code, kept.happened_at
    fulfillment.event_end_at = kept.terminal_at


def drop_pin(shipment: Shipment) -> bool:
    """Forget what the merchant set by hand; True if there was something."""
    pin = next((row for row in shipment.readings if row.source == MERCHANT), None)
    if pin is None:
        return False
    shipment.readings.remove(pin)
    return True


def as_reading(row: SourceReading) -> Reading:
    """A row as the rules take it."""
    return Reading(
        source=row.source,
        status=Status(row.status),
        reason=Reason(row.reason) if row.reason else None,
        code=row.code,
        happened_at=row.happened_at,
        read_at=row.read_at,
        terminal_at=row.terminal_at,
        not_found=row.not_found,
        version=row.version,
    )


def of_shopify(fulfillment: Fulfillment) -> Reading | None:
    """Shopify's own newest event as a reading; None if there is none that we know the word of."""
    at = fulfillment.event_at
    told = understand(SHOPIFY, fulfillment.event_status, at, at, ()) if at else None
    return replace(told, terminal_at=fulfillment.event_end_at) if told else None
