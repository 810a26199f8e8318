"""The providers that are asked about parcels: how they fare, what they cost, how fresh it is."""

from __future__ import annotations

from datetime import UTC, datetime, time

from flask import g, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app import database
from shopify_app.actions import accounts, freshness
from shopify_app.admin import formats
from shopify_app.admin.blueprint import blueprint
from shopify_app.models import Order, Shipment, Spending

NEWEST = 50

Line = tuple[Spending, Shipment, Order]


@blueprint.get("/carriers")
def carriers_page() -> str:
    """The accounts that serve this shop, and what was spent on its own parcels."""
    with database.reading() as session:
        context = {
            "accounts": accounts.of(session, g.shop.id),
            "freshness": freshness.of(session, g.shop.id),
            "spent": _spent(session),
            "this_month": _this_month(session),
        }
    return render_template("admin/carriers.html", **context)


def _spent(session: Session) -> list[Line]:
    """The newest numbers of a quota that were spent on this shop's parcels."""
    wanted = (
        select(Spending, Shipment, Order)
        .join(
            Shipment,
            (Shipment.shop_id == Spending.shop_id) & (Shipment.id == Spending.shipment_id),
        )
        .join(Order, (Order.shop_id == Shipment.shop_id) & (Order.id == Shipment.order_id))
        .where(Spending.shop_id == g.shop.id)
        .order_by(Spending.id.desc())
        .limit(NEWEST)
    )
    return [(spending, shipment, order) for spending, shipment, order in session.execute(wanted)]


def _this_month(session: Session) -> int:
    """How many were spent since the month began in the shop's zone."""
    first = formats.today().replace(day=1)
    begin = datetime.combine(first, time(), tzinfo=formats.zone()).astimezone(UTC)
    spent = select(func.count()).select_from(Spending)
    of_month = spent.where(Spending.shop_id == g.shop.id, Spending.at >= begin)
    return session.scalar(of_month) or 0
