"""Rows of a file that fulfill an order at Shopify, once.

They are marked as being sent in a commit before the call, and who finds them so looks first whether
the order has their number by now.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from shopify_app import database
from shopify_app.actions import links, orders
from shopify_app.domain.facts import FulfillmentFacts, OrderFacts, Parcel
from shopify_app.domain.tracking_number import normalise
from shopify_app.jobs.claimed_upload import Claimed, hold, mark
from shopify_app.models import Shop, UploadRow
from shopify_app.shopify import admin, client, fulfilling
from shopify_app.shopify.fulfilling import Line

log = logging.getLogger(__name__)


class Refused(Exception):
    """The rows cannot be done; says why."""


def fulfill(claimed: Claimed, rows: Sequence[UploadRow]) -> None:
    """One fulfillment for these rows. An answer that was lost leaves them `sending`."""
    shop, order_id = claimed.shop, rows[0].order_id or 0
    try:
        if any(row.state == "sending" for row in rows) and _is_there(claimed, rows):
            return
        wanted = _wanted(fulfilling.lines(shop.id, shop.domain, order_id), rows)
        with database.writing() as session:
            hold(session, claimed)
            mark(session, claimed, rows, "sending")
        tell = shop.shopify_tells and not claimed.quiet
        by_number = {row.number_key: Parcel(row.number, row.carrier) for row in rows}
        parcels = [links.for_shopify(shop, parcel) for parcel in by_number.values()]
        told = fulfilling.fulfill(shop.id, shop.domain, order_id, wanted, parcels, tell=tell)
    except (Refused, client.Rejected) as error:
        with database.writing() as session:
            mark(session, claimed, rows, "failed", str(error)[:500])
    else:
        _take_over(claimed, rows, told)


def _is_there(claimed: Claimed, rows: Sequence[UploadRow]) -> bool:
    """Whether the order was fulfilled with these numbers when the answer was lost."""
    told = admin.order(claimed.shop.id, claimed.shop.domain, rows[0].order_id or 0)
    parcels = [p for f in (told.fulfillments if told else ()) if f.live for p in f.parcels]
    there = {row.number_key for row in rows} <= {normalise(parcel.number) for parcel in parcels}
    if told and there:
        _take_over(claimed, rows, told)
    return there


def _wanted(lines: Sequence[Line], rows: Sequence[UploadRow]) -> dict[Line, int]:
    """How many pieces of each line go out; all that are left where the file names no item."""
    if not lines:
        raise Refused("nothing_left")
    if not rows[0].sku:
        return {line: line.remaining for line in lines}
    wanted: dict[Line, int] = {}
    for row in rows:
        names = row.sku.casefold()
        line = next((each for each in lines if names in each.names and each not in wanted), None)
        if line is None:
            raise Refused("unknown_item")
        wanted[line] = row.quantity or line.remaining
        if wanted[line] > line.remaining:
            raise Refused("too_many_pieces")
    return wanted


def _take_over(
    claimed: Claimed, rows: Sequence[UploadRow], told: FulfillmentFacts | OrderFacts
) -> None:
    with database.writing() as session:
        shop = session.get_one(Shop, claimed.shop.id)
        if isinstance(told, OrderFacts):
            orders.record_order(session, shop, told)
        else:
            orders.record_fulfillment(session, shop, told)
        mark(session, claimed, rows, "done")
    log.info("order %d of shop %d was fulfilled by a file", rows[0].order_id, claimed.shop.id)
