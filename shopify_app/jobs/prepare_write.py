"""Making a write to Shopify ready: what it says as things stand now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session

from shopify_app import database
from shopify_app.actions import links, order_marks, orders
from shopify_app.actions.outbox import LINKS, MARKS, NUMBERS, came_quietly
from shopify_app.domain.facts import Parcel
from shopify_app.domain.order_marks import Marks
from shopify_app.domain.tracking_number import normalise
from shopify_app.jobs.due import Due, Sending, Suppressed
from shopify_app.models import Fulfillment, Order, Shop
from shopify_app.outgoing import shopify


def prepare(row: Due) -> Sending:
    """What does this write. Raises Suppressed."""
    with database.reading() as session:
        shop = session.get_one(Shop, row.shop_id)
        if not shop.installed:
            raise Suppressed("uninstalled")
        return _BY_EVENT.get(row.event, _event)(session, shop, row)


def _event(_session: Session, shop: Shop, row: Due) -> Sending:
    if row.happened_at is None or row.fulfillment_id is None:
        raise Suppressed("fulfillment_gone")
    event = (row.fulfillment_id, row.event, row.happened_at)
    return partial(shopify.write_event, shop.id, shop.domain, *event)


def _numbers(session: Session, shop: Shop, row: Due) -> Sending:
    """The numbers as they are now; a later write says the same, so it does no harm twice."""
    fulfillment = _fulfillment(session, row)
    told = [Parcel(s.number, s.company) for s in fulfillment.known_to_shopify if s.number]
    parcels = [links.for_shopify(shop, parcel) for parcel in told]
    tell = shop.shopify_tells and not came_quietly(session, fulfillment)
    write = partial(shopify.write_numbers, shop.id, shop.domain, fulfillment.id)
    return partial(write, parcels, tell=tell)


def _links(session: Session, shop: Shop, row: Due) -> Sending:
    """Where each number leads; one that was mended here alone leads to the mended one."""
    fulfillment = _fulfillment(session, row)
    if not shop.write_links:
        raise Suppressed("switched_off")
    mended = fulfillment.replaced

    def link(parcel: Parcel) -> str:
        better = mended.get(normalise(parcel.number))
        return links.link(shop, Parcel(**better) if better else parcel)

    return partial(shopify.write_links, shop.id, shop.domain, fulfillment.id, link)


def _marks(session: Session, shop: Shop, row: Due) -> Sending:
    order = _order(session, row)
    if order.redacted_at or order.deleted_at:
        raise Suppressed("order_gone")
    marks = order_marks.marks(shop, order)
    if not shop.may_change_orders or marks == Marks():
        raise Suppressed("switched_off")
    return partial(shopify.write_marks, shop.id, shop.domain, order.id, marks)


_BY_EVENT: dict[str, Callable[[Session, Shop, Due], Sending]] = {
    NUMBERS: _numbers,
    LINKS: _links,
    MARKS: _marks,
}
"""Every other event is a FulfillmentEventStatus of Shopify's."""


def _fulfillment(session: Session, row: Due) -> Fulfillment:
    found = _order(session, row).fulfillment(row.fulfillment_id)
    if found is None or not found.live:
        raise Suppressed("fulfillment_gone")
    return found


def _order(session: Session, row: Due) -> Order:
    order = orders.find(session, row.shop_id, row.order_id or 0)
    if order is None:
        raise Suppressed("order_gone")
    return order
