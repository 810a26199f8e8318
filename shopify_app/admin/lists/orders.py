"""Orders: the tracking number beside each order; and one order with its parcels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import abort, g, render_template
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shopify_app import database
from shopify_app.admin import links
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.lists import common, filters
from shopify_app.admin.lists.filters import Filters
from shopify_app.models import Fulfillment, Order


@blueprint.get("/orders")
def order_list_page() -> str:
    """Every order there is, whatever is to be shipped of it; the newest first."""
    chosen = chosen_filters(links.address())
    only = Filters(tracked=False)
    with database.reading() as session:
        tabs = {
            "unfulfilled": replace(only, statuses=("unfulfilled",)),
            "unnumbered": replace(only, unnumbered=True),
        }
        context = common.context(session, chosen) | {
            "tab_counts": {name: common.tab_count(session, tab) for name, tab in tabs.items()},
        }
    return render_template("admin/orders.html", **context)


def chosen_filters(address: Mapping[str, str]) -> Filters:
    """The filters in a page's address."""
    return filters.read(address, tracked=False)


@blueprint.get("/orders/<int:order_id>")
def order_page(order_id: int) -> str:
    """One order with all its parcels."""
    parcels = selectinload(Order.fulfillments).selectinload(Fulfillment.shipments)
    wanted = select(Order).where(Order.shop_id == g.shop.id, Order.id == order_id)
    with database.reading() as session:
        order = session.scalar(wanted.options(parcels, selectinload(Order.shipments)))
    if order is None or order.placed_at is None:
        abort(404)
    return render_template("admin/order.html", order=order)
