"""Of a delivery the body alone is signed: what its headers say has to be borne out by it.

The bodies and signatures here are right; somebody sends them again under another shop's name or
another topic.
"""

from __future__ import annotations

from typing import Any

import pytest

from shopify_app.models import Inbox, Order, Shop
from tests import payloads, rows
from tests.payloads import Body
from tests.stubs import AdminApi
from tests.support import ALICE, BOB, NOON, SHOP_IDS, App
from webhooks.handlers import TOPICS

STATUS_PAGE = f"https://alice.test/{SHOP_IDS[ALICE]}/orders/123456abcd/authenticate?key=abcdefg"
CUSTOMER = {"id": 115310627314723954, "email": "maren.oakdale@example.com", "phone": None}
OF_ALICE = {"shop_id": SHOP_IDS[ALICE], "shop_domain": ALICE}
LATER = "2026-11-23T10:00:00-05:00"

CAPTURED: dict[str, Body] = {
    "orders/updated": payloads.fulfilled_order(order_status_url=STATUS_PAGE),
    "orders/delete": {"id": payloads.ORDER + 77},
    "fulfillments/update": payloads.fulfillment(),
    "fulfillment_events/create": payloads.fulfillment_event("in_transit", LATER),
    "shop/update": payloads.shop(),
    "app/scopes_update": {
        "id": 1,
        "previous": [],
        "current": ["read_orders"],
        "shop_id": f"gid://shopify/Shop/{SHOP_IDS[ALICE]}",
        "updated_at": LATER,
    },
    "bulk_operations/finish": payloads.bulk_finished("gid://shopify/BulkOperation/1"),
    "customers/data_request": OF_ALICE
    | {
        "orders_requested": [payloads.ORDER],
        "customer": CUSTOMER,
        "data_request": {"id": 9999},
    },
    "customers/redact": OF_ALICE | {"customer": CUSTOMER, "orders_to_redact": [payloads.ORDER + 5]},
    "shop/redact": OF_ALICE,
}
"""A body of each kind, all of them Alice's."""
OF_AN_ORDER = {topic for topic in TOPICS if topic.startswith("orders/")} - {"orders/delete"}
OF_A_FULFILLMENT = {"fulfillments/create", "fulfillments/update"}


@pytest.fixture
def held(app: App, shopify: AdminApi) -> App:
    """Both shops hold an order of the same number, and their tokens work."""
    shopify.answers = {"Shop": {"shop": {"id": "gid://shopify/Shop/1"}}}
    for domain in (ALICE, BOB):
        app.house.record(payloads.fulfilled_order(), domain)
    return app


def last(app: App) -> tuple[str, str]:
    row = app.house.rows(Inbox)[-1]
    return row.state, row.note


@pytest.mark.parametrize("kind", CAPTURED)
def test_a_body_sent_again_under_another_topic_changes_nothing(kind: str, held: App) -> None:
    before = kept(held, ALICE)
    for topic in TOPICS:
        if not _are_one_kind(kind, topic):
            held.hear(topic, CAPTURED[kind])
            assert rows.changed(before, kept(held, ALICE)) == set(), (topic, last(held))
    assert held.house.shop().installed


def _are_one_kind(kind: str, topic: str) -> bool:
    """Whether two topics have the same bodies, which say the same by either."""
    same = {kind, topic} <= OF_AN_ORDER or {kind, topic} <= OF_A_FULFILLMENT
    return same or kind == topic


@pytest.mark.parametrize("kind", sorted(set(CAPTURED) - {"orders/delete", "fulfillments/update"}))
def test_a_body_sent_again_under_another_shops_name_changes_nothing_of_that_shop(
    kind: str, held: App
) -> None:
    before = kept(held, BOB)
    held.hear(kind, CAPTURED[kind], BOB)
    assert rows.changed(before, kept(held, BOB)) == set(), last(held)
    assert last(held)[0] in {"ignored", "waiting"}


def test_an_order_of_a_shop_that_nobody_knows_is_believed_by_its_signature(held: App) -> None:
    """A store that changed hands may keep an old address: no order is lost over a guess."""
    page = STATUS_PAGE.replace(str(SHOP_IDS[ALICE]), "77")
    held.hear("orders/create", payloads.order(5, order_status_url=page))
    assert last(held) == ("done", "")
    held.hear("orders/create", payloads.order(6, order_status_url="https://alice.test/other"))
    assert last(held) == ("done", "")


def test_a_deletion_under_another_shops_name_finds_none_of_its_orders(held: App) -> None:
    """Ids are Shopify's, one for all stores: Alice's order is no order of Bob's."""
    held.house.record(payloads.order(4321), ALICE)
    held.hear("orders/delete", {"id": 4321}, BOB)
    alive = {(o.shop_id, o.id) for o in held.house.rows(Order) if o.deleted_at is None}
    both = {(SHOP_IDS[domain], payloads.ORDER) for domain in (ALICE, BOB)}
    assert alive == both | {(SHOP_IDS[ALICE], 4321)}


@pytest.mark.parametrize("kind", ["app/uninstalled", "shop/redact"])
def test_a_shop_cannot_be_cut_off_by_an_old_body_of_its_own(kind: str, held: App) -> None:
    held.hear(kind, payloads.shop() if kind == "app/uninstalled" else OF_ALICE)
    assert last(held)[0] == "ignored"
    assert {shop.domain for shop in held.house.rows(Shop) if shop.installed} == {ALICE, BOB}
    assert held.house.order().deleted_at is None


def kept(app: App, domain: str) -> dict[str, Any]:
    """What is kept of a shop, but for the inbox, and when it was last heard of."""
    app.house.change_shop(domain, last_webhook_at=NOON, reconcile_at=None)
    return {name: found for name, found in rows.of_shop(domain).items() if name != "inbox"}
