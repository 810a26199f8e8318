"""A push is given to every shop that holds the number with the pushing account, and to no other."""

from __future__ import annotations

import pytest

from shopify_app import database
from shopify_app.actions import accounts, shops
from shopify_app.jobs import process_inbox
from shopify_app.models import CarrierAccount, Inbox, Shop
from tests import payloads
from tests.support import ALICE, BOB, KEY, NOON, SHOP_IDS, App

DELIVERED = payloads.tracked(
    payloads.NUMBER, payloads.step("Delivered_Other", "2026-11-24T09:30:00Z", "Delivered")
)


@pytest.fixture
def two_shops(app: App) -> App:
    """Alice and Bob ship under the same number, both followed with the installation's key."""
    with database.writing() as session:
        accounts.keep_installation_accounts(session, {"17track": KEY})
    for domain in (ALICE, BOB):
        app.hear("orders/create", payloads.fulfilled_order(), domain)
    app.house.choose()
    return app


def push(app: App, raw: bytes, key: str = KEY, domain: str = ALICE) -> tuple[str, str]:
    """Push to the account of this shop, apply it, and return how its row ended."""
    path = f"/webhooks/carriers/17track/{app.house.account(domain).id}"
    headers = {"sign": payloads.sign_push(raw, key)}
    assert app.client.post(path, data=raw, headers=headers).status_code == 200
    process_inbox.run()
    row = app.house.rows(Inbox)[-1]
    return row.state, row.note


def statuses(app: App) -> dict[str, str]:
    return {domain: app.house.shipments(domain)[0].status for domain in (ALICE, BOB)}


def test_a_push_is_given_to_every_shop_that_holds_the_number(two_shops: App) -> None:
    assert push(two_shops, payloads.push(DELIVERED)) == ("done", "")
    assert statuses(two_shops) == {ALICE: "delivered", BOB: "delivered"}
    [account] = two_shops.house.rows(CarrierAccount)
    assert account.pushed_at == NOON


def test_a_push_to_one_shops_own_account_is_not_given_to_another(two_shops: App) -> None:
    two_shops.house.follow(BOB)
    two_shops.house.choose()
    push(two_shops, payloads.push(DELIVERED), f"{KEY}B", BOB)
    assert statuses(two_shops) == {ALICE: "pending", BOB: "delivered"}


def test_a_number_is_found_however_it_is_written(two_shops: App) -> None:
    spelled = DELIVERED | {"number": "yt-2412 3456 7890 1234"}
    push(two_shops, payloads.push(spelled))
    assert statuses(two_shops)[ALICE] == "delivered"


def test_shops_that_have_the_same_key_are_all_told(two_shops: App) -> None:
    """17TRACK knows one push address for a key, whichever of the accounts that have it."""
    for domain in (ALICE, BOB):
        two_shops.house.follow(domain, key="shared")
    two_shops.house.choose()
    push(two_shops, payloads.push(DELIVERED), "shared", BOB)
    assert statuses(two_shops) == {ALICE: "delivered", BOB: "delivered"}


def test_a_provider_that_stops_to_look_is_asked_no_more_until_somebody_wants_it(
    two_shops: App,
) -> None:
    stop = {"number": payloads.NUMBER, "carrier": 190008}
    assert push(two_shops, payloads.push(stop, "TRACKING_STOPPED")) == ("done", "")
    for domain in (ALICE, BOB):
        [shipment] = two_shops.house.shipments(domain)
        assert (shipment.status, shipment.stopped, shipment.look_at) == ("pending", "once", None)


def test_who_pressed_retrack_is_answered_although_it_stopped(two_shops: App) -> None:
    [shipment] = two_shops.house.shipments()
    asked_at = two_shops.house.clock.now
    two_shops.house.change(shipment, asked_at=asked_at, look_at=asked_at)
    stop = {"number": payloads.NUMBER, "carrier": 190008}
    push(two_shops, payloads.push(stop, "TRACKING_STOPPED"))
    [shipment] = two_shops.house.shipments()
    assert (shipment.stopped, shipment.look_at) == ("once", asked_at)


NOTHING = "it tells nothing of a parcel's way"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        pytest.param(
            payloads.push(DELIVERED | {"number": "YT0000000000000000"}),
            "nobody follows this number",
            id="unknown number",
        ),
        pytest.param(payloads.push(DELIVERED, "SOMETHING_NEW"), NOTHING, id="unknown event"),
    ],
)
def test_a_push_that_tells_nothing_is_ignored(two_shops: App, raw: bytes, why: str) -> None:
    assert push(two_shops, raw) == ("ignored", why)
    assert statuses(two_shops) == {ALICE: "pending", BOB: "pending"}


@pytest.mark.parametrize("raw", [b"\xff", b"[]", b'{"event": "TRACKING_UPDATED"}'])
def test_a_push_that_is_none_is_tried_again_and_not_believed(two_shops: App, raw: bytes) -> None:
    state, _ = push(two_shops, raw)
    assert state == "waiting"
    assert statuses(two_shops) == {ALICE: "pending", BOB: "pending"}


def test_a_number_that_was_replaced_is_followed_no_more(two_shops: App) -> None:
    other = payloads.fulfillment("YT9900000000000001", updated_at="2026-11-23T10:00:00Z")
    two_shops.hear("fulfillments/update", other, ALICE)
    push(two_shops, payloads.push(DELIVERED))
    assert statuses(two_shops) == {ALICE: "pending", BOB: "delivered"}


def test_a_push_does_not_make_us_look_again_for_a_shop_that_left(two_shops: App) -> None:
    with database.writing() as session:
        shops.uninstall(session, session.get_one(Shop, SHOP_IDS[ALICE]))
    moving = payloads.step("InTransit_Other", "2026-11-24T09:30:00Z")
    push(two_shops, payloads.push(payloads.tracked(payloads.NUMBER, moving)))
    assert two_shops.house.shipments(ALICE)[0].look_at is None
    assert two_shops.house.shipments(BOB)[0].look_at is not None
