"""Making a write to Shopify ready: what it says as things stand now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from shopify_app import database
from shopify_app.actions import links, order_marks
from shopify_app.actions.outbox import LINKS, MARKS, NUMBERS, came_quietly
from shopify_app.domain.facts import Parcel
from shopify_app.domain.order_marks import Marks
from shopify_app.domain.tracking_number import normalise
from shopify_app.jobs.due import Due, Sending, Suppressed
from shopify_app.jobs.known import Known
from shopify_app.models import Fulfillment, Shop
from shopify_app.outgoing import shopify


def prepare(row: Due, known: Known) -> Sending:
    """What does this write. Raises Suppressed."""
    return _BY_EVENT.get(row.event, _event)(known.shop(row), row, known)


def _event(shop: Shop, row: Due, _known: Known) -> Sending:
    if row.happened_at is None or row.fulfillment_id is None:
        raise Suppressed("fulfillment_gone")
    event = (row.fulfillment_id, row.event, row.happened_at)
    return partial(shopify.write_event, shop.id, shop.domain, *event)


def _numbers(shop: Shop, row: Due, known: Known) -> Sending:
    """The numbers as they are now; a later write says the same, so it does no harm twice."""
    fulfillment = _fulfillment(row, known)
    told = [Parcel(s.number, s.company) for s in fulfillment.known_to_shopify if s.number]
    parcels = [links.for_shopify(shop, parcel) for parcel in told]
    write = partial(shopify.write_numbers, shop.id, shop.domain, fulfillment.id)
    return partial(write, parcels, tell=_to_tell(shop, fulfillment))


def _to_tell(shop: Shop, fulfillment: Fulfillment) -> bool:
    """Whether Shopify is to write to the customer about its numbers."""
    if not shop.shopify_tells:
        return False
    with database.reading() as session:
        return not came_quietly(session, fulfillment)


def _links(shop: Shop, row: Due, known: Known) -> Sending:
    """Where each number leads; one that was mended here alone leads to the mended one."""
    fulfillment = _fulfillment(row, known)
    if not shop.write_links:
        raise Suppressed("switched_off")
    mended = fulfillment.replaced

    def link(parcel: Parcel) -> str:
        better = mended.get(normalise(parcel.number))
        return links.link(shop, Parcel(**better) if better else parcel)

    return partial(shopify.write_links, shop.id, shop.domain, fulfillment.id, link)


def _marks(shop: Shop, row: Due, known: Known) -> Sending:
    order = known.order(row)
    if order.redacted_at or order.deleted_at:
        raise Suppressed("order_gone")
    marks = order_marks.marks(shop, order)
    if not shop.may_change_orders or marks == Marks():
        raise Suppressed("switched_off")
    return partial(shopify.write_marks, shop.id, shop.domain, order.id, marks)


_BY_EVENT: dict[str, Callable[[Shop, Due, Known], Sending]] = {
    NUMBERS: _numbers,
    LINKS: _links,
    MARKS: _marks,
}
"""Every other event is a FulfillmentEventStatus of Shopify's."""


def _fulfillment(row: Due, known: Known) -> Fulfillment:
    found = known.order(row).fulfillment(row.fulfillment_id)
    if found is None or not found.live:
        raise Suppressed("fulfillment_gone")
    return found
