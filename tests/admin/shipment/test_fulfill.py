"""Fulfilling from here: all of an order or some pieces, once, and what Shopify says of it."""

from __future__ import annotations

from typing import Any

import pytest

from shopify_app.models import Fulfilling, Order
from shopify_app.shopify import client, tokens
from tests import nodes, payloads
from tests.pages import Element, read
from tests.stubs import AdminApi
from tests.support import BOB, MALLORY, App

PATH = f"/orders/{payloads.ORDER}/fulfill"
DONE = {"fulfillmentCreate": {"fulfillment": nodes.fulfillment(), "userErrors": []}}


@pytest.fixture
def open_(app: App, shopify: AdminApi) -> App:
    """Alice's order has two lines, of two pieces and of one, to be fulfilled."""
    app.house.record(payloads.order())
    shopify.answers |= {"Fulfillable": nodes.fulfillable(2, 1), "Fulfill": DONE}
    return app


def form(app: App) -> dict[str, str]:
    page = read(app.visit(PATH))
    return {field["name"]: field["value"] for field in page.all("input", name=True)}


def sent(api: AdminApi) -> list[dict[str, Any]]:
    return [variables["fulfillment"] for name, variables in api.asked if name == "Fulfill"]


def problem(answer: Any) -> Element:
    return read(answer, answer.status_code).one("section", id="not-fulfilled")


def test_what_is_left_goes_out_with_its_numbers(open_: App, shopify: AdminApi) -> None:
    filled = form(open_) | {"numbers": "YT2412345678901234, RR123456785CN", "company": "Yanwen"}
    answer = open_.submit(PATH, filled)
    assert answer.headers["Location"] == f"/orders/{payloads.ORDER}?done=fulfilled"
    [asked] = sent(shopify)
    assert asked == {
        "lineItemsByFulfillmentOrder": [
            {
                "fulfillmentOrderId": "gid://shopify/FulfillmentOrder/77",
                "fulfillmentOrderLineItems": [
                    {"id": "gid://shopify/FulfillmentOrderLineItem/1", "quantity": 2},
                    {"id": "gid://shopify/FulfillmentOrderLineItem/2", "quantity": 1},
                ],
            }
        ],
        "notifyCustomer": False,
        "trackingInfo": {"numbers": ["YT2412345678901234", "RR123456785CN"], "company": "Yanwen"},
    }
    assert [row.state for row in open_.house.rows(Fulfilling)] == ["done"]
    assert open_.house.shipments(), "the parcel is there before its webhook"


@pytest.mark.parametrize("word", ["FULFILLED", "PARTIALLY_FULFILLED"])
def test_the_order_is_as_shopify_says_before_its_webhook(
    word: str, open_: App, shopify: AdminApi
) -> None:
    made = nodes.fulfillment(order={"displayFulfillmentStatus": word})
    shopify.answers["Fulfill"] = {"fulfillmentCreate": {"fulfillment": made, "userErrors": []}}
    open_.submit(PATH, form(open_))
    [order] = open_.house.rows(Order)
    assert (order.fulfillment_status, order.unfulfilled) == (word.lower(), word != "FULFILLED")
    assert (order.fulfilled_at is None) == order.unfulfilled


def test_some_pieces_may_stay_behind(open_: App, shopify: AdminApi) -> None:
    open_.submit(PATH, form(open_) | {"quantity-1": "1", "quantity-2": "0"})
    [asked] = sent(shopify)
    [part] = asked["lineItemsByFulfillmentOrder"]
    assert [row["quantity"] for row in part["fulfillmentOrderLineItems"]] == [1]
    assert asked["trackingInfo"] == {"numbers": [], "company": None}


def test_the_same_form_sent_twice_fulfills_once(open_: App, shopify: AdminApi) -> None:
    filled = form(open_)
    for _ in range(2):
        assert open_.submit(PATH, filled).status_code == 303
    assert len(sent(shopify)) == 1


@pytest.mark.parametrize(("notify_by", "told"), [("shopify", True), ("retrack", False)])
def test_shopify_tells_the_customer_if_the_merchant_chose_so(
    open_: App, shopify: AdminApi, notify_by: str, told: bool
) -> None:
    open_.house.change_shop(notify=True, notify_by=notify_by)
    open_.submit(PATH, form(open_))
    assert [asked["notifyCustomer"] for asked in sent(shopify)] == [told]


