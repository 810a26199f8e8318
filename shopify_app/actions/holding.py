"""Finding orders with all that belongs to them, and holding those that are to change.

An order that is held is locked against others until the end of the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session, selectinload

from shopify_app.models import (
    Change,
    CheckpointRow,
    Facet,
    Fulfillment,
    Order,
    Outbox,
    Shipment,
    draft,
    writing,
)


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

    Of those that are new there are placeholders. `new` may be the class of drafts: the caller
    writes them by `write_new`, and until then only the `record_` functions may touch them.
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
    new, changes = draft.take(session, Order), draft.take(session, Change)
    if not new:
        return
    fulfillments = [each for order in new for each in order.fulfillments]
    shipments = [each for fulfillment in fulfillments for each in fulfillment.shipments]
    checkpoints = [each for fulfillment in fulfillments for each in fulfillment.checkpoints]
    connection = session.connection()
    writing.write(connection, Order, new)
    writing.write(connection, Fulfillment, fulfillments)
    writing.give_ids(connection, Shipment, shipments)
    writing.write(connection, Shipment, shipments)
    for change in changes:
        change.shipment_id = change.shipment.id if change.shipment else None
    writing.write(connection, Change, changes)
    writing.write(connection, CheckpointRow, checkpoints)
    writing.write(connection, Facet, [each for order in new for each in order.facets])
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
