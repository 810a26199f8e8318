"""One order with all its parcels."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import payloads
from tests.admin.shop import order_id, place, ship, tell, tracking_number
from tests.pages import read
from tests.support import NOON, App


def test_an_order_shows_all_its_parcels_and_who_gets_them(app: App) -> None:
    numbers = [tracking_number(1), tracking_number(2)]
    ship(app.house, 1, numbers=numbers)
    tell(app.house, numbers[1], "Exception_Lost", place="Chicago")
    page = read(app.visit(f"/orders/{order_id(1)}"))
    assert [a.text for a in page.all("a", class_="number")] == numbers
    assert page.one("h1").text == "#1"
    words = ("Lost on the way", "2 × Linen throw, oat", "New York, New York, United States")
    assert [w for w in (*words, "Has an email address", "Alert") if w not in page.text] == []
    assert "Refund or send again" in page.one("section", id="attention").text
    assert page.one("a", href=f"shopify://admin/orders/{order_id(1)}")["target"] == "_top"
    assert "maren.oakdale@example.com" not in page.text, "how to reach her stays in Shopify"


@pytest.mark.parametrize(
    ("more", "text"),
    [
        pytest.param({}, "As soon as the order is fulfilled", id="unfulfilled"),
        pytest.param(
            {"line_items": [payloads.line(requires_shipping=False)]},
            "Nothing of this order is to be shipped",
            id="digital",
        ),
    ],
)
def test_an_order_without_a_parcel_says_why(more: payloads.Body, text: str, app: App) -> None:
    place(app.house, 1, shipping_address=None, email=None, contact_email=None, **more)
    page = read(app.visit(f"/orders/{order_id(1)}"))
    assert text in page.text
    assert "No address" in page.text
    assert "No email address" in page.text


def test_a_replaced_number_is_listed_no_more(app: App) -> None:
    ship(app.house, 1)
    ship(app.house, 1, numbers=[tracking_number(9)], shipped=NOON - timedelta(hours=2))
    page = read(app.visit(f"/orders/{order_id(1)}"))
    assert [a.text for a in page.all("a", class_="number")] == [tracking_number(9)]


def test_an_order_that_is_not_there_is_a_page_that_says_so(app: App) -> None:
    app.hear("fulfillments/create", payloads.fulfillment(order_id=order_id(5)))
    for path in (order_id(1), order_id(5), 2**63, 10**40):
        assert "This page is not here" in read(app.visit(f"/orders/{path}"), 404).text
