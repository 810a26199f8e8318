"""Where Shopify withholds who the customers are, Home says so once, and nothing breaks."""

from __future__ import annotations

from typing import Any

from tests import payloads
from tests.admin.shop import order_id, ship
from tests.pages import read
from tests.support import App

NO_EMAIL = {"email": None, "contact_email": None}


def sold(app: App, count: int, **more: Any) -> None:
    for number in range(count):
        ship(app.house, number + 1, **more)


def test_missing_addresses_are_said_once_and_nobody_is_written_to(app: App) -> None:
    app.house.notify()
    app.house.change_shop(notify_sms=False)
    hidden = payloads.address(name=None, first_name=None, last_name=None, phone=None)
    sold(app, 3, **NO_EMAIL, shipping_address=hidden, customer={"id": 7})
    page = read(app.visit("/"))
    assert "your customers' names and email addresses" in page.one(id="withheld").text
    assert app.house.outbox("email") == []
    for path in ("/orders", "/tracking", f"/orders/{order_id(1)}"):
        answer = app.visit(path)
        assert answer.status_code == 200
        assert "None" not in read(answer).text


def test_one_customer_without_an_address_is_no_sign_of_it(app: App) -> None:
    sold(app, 3)
    ship(app.house, 9, **NO_EMAIL)
    assert not read(app.visit("/")).has(id="withheld")
