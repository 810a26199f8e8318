"""What tests of several promises begin with."""

from __future__ import annotations

import pytest

from shopify_app.actions import bulk, uploads
from shopify_app.models import DataRequest
from tests.admin.shop import order_id, ship, tell
from tests.support import NOON, House


@pytest.fixture
def alices(house: House) -> House:
    """Alice has an order, a parcel in trouble, messages that failed and a key."""
    house.notify()
    house.follow()
    ship(house, 1)
    tell(house, 1, "Exception_Lost")
    for row in house.outbox():
        house.change(row, state="failed", ended_at=NOON)
    with house.changing() as (session, shop):
        bulk.begin(session, shop, "retrack", [order_id(1)], ask=True)
        uploads.bring(session, shop, "Maren.csv", "Order,Number\n#1,YT1\n", {"order": 0})
        session.add(DataRequest(shop_id=shop.id, request_id=9, order_ids=[1], asked_at=NOON))
    return house
