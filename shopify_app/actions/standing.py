"""Working out where a shipment, its fulfillment and its order stand, after anything changed.

Every action ends here: the status of the shipments, what Shopify is told of it, the status of the
order and when it requires attention are derived in this one place.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import facets, history, links, order_marks, readings, write_back
from shopify_app.domain.attention import Attention, OrderState, attention
from shopify_app.domain.shipment import MERCHANT, SHOPIFY, Standing, standing
from shopify_app.domain.status import TERMINAL, Status, neediest
from shopify_app.models import Fulfillment, Order, Shipment, Shop

NOTHING_TO_SHIP = ""
"""The status of an order without parcels that needs none: cancelled, digital or refunded.

What was fulfilled without a number, of an order that needs no shipping, is no parcel.
"""


def refresh(session: Session, shop: Shop, order: Order) -> None:
    """Derive everything of `order` anew from what its sources say."""
    now = clock.now()
    for fulfillment in order.fulfillments:
        for shipment in fulfillment.live_shipments:
            _refresh_shipment(session, fulfillment, shipment, now)
        write_back.decide(session, shop, order, fulfillment)
        links.decide(session, shop, order, fulfillment)
    _refresh_order(order)
    order_marks.decide(session, shop, order)
    facets.refresh(order)


def _refresh_shipment(
    session: Session, fulfillment: Fulfillment, shipment: Shipment, now: datetime
) -> None:
    found = standing(readings.of(fulfillment, shipment), fulfillment.created_at, now)
    before, pinned_before = shipment.status, shipment.pinned
    reason_before = shipment.reason
    first_of_import = fulfillment.imported and _is_first(shipment, found)
    _take(shipment, found)
    for other in fulfillment.joined_to(shipment):
        _take(other, found)
    if pinned_before and not found.pinned:
        history.note(session, shipment, "unpinned", shipment.status_source)
    changed = (before, reason_before) != (shipment.status, shipment.reason)
    if changed and shipment.status_source != MERCHANT:
        history.note(
            session,
            shipment,
            "first_status" if first_of_import else "status",  # which is no news
            shipment.status_source or MERCHANT,  # no source: a status by hand was taken back
            before=before,
            after=found.status,
            reason=shipment.reason,
            code=shipment.status_code,
        )


def _is_first(shipment: Shipment, found: Standing) -> bool:
    """Whether nobody had told of it, or no provider had and now one does."""
    by_provider = found.reading is not None and found.reading.source not in {MERCHANT, SHOPIFY}
    return not shipment.status_source or (by_provider and shipment.looked_at is None)


def _take(shipment: Shipment, found: Standing) -> None:
    if (shipment.status, shipment.reason) != (found.status, found.reason or ""):
        shipment.resolved_at = None
    shipment.status = found.status
    shipment.reason = found.reason or ""
    shipment.status_since = found.since
    shipment.status_source = found.reading.source if found.reading else ""
    shipment.status_code = found.reading.code if found.reading else ""
    shipment.status_version = found.reading.version if found.reading else 0
    shipment.pinned = found.pinned


def _refresh_order(order: Order) -> None:
    live = [s for f in order.fulfillments for s in f.live_shipments if order.ships or s.number]
    parcels = [(Status(s.status), s.status_since) for s in live]
    order.status = neediest(status for status, _ in parcels)
    if not parcels and not (order.unfulfilled and order.cancelled_at is None):
        order.status = NOTHING_TO_SHIP
    order.status_since = _since(order, parcels)
    ended = order.status in {*TERMINAL, NOTHING_TO_SHIP}
    order.open_since = None if ended else order.status_since
    order.fulfilled_at = (
        max((s.fulfillment.created_at for s in live), default=None)
        if not order.unfulfilled
        else None
    )
    delivered = bool(parcels) and all(status is Status.DELIVERED for status, _ in parcels)
    order.delivered_at = (
        max(at for _, at in parcels) if delivered and not order.unfulfilled else None
    )
    under_way = [s for s in live if s.status not in TERMINAL]
    order.silent_since = min(
        (s.last_event_at or s.fulfillment.created_at for s in under_way), default=None
    )
    open_ = [s for s in live if not s.resolved_at]
    _refresh_attention(order, [(Status(s.status), s.status_since) for s in open_])


def _since(order: Order, parcels: list[tuple[Status, datetime]]) -> datetime | None:
    times = [at for status, at in parcels if status == order.status]
    return min(times, default=order.placed_at)


def _refresh_attention(order: Order, parcels: list[tuple[Status, datetime]]) -> None:
    placed_at = order.placed_at
    found = (
        Attention()
        if placed_at is None
        else attention(
            OrderState(
                placed_at=placed_at,
                open=not (order.cancelled_at or order.closed_at or order.deleted_at),
                ships=order.ships,
                unfulfilled=order.unfulfilled,
                parcels=parcels,
            )
        )
    )
    order.late_from = found.late_from
    order.problem_from = found.problem_from
    order.unfulfilled_from = found.unfulfilled_from
    order.attention_from = found.since
