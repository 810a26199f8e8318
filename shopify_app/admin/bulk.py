"""Retrack for many orders of the Tracking page at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from flask import abort, g, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shopify_app import clock, database
from shopify_app.actions import by_hand, orders
from shopify_app.admin import links, tracking
from shopify_app.admin.asking import MOST
from shopify_app.admin.blueprint import blueprint
from shopify_app.domain.status import TERMINAL
from shopify_app.models import Order, Shipment, Shop

AT_A_TIME = 50
"""Orders in one transaction, so that others can write in between."""


@blueprint.post("/tracking/retrack")
def retrack_many() -> Response:
    """Retrack the chosen orders, or (`all=1`) those that the filters leave, up to MOST.

    What was set by hand is passed by, and so is what has arrived, or what the merchant did not want
    to spend a number on: for a parcel alone Retrack does more.
    """
    with database.reading() as session:
        order_ids = _matching(session) if request.form.get("all") else _chosen(session)
    since = clock.now()
    counted: Counter[str] = Counter()
    for begin in range(0, len(order_ids), AT_A_TIME):
        counted += _retrack(order_ids[begin : begin + AT_A_TIME])
    return redirect(links.at("/tracking", since=int(since.timestamp()), **counted), 303)


def _matching(session: Session) -> list[int]:
    filters = tracking.chosen_filters(request.args)
    in_order = tracking.order(filters).by(backwards=False)
    wanted = select(Order.id).where(*filters.where(g.shop)).order_by(*in_order)
    return sorted(session.scalars(wanted.limit(MOST)))


def _chosen(session: Session) -> list[int]:
    """The ids that were sent, in the order in which their rows are locked."""
    ids = {int(each) for each in request.form.getlist("order") if each.isdecimal()}
    possible = {each for each in ids if each < 2**63}
    wanted = select(Order.id).where(Order.shop_id == g.shop.id, Order.id.in_(possible))
    if len(found := sorted(session.scalars(wanted))) < len(ids):
        abort(404)
    return found[:MOST]


def _retrack(order_ids: Iterable[int]) -> Counter[str]:
    """How many parcels are `asked` about, `pinned`, at their `ended`, and `unasked` for a cause."""
    counted: Counter[str] = Counter()
    with database.writing() as session:
        shop = session.get_one(Shop, g.shop.id)
        for order_id in order_ids:
            order = orders.hold(session, shop.id, order_id)
            for shipment in [s for f in order.fulfillments for s in f.live_shipments]:
                counted[_retrack_one(session, shop, shipment)] += 1
    return counted


def _retrack_one(session: Session, shop: Shop, shipment: Shipment) -> str:
    if shipment.pinned:
        return "pinned"
    if shipment.status in TERMINAL:
        return "ended"
    if shipment.followed_at is None and shipment.look_at is None and shipment.account_id:
        return "unasked"  # nobody was to follow it: that would take one of the quota
    by_hand.retrack(session, shop, shipment)
    return "asked" if shipment.asked_at else "unasked"
