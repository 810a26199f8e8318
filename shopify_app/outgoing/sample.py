"""An order to show a message on: one of the shop's own, or one made up where there is none."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import holding
from shopify_app.models import Fulfillment, Order, Shipment

Pair = tuple[Order, Fulfillment]
CARRIER, NAME, NUMBER = "YunExpress", "#1001", "YT2412345678901234"
SEVERAL = (NUMBER, "GAP 4ZQ/7M")
"""The second one has signs that have to be encoded in a link."""


def recent(session: Session, shop_id: int, most: int = 5) -> list[Order]:
    """The shop's newest orders that have a tracking number."""
    numbered = select(Shipment.id).where(
        Shipment.shop_id == shop_id, Shipment.order_id == Order.id, Shipment.number != ""
    )
    wanted = select(Order).where(
        Order.shop_id == shop_id, Order.placed_at.is_not(None), numbered.exists()
    )
    return list(session.scalars(wanted.order_by(Order.placed_at.desc(), Order.id).limit(most)))


def of(session: Session, shop_id: int, order_id: int | None) -> Pair:
    """The order of this id and its newest fulfillment with a number; the made-up one without."""
    order = holding.find(session, shop_id, order_id) if order_id else None
    numbered = [f for f in order.fulfillments if _numbered(f)] if order else []
    return (order, numbered[-1]) if order and numbered else made_up()


def made_up() -> Pair:
    """An order of nobody's. It belongs to no session and is never kept."""
    now = clock.now()
    order = Order(
        name=NAME,
        placed_at=now - timedelta(days=2),
        customer_name="Kim Rivers",
        first_name="Kim",
        city="Portland",
        province="Oregon",
        country="United States",
        country_code="US",
        locale="",
    )
    shipment = Shipment(number=NUMBER, company=CARRIER, carrier_name="")
    items = [{"title": "Cotton tote", "quantity": 1}]
    return order, Fulfillment(created_at=now, items=items, shipments=[shipment])


def _numbered(fulfillment: Fulfillment) -> bool:
    return any(shipment.number for shipment in fulfillment.live_shipments)
