"""Orders: the tracking number beside each order."""

from __future__ import annotations

from datetime import timedelta

from tests import payloads
from tests.admin.shop import (
    DAY,
    listed,
    order_id,
    place,
    ship,
    shipment,
    tell,
    tracking_number,
)
from tests.pages import Element, read
from tests.support import BOB, NOON, App

LONG = "LX0123456789012345678901234567CN"


def ship_half(app: App) -> None:
    """Of an order of two lines one was shipped and is there."""
    sent = payloads.line(fulfillable_quantity=0, fulfillment_status="fulfilled")
    kept = payloads.line(id=2, quantity=1, fulfillable_quantity=1)
    ship(app.house, 1, fulfillment_status="partial", line_items=[sent, kept])
    tell(app.house, 1, "Delivered_Other")


def test_what_is_left_of_a_partly_fulfilled_order_is_said_wherever_it_stands(app: App) -> None:
    ship_half(app)
    for path in ("/orders", "/tracking", f"/orders/{order_id(1)}"):
        page = read(app.visit(path))
        assert "Delivered" in page.text, path
        assert "1 item still to fulfill" in page.text, path
    assert "Fulfill the rest" in read(app.visit("/tracking")).text


def row(app: App, name: str) -> Element:
    page = read(app.visit("/orders"))
    rows = {each.one("a", class_="name").text: each for each in page.all("tr")[1:]}
    return rows[name]


def test_every_order_stands_there_newest_first_whatever_is_to_be_shipped(app: App) -> None:
    place(app.house, 1, NOON - 300 * DAY)
    place(app.house, 2, cancelled_at=NOON.isoformat())
    place(app.house, 3, NOON, line_items=[payloads.line(requires_shipping=False)])
    place(app.house, 4, domain=BOB)
    app.hear("fulfillments/create", payloads.fulfillment(order_id=order_id(5)))
    assert listed(read(app.visit("/orders"))) == ["#3", "#2", "#1"], "a placeholder is no order yet"
    assert "Cancelled" in row(app, "#2").text


def test_the_number_stands_beside_its_order_and_opens_the_shipment(app: App) -> None:
    ship(app.house, 1)
    tell(app.house, 1, "OutForDelivery_Other")
    found = row(app, "#1")
    number = found.one("a", class_="number")
    assert (number.text, number["href"]) == (
        tracking_number(1),
        f"/shipments/{shipment(app.house, 1).id}",
    )
    words = ("Nov 22, 7:00 AM", "Maren Oakdale", "New York, US", "$48.00", "Fulfilled", "Pick up")
    assert [word for word in (*words, "YunExpress", "for 1 hour") if word not in found.text] == []


def test_of_many_parcels_two_are_shown_and_the_others_counted(app: App) -> None:
    numbers = [tracking_number(n) for n in range(1, 5)]
    ship(app.house, 1, numbers=numbers[:3])
    ship(app.house, 2, numbers=numbers)
    assert [a.text for a in row(app, "#1").all("a", class_="number")] == numbers[:2]
    assert "1 more parcel" in row(app, "#1").text
    assert "2 more parcels" in row(app, "#2").text


def test_a_long_number_is_cut_in_the_middle_and_whole_where_one_points(app: App) -> None:
    ship(app.house, 1, numbers=[LONG])
    number = row(app, "#1").one("a", class_="number")
    assert number.text == "LX0123456789…567CN"
    assert number.one("span")["title"] == LONG


def test_an_order_without_a_number_says_so(app: App) -> None:
    place(app.house, 1, shipping_address=None, customer=None)
    ship(app.house, 2, numbers=[])
    assert "No number yet" in row(app, "#1").text
    assert "No name" in row(app, "#1").text
    link = row(app, "#2").one("a", href=f"/shipments/{shipment(app.house, 2).id}")
    assert link.text == "No number"


def test_an_order_that_requires_attention_is_marked(app: App) -> None:
    place(app.house, 1, NOON - 7 * DAY)
    place(app.house, 2, NOON - 7 * DAY + timedelta(seconds=1))
    assert row(app, "#1").has("span", class_="attention")
    assert "not fulfilled for 7 days" in row(app, "#1").text
    assert not row(app, "#2").has("span", class_="attention")


def test_orders_are_found_by_name_number_or_email_of_this_shop_alone(app: App) -> None:
    ship(app.house, 1)
    ship(app.house, 2, email="other@example.com")
    ship(app.house, 3, domain=BOB, email="other@example.com")
    for q, found in {
        "#2": ["#2"],
        "YT00000": ["#2", "#1"],
        tracking_number(3): [],
        "other@example.com": ["#2"],
        "maren": [],
    }.items():
        assert sorted(listed(read(app.visit("/orders", query_string={"q": q})))) == sorted(found), q
    page = read(app.visit("/orders", query_string={"q": '<b>"nobody"</b>'}))
    assert "No order matches" in page.text
    assert page.one("input", id="search")["value"] == '<b>"nobody"</b>'


def test_a_shop_without_orders_is_told_that_they_come_by_themselves(app: App) -> None:
    assert "Orders come in by themselves" in read(app.visit("/orders")).text
