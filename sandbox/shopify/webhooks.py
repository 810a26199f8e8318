"""Webhooks: signed bodies on their way to the app, with the headers that Shopify sends."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid

from sandbox.database import Json
from sandbox.shopify import protected, stores
from sandbox.world import World

API_VERSION = "2026-10"
PATH = "/webhooks"
SCOPES = {
    "orders": "read_orders",
    "fulfillments": "read_fulfillments",
    "fulfillment_events": "read_fulfillments",
}
"""The scope without which an app hears nothing of a group of topics."""
COMPLIANCE = ("customers/data_request", "customers/redact", "shop/redact")


def new_event() -> str:
    """An id that all webhooks of one thing that happened share."""
    return str(uuid.uuid4())


def fire(
    world: World, store: Json, topic: str, body: Json, event_id: str, delay: float = 0.0
) -> None:
    """Send a webhook, if the app is installed in the store and allowed to hear of the topic.

    The body is frozen here: retries carry the same bytes and the same X-Shopify-Webhook-Id.
    `delay` is in seconds of the sandbox's clock.
    """
    if not (_hears(world, store, topic) or topic in COMPLIANCE):
        return
    told = protected.redacted(topic, body, stores.withheld(store))
    raw = json.dumps(told, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": sign(raw, world.config.api_secret),
        "X-Shopify-Shop-Domain": store["domain"],
        "X-Shopify-API-Version": API_VERSION,
        "X-Shopify-Webhook-Id": str(uuid.uuid4()),
        "X-Shopify-Event-Id": event_id,
        "X-Shopify-Triggered-At": world.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%f000Z"),
    }
    url = world.config.app_url + PATH
    world.postman.post("shopify", topic, store["domain"], url, headers, raw, delay)


def sign(raw: bytes, secret: str) -> str:
    """The value of X-Shopify-Hmac-Sha256: base64 of the HMAC-SHA256 of the raw bytes."""
    return base64.b64encode(hmac.digest(secret.encode(), raw, hashlib.sha256)).decode()


def _hears(world: World, store: Json, topic: str) -> bool:
    scope = SCOPES.get(topic.split("/")[0])
    return bool(store["installed"]) and (scope is None or scope in stores.scopes(world, store))