def test_shopifys_first_mail_can_have_the_merchants_links(open_: App, shopify: AdminApi) -> None:
    open_.house.change_shop(write_links=True, tracking_url="https://parcels.test/{number}/")
    open_.submit(PATH, form(open_) | {"numbers": "YT2412345678901234, RR123456785CN"})
    [asked] = sent(shopify)
    assert asked["trackingInfo"]["urls"] == [
        "https://parcels.test/YT2412345678901234/",
        "https://parcels.test/RR123456785CN/",
    ]


@pytest.mark.parametrize("quantity", ["3", "-1", "x", "1.5", "²", "9" * 5000])
def test_more_than_is_left_is_refused_beside_its_field(
    open_: App, shopify: AdminApi, quantity: str
) -> None:
    answer = open_.submit(PATH, form(open_) | {"quantity-1": quantity, "numbers": "YT1"})
    assert answer.status_code == 422
    page = read(answer, 422)
    assert "A number from 0 to 2." in page.one("p", id="quantity-1-remark").text
    assert page.one("textarea", id="numbers").text.strip() == "YT1", "what was typed is kept"
    assert sent(shopify) == []


def test_nothing_chosen_is_nothing_done(open_: App, shopify: AdminApi) -> None:
    answer = open_.submit(PATH, form(open_) | {"quantity-1": "0", "quantity-2": "0"})
    assert "Choose at least one piece." in problem(answer).text
    assert sent(shopify) == []


def test_what_shopify_refuses_is_said_in_its_words(open_: App, shopify: AdminApi) -> None:
    error = {"field": ["fulfillment"], "message": "The fulfillment order is on hold."}
    shopify.answers["Fulfill"] = {"fulfillmentCreate": {"fulfillment": None, "userErrors": [error]}}
    answer = open_.submit(PATH, form(open_))
    assert "The fulfillment order is on hold." in problem(answer).text
    assert [row.state for row in open_.house.rows(Fulfilling)] == ["refused"]


def test_a_scope_that_was_not_granted_is_said_to_be_missing(open_: App, shopify: AdminApi) -> None:
    shopify.answers["Fulfill"] = {"fulfillmentCreate": None}
    answer = open_.submit(PATH, form(open_))
    assert "does not let Retrack fulfill orders" in problem(answer).text


def test_when_shopify_is_away_nobody_is_told_that_it_was_done(
    open_: App, shopify: AdminApi
) -> None:
    filled = form(open_)
    shopify.answers["Fulfill"] = 500
    answer = open_.submit(PATH, filled)
    assert answer.status_code == 503
    assert "See there whether it was fulfilled" in problem(answer).text
    assert [row.state for row in open_.house.rows(Fulfilling)] == ["sending"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (client.Retry("away"), "Shopify does not answer just now"),
        (tokens.NoToken("refused"), "Access to the store had ended"),
    ],
)
def test_what_was_never_sent_is_said_to_be_so_with_a_way_out(
    error: client.ShopifyError,
    said: str,
    open_: App,
    shopify: AdminApi,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filled = form(open_)

    def fails(*_args: object) -> None:
        raise error

    monkeypatch.setattr("shopify_app.shopify.fulfilling.lines", fails)
    for answer in (open_.visit(PATH), open_.submit(PATH, filled)):
        trouble = problem(answer)
        assert said in trouble.text
        assert "nothing was sent" in trouble.text
        assert trouble.one("a", class_="btn")["href"] == PATH
    assert sent(shopify) == []


def test_nothing_left_is_said(open_: App, shopify: AdminApi) -> None:
    shopify.answers["Fulfillable"] = nodes.fulfillable(2, status="CLOSED")
    assert "Nothing is left to fulfill" in read(open_.visit(PATH)).text


def test_an_order_of_another_shop_is_not_here(open_: App, shopify: AdminApi) -> None:
    filled = form(open_)
    assert open_.visit(PATH, BOB).status_code == 404
    assert open_.submit(PATH, filled, BOB).status_code == 404
    assert open_.submit(PATH, filled, MALLORY).status_code != 303
    assert sent(shopify) == []


def test_a_line_that_the_form_did_not_show_stays_behind(open_: App, shopify: AdminApi) -> None:
    filled = form(open_)
    shopify.answers["Fulfillable"] = nodes.fulfillable(2, 1, 5)
    open_.submit(PATH, filled)
    [asked] = sent(shopify)
    [part] = asked["lineItemsByFulfillmentOrder"]
    assert [row["quantity"] for row in part["fulfillmentOrderLineItems"]] == [2, 1]
