"""What is on record of a shipment: what carriers told, what went out, what became of it."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions.outbox import MARKS
from shopify_app.models import Change, CheckpointRow, Outbox, Shipment

MOST_CHECKPOINTS, MOST_CHANGES = 200, 100


def checkpoints(
    session: Session, shipment: Shipment, joined: list[Shipment]
) -> list[CheckpointRow]:
    """Those of all its numbers, and Shopify's of the whole fulfillment, newest first."""
    row = CheckpointRow
    numbers = [shipment.id, *(other.id for other in joined)]
    wanted = (
        select(row)
        .where(
            row.shop_id == shipment.shop_id,
            row.fulfillment_id == shipment.fulfillment_id,
            or_(row.shipment_id.in_(numbers), row.shipment_id.is_(None)),
        )
        .order_by(row.happened_at.desc().nulls_last(), row.id.desc())
        .limit(MOST_CHECKPOINTS)
    )
    return list(session.scalars(wanted))


def outbox(session: Session, shipment: Shipment) -> list[Outbox]:
    """What was told about its fulfillment, and what by now was written of the order as a whole."""
    of_order = and_(
        Outbox.order_id == shipment.order_id, Outbox.event == MARKS, Outbox.due_at <= clock.now()
    )
    wanted = (
        select(Outbox)
        .where(
            Outbox.shop_id == shipment.shop_id,
            or_(Outbox.fulfillment_id == shipment.fulfillment_id, of_order),
        )
        .order_by(Outbox.id.desc())
    )
    return list(session.scalars(wanted))


def changes(session: Session, shipment: Shipment) -> list[Change]:
    """Its history, with that of the numbers in whose place it came: fulfilled was the first."""
    before = [each.id for each in shipment.fulfillment.numbers_before(shipment)]
    first = min([*before, shipment.id])
    said_twice = or_(
        and_(Change.what == "number_removed", Change.shipment_id != shipment.id),
        and_(Change.what == "fulfilled", Change.shipment_id != first),
    )
    wanted = (
        select(Change)
        .where(
            Change.shop_id == shipment.shop_id,
            Change.shipment_id.in_([*before, shipment.id]),
            ~said_twice,
        )
        .order_by(Change.id.desc())
        .limit(MOST_CHANGES)
    )
    return list(session.scalars(wanted))
