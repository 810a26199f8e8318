"""Who is told of a fulfillment: once a channel, ever, and only where the merchant wants it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from shopify_app.actions import shops
from tests import payloads
from tests.payloads import NUMBER
from tests.support import ALICE, BOB, NOON, House

OTHER = "RR123456785CN"
EIGHT_IN_NEW_YORK = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
NO_PHONE = {"phone": None, "shipping_address": payloads.address(phone=None)}
NO_EMAIL = {"email": None, "contact_email": None}


@pytest.fixture
def house(house: House) -> House:
    """The merchant wants customers to be told, since the install."""
    house.notify()
    return house


def told(house: House, domain: str = ALICE) -> list[str]:
    return [row.channel for row in house.outbox(domain=domain)]


def shipped(house: House, at: str, *fulfillments: payloads.Body, **more: object) -> None:
    house.record(payloads.fulfilled_order(*fulfillments, updated_at=at, **more))


def test_a_numbered_fulfillment_is_confirmed_by_email_and_text(
    house: House, woken: Callable[[], set[str]]
) -> None:
    house.record(payloads.fulfilled_order())
    rows = house.outbox()
    assert [(row.channel, row.event, row.state) for row in rows] == [
        ("email", "shipping_confirmation", "waiting"),
        ("sms", "shipping_confirmation", "waiting"),
    ]
    assert {(row.order_id, row.fulfillment_id) for row in rows} == {
        (payloads.ORDER, payloads.FULFILLMENT)
    }
    assert "deliver" in woken()
    assert told(house, BOB) == []


def test_nobody_is_told_twice_whatever_changes(house: House) -> None:
    both, at = [NUMBER, OTHER], "2026-11-23T10:0{}:00Z"
    bare, one, two = (
        payloads.fulfillment(n, updated_at=at.format(1)) for n in (None, NUMBER, both)
    )
    changed = payloads.fulfillment(OTHER, updated_at=at.format(2))
    gone = payloads.fulfillment(None, updated_at=at.format(3))
    back = payloads.fulfillment(NUMBER, updated_at=at.format(4))
    shipped(house, at.format(1), bare)
    assert told(house) == []
    for minute, body in enumerate((one, one, two, changed, gone, back), start=2):
        shipped(house, at.format(minute), body)
    assert told(house) == ["email", "sms"]


def test_each_fulfillment_of_an_order_is_confirmed(house: House) -> None:
    first = payloads.fulfillment()
    second = payloads.fulfillment(OTHER, payloads.FULFILLMENT + 1)
    house.record(payloads.fulfilled_order(first, second))
    assert told(house) == ["email", "sms", "email", "sms"]


@pytest.mark.parametrize(
    ("body", "channels"),
    [
        pytest.param(payloads.fulfilled_order(**NO_PHONE), ["email"], id="no phone"),
        pytest.param(payloads.fulfilled_order(**NO_EMAIL), ["sms"], id="no email"),
        pytest.param(
            payloads.fulfilled_order(**NO_EMAIL, customer=None, shipping_address=None),
            [],
            id="no email, phone or address",
        ),
        pytest.param(
            payloads.fulfilled_order(shipping_address=None, phone="+12125550147"),
            ["email", "sms"],
            id="no address",
        ),
        pytest.param(payloads.fulfilled_order(payloads.fulfillment(None)), [], id="no number"),
        pytest.param(
            payloads.fulfilled_order(cancelled_at=payloads.SHIPPED), [], id="order cancelled"
        ),
        pytest.param(
            payloads.fulfilled_order(payloads.fulfillment(status="cancelled")),
            [],
            id="fulfillment cancelled",
        ),
        pytest.param(
            payloads.fulfilled_order(payloads.fulfillment(created_at="2026-11-17T11:59:59Z")),
            [],
            id="older than 7 days",
        ),
        pytest.param(
            payloads.fulfilled_order(payloads.fulfillment(created_at="2026-11-17T12:00:00Z")),
            ["email", "sms"],
            id="7 days old",
        ),
    ],
)
def test_whom_it_concerns_goes_by_order_and_fulfillment(
    house: House, body: payloads.Body, channels: list[str]
) -> None:
    house.record(body)
    assert told(house) == channels


@pytest.mark.parametrize(
    ("chosen", "channels"),
    [
        pytest.param({"notify": False}, [], id="switched off"),
        pytest.param({"notify_by": "shopify"}, [], id="Shopify tells them"),
        pytest.param({"notify_email": False}, ["sms"], id="no emails"),
        pytest.param({"notify_sms": False}, ["email"], id="no texts"),
        pytest.param({"notify_since": NOON - timedelta(days=1)}, [], id="switched on since"),
        pytest.param({"installed_at": NOON - timedelta(days=1)}, [], id="imported"),
        pytest.param({"uninstalled_at": NOON}, [], id="uninstalled"),
    ],
)
def test_whom_it_concerns_goes_by_the_merchants_choices(
    house: House, chosen: dict[str, object], channels: list[str]
) -> None:
    house.change_shop(**chosen)
    house.record(payloads.fulfilled_order())
    assert told(house) == channels


def test_switching_messages_on_tells_nothing_of_the_past(house: House) -> None:
    house.change_shop(notify=False, notify_since=None)
    house.record(payloads.fulfilled_order())
    chosen = shops.ShopSettings(
        notify=True,
        notify_by="retrack",
        notify_email=True,
        notify_sms=True,
        tracking_url="https://t.17track.net/en#nums=",
        sender_name="",
        mail_from="",
        reply_to="",
        sms_from="",
        write_back=True,
    )
    with house.changing() as (session, shop):
        shops.change_settings(session, shop, chosen)
    at = "2026-11-24T11:59:59Z"
    shipped(house, at, payloads.fulfillment(OTHER, updated_at=at))
    assert told(house) == []
    later = payloads.fulfillment(NUMBER, 2, created_at="2026-11-24T12:00:00Z")
    shipped(house, "2026-11-24T12:00:00Z", later)
    assert told(house) == ["email", "sms"]


def test_an_order_from_before_the_install_is_confirmed_if_shipped_afterwards(house: House) -> None:
    house.record(payloads.fulfilled_order(created_at="2026-10-01T00:00:00Z"))
    assert told(house) == ["email", "sms"]


@pytest.mark.parametrize(
    ("address", "due_at"),
    [
        pytest.param(payloads.address(), EIGHT_IN_NEW_YORK, id="7 o'clock in New York"),
        pytest.param(
            payloads.address(country_code="VN", province_code=None), NOON, id="19 in Vietnam"
        ),
        pytest.param(
            payloads.address(country_code="VN", province_code=None, phone="+12125550147"),
            NOON,
            id="the address counts, not the phone",
        ),
    ],
)
def test_a_text_waits_for_the_customers_morning_and_an_email_does_not(
    house: House, address: payloads.Body, due_at: datetime
) -> None:
    house.record(payloads.fulfilled_order(shipping_address=address))
    assert {row.channel: row.due_at for row in house.outbox()} == {"email": NOON, "sms": due_at}
