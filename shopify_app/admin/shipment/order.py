"""One order, with its shipments."""

from __future__ import annotations

from flask import abort, g, render_template
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shopify_app import database
from shopify_app.admin.blueprint import blueprint
from shopify_app.models import Fulfillment, Order


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
