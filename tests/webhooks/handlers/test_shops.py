"""What the shop's own webhooks change, and what they have to prove first."""

from __future__ import annotations

import pytest

from shopify_app.jobs import process_inbox
from shopify_app.models import Inbox
from tests import payloads
from tests.stubs import AdminApi
from tests.support import ALICE, BOB, SHOP_IDS, App

ALIVE = {
    "shop": {
        "id": "gid://shopify/Shop/548380009",
        "name": "Alice",
        "email": "owner@alice.test",
        "myshopifyDomain": ALICE,
        "ianaTimezone": "America/New_York",
        "currencyCode": "USD",
        "primaryDomain": {"host": "alice.test"},
        "shopAddress": {"formatted": []},
    }
}


def ended(app: App) -> list[tuple[str, str]]:
    return [(row.state, row.note) for row in app.house.rows(Inbox)]


def test_a_store_that_changed_is_described_anew(app: App) -> None:
    moved = payloads.shop(
        name="Alice & Co", email="new@alice.test", iana_timezone="Asia/Ho_Chi_Minh", currency="VND"
    )
    app.hear("shop/update", moved)
    shop = app.house.shop()
    assert (shop.name, shop.email) == ("Alice & Co", "new@alice.test")
    assert (shop.timezone, shop.currency) == ("Asia/Ho_Chi_Minh", "VND")
    assert shop.address == "18 Ropewalk Yard, Portland, 04101, United States"


def test_what_shopify_leaves_out_stays(app: App) -> None:
    told = ("name", "email", "domain", "myshopify_domain")
    more = ("iana_timezone", "currency", "primary_locale")
    bare = payloads.shop(**dict.fromkeys((*told, *more)))
    app.hear("shop/update", bare)
    shop = app.house.shop()
    assert (shop.domain, shop.timezone, shop.currency) == (ALICE, "America/New_York", "USD")
    assert (shop.locale, shop.storefront) == ("en", "alice.test")
    assert (shop.name, shop.email) == ("Alice", "owner@alice.test")


@pytest.mark.parametrize("topic", ["shop/update", "app/uninstalled"])
def test_a_body_about_another_shop_changes_neither(app: App, shopify: AdminApi, topic: str) -> None:
    """Only the body is signed: Bob's, sent again under Alice's name, is no word about Alice."""
    app.hear(topic, payloads.shop(SHOP_IDS[BOB], BOB, name="Bob"))
    assert ended(app) == [("ignored", "the body is about another shop")]
    assert (app.house.shop().name, app.house.shop(BOB).name) == ("Alice", "Bob")
    assert app.house.shop().installed
    assert app.house.shop(BOB).installed


def test_an_uninstall_is_believed_when_the_token_is_refused(app: App, shopify: AdminApi) -> None:
    app.hear("app/uninstalled", payloads.shop())
    assert not app.house.shop().installed
    assert app.house.shop().access_token == ""
    assert ended(app) == [("done", "")]
    assert app.house.shop(BOB).installed


def test_an_uninstall_is_not_believed_while_the_token_works(app: App, shopify: AdminApi) -> None:
    shopify.answers["Shop"] = ALIVE
    app.hear("app/uninstalled", payloads.shop())
    assert app.house.shop().installed
    assert ended(app) == [("ignored", "the shop's token still works")]


def test_an_uninstall_is_asked_about_again_while_shopify_is_down(
    app: App, shopify: AdminApi
) -> None:
    shopify.answers["Shop"] = 503
    app.hear("app/uninstalled", payloads.shop())
    assert app.house.shop().installed
    assert ended(app)[0][0] == "waiting"
    shopify.answers["Shop"] = 401
    app.house.clock.jump(minutes=1)
    process_inbox.run()
    assert not app.house.shop().installed


def test_a_second_uninstall_of_a_shop_that_left_waits_and_ends(app: App, shopify: AdminApi) -> None:
    app.hear("app/uninstalled", payloads.shop())
    left_at = app.house.shop().uninstalled_at
    app.hear("app/uninstalled", payloads.shop())
    app.house.clock.jump(days=1, minutes=1)
    process_inbox.run()
    assert [state for state, _ in ended(app)] == ["done", "ignored"]
    assert app.house.shop().uninstalled_at == left_at
