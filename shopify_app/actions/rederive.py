"""Understanding anew what is stored, after the tables of words changed. No source is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import looking, readings, standing
from shopify_app.domain import shipment as rules
from shopify_app.domain import status_map
from shopify_app.domain.shipment import MERCHANT, SHOPIFY, Reading
from shopify_app.domain.status import TERMINAL
from shopify_app.domain.understanding import understand
from shopify_app.models import CheckpointRow, Fulfillment, Order, Shipment, Shop, SourceReading

Event = Row[tuple[int, int | None, str, datetime | None, str, str]]
"""What a checkpoint tells: fulfillment, shipment, source, moment, text and code."""


@dataclass(frozen=True, slots=True)
class Rederived:
    """A shipment whose status or reason is another by the tables of today, and by which word."""

    shipment_id: int
    order: str
    number: str
    before: str
    after: str
    source: str
    code: str


def derive(session: Session, order: Order) -> tuple[bool, list[Rederived]]:
    """Let the order's readings be what their words mean today, and no row more.

    Tells whether a reading is another, and which statuses follow that are not yet so. In a session
    that only reads this is a forecast; else `apply` goes on from here.
    """
    events = _events(session, order)
    anew = [_reread(fulfillment, events) for fulfillment in order.fulfillments]
    return any(anew), [found for f in order.fulfillments for found in _changed(f)]


def apply(session: Session, shop: Shop, order: Order) -> list[Rederived]:
    """Derive the order anew. The caller holds it. No customer is told; Shopify by its own rules."""
    anew, changed = derive(session, order)
    if anew or changed:
        session.flush()
        standing.refresh(session, shop, order)
    ids = {each.shipment_id for each in changed}
    for shipment in (s for f in order.fulfillments for s in f.shipments if s.id in ids):
        if shipment.followed_at and not shipment.asked_at:
            shipment.look_at = looking.next_look(session, shop, shipment)
    return changed


def _events(session: Session, order: Order) -> list[Event]:
    columns = (
        CheckpointRow.fulfillment_id,
        CheckpointRow.shipment_id,
        CheckpointRow.source,
        CheckpointRow.happened_at,
        CheckpointRow.text,
        CheckpointRow.code,
    )
    wanted = select(*columns).where(
        CheckpointRow.shop_id == order.shop_id,
        CheckpointRow.fulfillment_id.in_([f.id for f in order.fulfillments]),
    )
    return list(session.execute(wanted))


def _reread(fulfillment: Fulfillment, events: Iterable[Event]) -> bool:
    own = [event for event in events if event.fulfillment_id == fulfillment.id]
    anew = [_reread_shopify(fulfillment, [e for e in own if e.source == SHOPIFY])]
    for shipment in fulfillment.shipments:
        told = [event for event in own if event.shipment_id == shipment.id]
        anew += [_reread_row(row, told) for row in shipment.readings]
    return any(anew)


def _reread_row(row: SourceReading, events: Iterable[Event]) -> bool:
    known = readings.as_reading(row)
    told = _anew(known, [event for event in events if event.source == row.source])
    readings.write(row, told)
    return told != known


def _reread_shopify(fulfillment: Fulfillment, events: list[Event]) -> bool:
    """Shopify's word is understood whenever it is used; only the newest end it told of is kept."""
    known = readings.of_shopify(fulfillment)
    told = _anew(replace(known, version=0), events) if known else None
    before = fulfillment.event_end_at
    fulfillment.event_end_at = told.terminal_at if told else before
    return fulfillment.event_end_at != before


def _anew(known: Reading, events: list[Event]) -> Reading:
    """The same word by the tables of today; one that means nothing any more stays as it was."""
    of_now = [event.text for event in events if event.happened_at == known.happened_at]
    told = understand(known.source, known.code, known.happened_at, known.read_at, of_now)
    if told is None:
        return known
    if told.source == MERCHANT:
        return replace(told, terminal_at=known.terminal_at)
    ends = [at for at in (told.terminal_at, _earlier_end(known, events)) if at]
    return replace(told, terminal_at=max(ends, default=None))


def _earlier_end(known: Reading, events: Iterable[Event]) -> datetime | None:
    """An end that the source told of, unless what happened then is by the new tables none."""
    end = known.terminal_at
    if end is None or known.version == status_map.VERSION:
        return end
    if end == known.happened_at:
        return None  # the word itself tells
    codes = [event.code for event in events if event.happened_at == end]
    found = [m for m in (status_map.meaning(known.source, code) for code in codes) if m]
    return end if not found or any(m.status in TERMINAL for m in found) else None


def _changed(fulfillment: Fulfillment) -> Iterator[Rederived]:
    for parcel in fulfillment.live_shipments:
        told = readings.of(fulfillment, parcel)
        found = rules.standing(told, fulfillment.created_at, clock.now())
        for shipment in (parcel, *fulfillment.joined_to(parcel)):
            if (shipment.status, shipment.reason) != (found.status, found.reason or ""):
                yield _told(fulfillment.order, shipment, found)


def _told(order: Order, shipment: Shipment, found: rules.Standing) -> Rederived:
    return Rederived(
        shipment_id=shipment.id,
        order=order.name or str(order.id),
        number=shipment.number,
        before=_with_reason(shipment.status, shipment.reason),
        after=_with_reason(found.status, found.reason or ""),
        source=found.reading.source if found.reading else "",
        code=found.reading.code if found.reading else "",
    )


def _with_reason(status: str, reason: str) -> str:
    return f"{status} ({reason})" if reason else status
