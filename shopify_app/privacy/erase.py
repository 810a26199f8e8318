"""Erasing what is kept of a customer, or of a whole shop.

Source of the topics: shopify.dev, "Privacy law compliance". An order that was erased stays as a
number without a person in it, so that a late webhook brings nobody back.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.actions import orders
from shopify_app.models import Base, CarrierAccount, CheckpointRow, Inbox, Order, Shipment, Shop

SHOP_REDACT = "shop/redact"


def customer(session: Session, shop: Shop, order_ids: Iterable[int], marks: Iterable[str]) -> None:
    """Erase the person from these orders, and from bodies set aside that hold one of `marks`."""
    ids = sorted(set(order_ids))
    for order_id in ids:
        _forget(session, shop, orders.hold(session, shop.id, order_id))
    _empty_bodies(session, shop, [*map(str, ids), *filter(None, marks)])
    database.after_commit(session, "forget freed pages", database.forget_freed_pages)


def shop(session: Session, gone: Shop) -> None:
    """Erase every row of a shop, its key and its bodies. The caller has proof that it left."""
    for table in reversed(Base.metadata.sorted_tables):
        if "shop_id" in table.c:
            session.execute(delete(table).where(table.c.shop_id == gone.id))
    session.execute(delete(CarrierAccount).where(CarrierAccount.owner_id == gone.id))
    bodies = delete(Inbox).where(Inbox.account == gone.domain, Inbox.topic != SHOP_REDACT)
    session.execute(bodies)
    session.execute(delete(Shop).where(Shop.id == gone.id))
    database.after_commit(session, "forget freed pages", database.forget_freed_pages)


def _forget(session: Session, shop: Shop, order: Order) -> None:
    order.redacted_at = order.redacted_at or clock.now()
    orders.forget_customer(order)
    told_by_carriers = {"last_text": "", "last_place": "", "fields": "", "look_at": None}
    parcels = update(Shipment).where(Shipment.shop_id == shop.id, Shipment.order_id == order.id)
    session.execute(parcels.values(told_by_carriers))
    fulfillments = [fulfillment.id for fulfillment in order.fulfillments]
    checkpoints = update(CheckpointRow).where(
        CheckpointRow.shop_id == shop.id, CheckpointRow.fulfillment_id.in_(fulfillments)
    )
    session.execute(checkpoints.values(text="", place=""))


def _empty_bodies(session: Session, shop: Shop, marks: list[str]) -> None:
    """What could not be applied lies in the inbox with its body; who is in it goes too."""
    aside = select(Inbox).where(Inbox.account == shop.domain, Inbox.state == "set_aside")
    for row in session.scalars(aside):
        if any(mark.encode() in row.body for mark in marks):
            row.body, row.state, row.note = b"", "ignored", "erased for its customer"
