"""Webhooks are signed, ordered by what happens, tried again and given up as Shopify does."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest

from sandbox.postman import RULES
from tests.sandbox.support import DOMAIN, KEYS, App, Client
from tests.waiting import eventually

HEADERS = {
    "X-Shopify-Topic", "X-Shopify-Hmac-Sha256", "X-Shopify-Shop-Domain", "X-Shopify-API-Version",
    "X-Shopify-Webhook-Id", "X-Shopify-Event-Id", "X-Shopify-Triggered-At",
}  # fmt: skip


def delivered(client: Client) -> bool:
    return all(d["state"] == "delivered" for d in client.look("webhooks")["deliveries"])


def test_nothing_is_told_before_the_app_is_installed(client: Client, app: App) -> None:
    client.control("orders")
    assert client.look("webhooks") == {"deliveries": []}


def test_a_webhook_carries_its_signature_and_headers(client: Client, app: App) -> None:
    client.install()
    client.control("orders", customer="Ada Byron", country="VN")
    eventually(lambda: app.heard)
    (heard,) = app.heard
    assert heard.path == "/webhooks"
    assert set(heard.headers) >= HEADERS
    digest = hmac.digest(KEYS.api_secret.encode(), heard.body, "sha256")
    assert heard.headers["X-Shopify-Hmac-Sha256"] == base64.b64encode(digest).decode()
    assert heard.headers["X-Shopify-Shop-Domain"] == DOMAIN
    order = json.loads(heard.body)
    assert order["id"] > 2**53
    assert order["shipping_address"]["name"] == "Ada Byron"
    assert order["created_at"].endswith(("-05:00", "-04:00"))


def test_a_fulfillment_tells_what_shopify_tells(client: Client, app: App) -> None:
    client.install()
    items = [{"title": "Mug", "price": "18.50"}, {"title": "Lamp", "price": "40"}]
    name = client.control("orders", items=items)["name"][1:]
    client.control(f"orders/{name}/fulfill", items=[{"title": "Mug"}], numbers=["RR123456785CN"])
    client.control(f"orders/{name}/fulfill", numbers=["RR123456785CN", "YT2600112233445566"])
    eventually(lambda: len(app.heard) == 7)
    assert sorted(app.topics()) == [
        "fulfillments/create", "fulfillments/create", "orders/create", "orders/fulfilled",
        "orders/partially_fulfilled", "orders/updated", "orders/updated",
    ]  # fmt: skip


def test_what_happened_at_once_shares_an_event_id(client: Client, app: App) -> None:
    client.install()
    name = client.control("orders")["name"][1:]
    client.control(f"orders/{name}/cancel")
    eventually(lambda: len(app.heard) == 3)
    told = {each.headers["X-Shopify-Topic"]: each.headers for each in app.heard}
    cancelled, updated = told["orders/cancelled"], told["orders/updated"]
    assert cancelled["X-Shopify-Event-Id"] == updated["X-Shopify-Event-Id"]
    assert cancelled["X-Shopify-Webhook-Id"] != updated["X-Shopify-Webhook-Id"]


def test_a_deleted_order_is_told_by_its_id_alone(client: Client, app: App) -> None:
    client.install()
    order = client.control("orders")
    client.control(f"orders/{order['name'][1:]}/delete")
    eventually(lambda: "orders/delete" in app.topics())
    body = next(h.body for h in app.heard if h.headers["X-Shopify-Topic"] == "orders/delete")
    assert json.loads(body) == {"id": int(order["id"])}


def test_a_failed_webhook_comes_again_with_the_same_id_and_body(client: Client, app: App) -> None:
    client.install()
    app.status = 503
    client.control("orders")
    eventually(lambda: app.heard and client.look("webhooks?state=waiting")["deliveries"])
    app.status = 200
    client.control("clock", jump="2m")
    eventually(lambda: delivered(client))
    first, second = app.heard
    assert first.body == second.body
    assert first.headers["X-Shopify-Webhook-Id"] == second.headers["X-Shopify-Webhook-Id"]


def test_it_is_given_up_after_eight_retries_in_four_hours(client: Client, app: App) -> None:
    client.install()
    app.status = 302
    client.control("orders")

    def failed() -> Any:
        client.control("clock", jump="30m")
        return client.look("webhooks?state=failed")["deliveries"]

    eventually(failed)
    (delivery,) = client.look("webhooks")["deliveries"]
    assert [each["outcome"] for each in delivery["attempts"]] == [302] * 9


def test_an_answer_after_five_seconds_counts_as_none(
    client: Client, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = RULES["shopify"]
    assert (rules.connect, rules.total) == (1, 5)
    monkeypatch.setitem(RULES, "shopify", replace(rules, total=0.3))
    client.install()
    app.wait = 2
    client.control("orders")
    eventually(lambda: client.look("webhooks")["deliveries"][0]["attempts"])
    (attempt,) = client.look("webhooks")["deliveries"][0]["attempts"]
    assert attempt["outcome"] == "timeout"


def test_webhooks_can_be_lost_and_repeated(client: Client, app: App) -> None:
    client.install()
    client.control("webhooks/faults", drop=1)
    client.control("orders")
    client.control("webhooks/faults", drop=0, repeat=2)
    client.control("orders")
    eventually(lambda: len(app.heard) == 3)
    assert len({each.headers["X-Shopify-Webhook-Id"] for each in app.heard}) == 1


def test_an_uninstall_is_told_and_the_shop_redacted_two_days_later(
    client: Client, app: App
) -> None:
    client.install()
    client.control("app/uninstall")
    eventually(lambda: app.topics() == ["app/uninstalled"])
    client.control("clock", jump="49h")
    eventually(lambda: app.topics() == ["app/uninstalled", "shop/redact"])
