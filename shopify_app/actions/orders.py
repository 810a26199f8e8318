"""What can happen to an order, as Shopify tells it: described anew, shipped, moved on, deleted.

Event time decides: an older description than the one we have changes nothing, so any order of
arrival and any repetition end in the same rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, select, tuple_, update
from sqlalchemy.orm import Session, selectinload

from shopify_app import clock, crypto
from shopify_app.actions import facets, letting_go, messages, standing
from shopify_app.actions.fulfillments import describe_fulfillment, take_event
from shopify_app.domain.facts import (
    FulfillmentEventFacts,
    FulfillmentFacts,
    OrderFacts,
    Recipient,
    as_dict,
)
from shopify_app.models import (
    Change,
    CheckpointRow,
    Facet,
    Fulfillment,
    Order,
    Outbox,
    Shipment,
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
    hold_all(session, shop.id, [facts.id for facts in news], new=draft.of(Order))
    for facts in news:
        record_order(session, shop, facts)
    write_new(session)
    return len(news)


def record_order(session: Session, shop: Shop, facts: OrderFacts) -> None:
    """An order was placed or changed; `facts` describe it whole, with its fulfillments."""
    order = hold(session, shop.id, facts.id)
    if order.deleted_at or (order.updated_at, order.version) == (facts.updated_at, facts.version):
        return
    if _is_newer(order, facts.updated_at, facts.version):
        _describe(order, facts)
    for fulfillment in facts.fulfillments:
        describe_fulfillment(session, shop, order, fulfillment)
    conclude(session, shop, order)


def record_fulfillment(session: Session, shop: Shop, facts: FulfillmentFacts) -> None:
    """A fulfillment was made or changed. It may come before its order."""
    order = hold(session, shop.id, facts.order_id)
    if not order.deleted_at:
        describe_fulfillment(session, shop, order, facts)
        conclude(session, shop, order)


def record_event(session: Session, shop: Shop, facts: FulfillmentEventFacts) -> None:
    """Shopify, or another app through it, told a step of a fulfillment's way."""
    order = hold(session, shop.id, facts.order_id)
    if not order.deleted_at:
        take_event(session, shop, order, facts)
        conclude(session, shop, order)


def delete_order(session: Session, shop: Shop, order_id: int) -> None:
    """The merchant deleted the order. A tombstone stays, so that a late webhook revives nothing."""
    write_new(session)
    order = hold(session, shop.id, order_id)
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


def find(session: Session, shop_id: int, order_id: int) -> Order | None:
    """The order with its fulfillments, shipments and readings."""
    return session.scalar(_whole(shop_id, [order_id]))


def find_all(session: Session, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], Order]:
    """Several shops' orders, by shop and id, each with its fulfillments and their shipments."""
    wanted = select(Order).where(tuple_(Order.shop_id, Order.id).in_(keys))
    parcels = selectinload(Order.fulfillments).selectinload(Fulfillment.shipments)
    found = session.scalars(wanted.options(parcels)) if keys else ()
    return {(order.shop_id, order.id): order for order in found}


def hold(session: Session, shop_id: int, order_id: int) -> Order:
    """The order, locked against others until the end of the transaction; a placeholder if new."""
    held = _held(session)
    if (shop_id, order_id) not in held:
        hold_all(session, shop_id, [order_id])
    return held[shop_id, order_id]


def hold_all(
    session: Session, shop_id: int, order_ids: Iterable[int], new: type[Order] = Order
) -> None:
    """Hold several orders in as few queries as one takes. `hold` then finds each at once.

    Of those that are new there are placeholders; `new` may be the class of drafts, which the caller
    writes by `write_new` before anything but `record_...` is done to them.
    """
    held = _held(session)
    wanted = sorted({order_id for order_id in order_ids if (shop_id, order_id) not in held})
    if not wanted:
        return
    found = session.scalars(_whole(shop_id, wanted).order_by(Order.id).with_for_update(of=Order))
    held |= {(shop_id, order.id): order for order in found}
    for order_id in wanted:
        if (shop_id, order_id) not in held:
            order = new(shop_id=shop_id, id=order_id)
            draft.keep(session, order)
            held[shop_id, order_id] = order


def write_new(session: Session) -> None:
    """Write the drafts of new orders, with all that belongs to them. They are held no more."""
    new = draft.take(session, Order)
    fulfillments = [each for order in new for each in order.fulfillments]
    shipments = [each for fulfillment in fulfillments for each in fulfillment.shipments]
    checkpoints = [each for fulfillment in fulfillments for each in fulfillment.checkpoints]
    changes = draft.take(session, Change)
    draft.write(session, Order, new)
    draft.write(session, Fulfillment, fulfillments)
    draft.number(session, Shipment, shipments)
    draft.write(session, Shipment, shipments)
    of_shipments: list[CheckpointRow | Change] = [*checkpoints, *changes]
    for row in of_shipments:
        row.shipment_id = row.shipment.id if row.shipment else None
    draft.write(session, CheckpointRow, checkpoints)
    draft.write(session, Change, changes)
    draft.write(session, Facet, [each for order in new for each in order.facets])
    for order in new:
        del _held(session)[order.shop_id, order.id]


def _held(session: Session) -> dict[tuple[int, int], Order]:
    """The orders this transaction holds, by shop and id.

    A session remembers a row only while somebody holds it: without this, who goes from a shipment
    to its order reads all of it again.
    """
    held: dict[tuple[int, int], Order] = session.info.setdefault("held orders", {})
    return held


def _whole(shop_id: int, order_ids: Sequence[int]) -> Select[Order]:
    """Orders with all that an action may ask of them."""
    fulfillments = selectinload(Order.fulfillments)
    return (
        select(Order)
        .where(Order.shop_id == shop_id, Order.id.in_(order_ids))
        .options(
            fulfillments.selectinload(Fulfillment.shipments).selectinload(Shipment.readings),
            fulfillments.selectinload(Fulfillment.checkpoints).load_only(CheckpointRow.key),
            fulfillments.selectinload(Fulfillment.outbox).load_only(Outbox.key),
            selectinload(Order.facets),
        )
    )


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
