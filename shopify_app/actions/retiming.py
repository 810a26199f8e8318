"""What waits to go out, timed anew once the merchant chose otherwise: sooner or not at all.

What is to wait longer from now on is for new messages: nobody who waits is made to wait more.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.domain import customer_zone
from shopify_app.domain.notification import CHANNELS, FIRST_SCAN, OPTIONAL
from shopify_app.models import Order, Outbox, Shop
from shopify_app.models.outbox import WAITING

MOST = 100


def begin(session: Session, shop: Shop) -> None:
    """Let the job go through all that waits; if it is at it, from the first one again."""
    session.refresh(shop, ["retime_at"], with_for_update=True)
    shop.retime_at, shop.retime_after = clock.now(), 0
    queue.wake_after_commit(session, "bulk")


def go_on(session: Session, shop: Shop) -> None:
    """Time the next of them; `retime_after` says how far it came, `retime_at` if there are more.

    The caller holds the shop.
    """
    untouched = (Outbox.attempts == 0, Outbox.insisted.is_(False), Outbox.channel.in_(CHANNELS))
    wanted = select(Outbox).where(
        WAITING, Outbox.shop_id == shop.id, Outbox.id > shop.retime_after, *untouched
    )
    rows = session.scalars(wanted.order_by(Outbox.id).limit(MOST).with_for_update()).all()
    orders = _orders(session, shop, {row.order_id for row in rows})
    for row in rows:
        if row.order_id in orders:
            _retime(shop, orders[row.order_id], row)
    more = len(rows) == MOST
    shop.retime_at, shop.retime_after = clock.now() if more else None, rows[-1].id if more else 0
    queue.wake_after_commit(session, "deliver")


def _orders(session: Session, shop: Shop, ids: Collection[int | None]) -> dict[int | None, Order]:
    wanted = select(Order).where(Order.shop_id == shop.id, Order.id.in_(ids))
    return {order.id: order for order in session.scalars(wanted)}


def _retime(shop: Shop, order: Order, row: Outbox) -> None:
    if row.event in OPTIONAL and not shop.told_since(row.event, row.channel):
        row.state, row.detail, row.ended_at = "suppressed", "switched_off", clock.now()
        return
    where = customer_zone.zones(order.country_code, order.province_code)
    due_at = shop.timing(row.event, row.channel).due_at(where, row.created_at)
    if row.detail == FIRST_SCAN:
        due_at += timedelta(days=shop.first_scan_days)
        row.detail = FIRST_SCAN if shop.first_scan_days else ""
    row.due_at = min(row.due_at, due_at)
