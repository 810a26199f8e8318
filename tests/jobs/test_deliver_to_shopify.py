"""A step of a parcel's way is written to Shopify once: looked for first, then created."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopify_app.actions import shops
from shopify_app.jobs import deliver
from shopify_app.models import Outbox
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.stubs import AdminApi
from tests.support import NOON, House

FULFILLMENT = f"gid://shopify/Fulfillment/{payloads.FULFILLMENT}"
AT = "2026-11-23T08:00:00Z"
OURS = {"id": "gid://shopify/FulfillmentEvent/77", "status": "IN_TRANSIT", "happenedAt": AT}
LOOKED, CREATED = "FulfillmentEvents", "FulfillmentEventCreate"


def events(*nodes: payloads.Body) -> payloads.Body:
    return {"fulfillment": {"events": {"nodes": list(nodes)}}}


def created(*errors: str) -> payloads.Body:
    event = None if errors else {"id": OURS["id"]}
    told = [{"field": None, "message": words} for words in errors]
    return {"fulfillmentEventCreate": {"fulfillmentEvent": event, "userErrors": told}}


@pytest.fixture
def moving(house: House, shopify: AdminApi) -> House:
    """A parcel that moves, and a Shopify that has not heard of it."""
    house.record(payloads.fulfilled_order())
    house.track(tracked(NUMBER, step("InTransit_Departure", AT)))
    shopify.answers = {LOOKED: events(), CREATED: created()}
    return house


def row(house: House) -> Outbox:
    [found] = house.outbox("shopify")
    return found


def test_shopify_is_looked_at_first_and_then_told(moving: House, shopify: AdminApi) -> None:
    deliver.run()
    deliver.run()
    event = {"fulfillmentId": FULFILLMENT, "status": "IN_TRANSIT", "happenedAt": AT}
    assert shopify.asked == [(LOOKED, {"id": FULFILLMENT}), (CREATED, {"event": event})]
    assert (row(moving).state, row(moving).remote_id) == ("sent", OURS["id"])


def test_what_shopify_has_already_is_not_created_again(moving: House, shopify: AdminApi) -> None:
    shopify.answers[LOOKED] = events(OURS)
    deliver.run()
    assert shopify.names == [LOOKED]
    assert (row(moving).state, row(moving).remote_id) == ("sent", OURS["id"])


@pytest.mark.parametrize(
    "other",
    [
        {"status": "DELIVERED"},
        {"happenedAt": "2026-11-23T08:00:01Z"},
        {"happenedAt": "2026-11-23T03:00:01-05:00"},
    ],
)
def test_another_event_is_not_taken_for_ours(
    moving: House, shopify: AdminApi, other: payloads.Body
) -> None:
    shopify.answers[LOOKED] = events(OURS | other)
    deliver.run()
    assert shopify.names == [LOOKED, CREATED]


def test_a_write_that_was_interrupted_is_looked_up_and_not_repeated(
    moving: House, shopify: AdminApi
) -> None:
    began = NOON - deliver.STUCK_AFTER - timedelta(seconds=1)
    moving.change(row(moving), state="sending", sending_since=began)
    shopify.answers[LOOKED] = events(OURS)
    deliver.run()
    assert (row(moving).state, shopify.names) == ("sent", [LOOKED])


def test_a_write_under_way_is_left_to_its_sender(moving: House, shopify: AdminApi) -> None:
    moving.change(row(moving), state="sending", sending_since=NOON - deliver.STUCK_AFTER)
    deliver.run()
    assert (row(moving).state, shopify.names) == ("sending", [])


@pytest.mark.parametrize(
    ("answers", "detail"),
    [
        pytest.param({LOOKED: 503}, "shopify_later:Retry", id="down"),
        pytest.param({LOOKED: 401}, "shopify_no_token", id="the token is dead"),
        pytest.param({CREATED: 503}, "shopify_later:Retry", id="down when told"),
    ],
)
def test_a_shopify_that_will_not_now_is_told_later(
    moving: House, shopify: AdminApi, answers: dict[str, int], detail: str
) -> None:
    shopify.answers |= answers
    deliver.run()
    assert (row(moving).state, row(moving).detail) == ("waiting", detail)
    moving.change_shop(token_refused_at=None, access_expires_at=None)
    shopify.answers = {LOOKED: events(), CREATED: created()}
    moving.clock.jump(minutes=15)
    deliver.run()
    assert row(moving).state == "sent"


def test_what_shopify_refuses_is_not_told_again(moving: House, shopify: AdminApi) -> None:
    shopify.answers[CREATED] = created("Fulfillment is cancelled")
    deliver.run()
    moving.clock.jump(days=1)
    deliver.run()
    assert shopify.names == [LOOKED, CREATED]
    assert (row(moving).state, row(moving).detail) == (
        "failed",
        "shopify_refused:Fulfillment is cancelled",
    )


def test_a_fulfillment_that_is_gone_is_no_trouble(moving: House, shopify: AdminApi) -> None:
    shopify.answers = {LOOKED: {"fulfillment": None}, CREATED: created("Fulfillment not found")}
    deliver.run()
    assert row(moving).state == "failed"


def test_a_shop_that_left_in_between_is_not_written_to(moving: House, shopify: AdminApi) -> None:
    with moving.changing() as (session, shop):
        shops.uninstall(session, shop)
    moving.change(row(moving), state="waiting")
    deliver.run()
    assert (row(moving).state, row(moving).detail) == ("suppressed", "uninstalled")
    assert shopify.asked == []
