"""Webhooks of a busy store: the sandbox's own order bodies, one after another, signed."""

from __future__ import annotations

import base64
import hmac
import json
import re
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

from bench.house import DOMAIN, SHOP
from sandbox import world
from sandbox.config import Config
from sandbox.moments import stamp
from sandbox.seed.goods import PRODUCTS
from sandbox.shopify import stores
from sandbox.shopify.fulfillment_actions import add_fulfillment, set_tracking
from sandbox.shopify.new_order import address, document
from sandbox.shopify.payloads.order import order

TOPIC = "orders/updated"
LINES = {False: 7, True: 4}
"""Of an order that is shipped or not: its body then has 12 to 15 KB, as those of real stores."""
NUMBER, FIRST_NAME = "YT2400000000000000", "#1001"
APART = 1_000
"""Between the ids of two orders."""
AGAIN = 10
"""Of ten deliveries one comes twice."""


def bodies(count: int, begin: int = 0) -> Iterator[bytes]:
    """Bodies of so many orders, each with ids of its own; every second one is shipped."""
    templates = [_template(shipped=False), _template(shipped=True)]
    for number in range(begin, begin + count):
        yield _numbered(templates[number % 2], number)


def deliveries(count: int, secret: str) -> Iterator[tuple[bytes, dict[str, str]]]:
    """Body and headers of so many deliveries. One of ten is the one before it, come again."""
    fresh = bodies(count)
    number = 0
    while some := list(islice(fresh, AGAIN - 1)):
        for body in some:
            number += 1
            last = body, headers(body, secret, number)
            yield last
        yield last


def headers(body: bytes, secret: str, number: int) -> dict[str, str]:
    """What Shopify sends with this body, in its own spelling."""
    signature = hmac.digest(secret.encode(), body, "sha256")
    return {
        "Content-Type": "application/json",
        "X-Shopify-Topic": TOPIC,
        "X-Shopify-Hmac-Sha256": base64.b64encode(signature).decode(),
        "X-Shopify-Shop-Domain": DOMAIN,
        "X-Shopify-API-Version": "2026-10",
        "X-Shopify-Webhook-Id": f"b54557e4-bdd9-4b37-8a5f-{number:012}",
        "X-Shopify-Event-Id": f"98880550-7158-44d4-b7cd-{number:012}",
    }


def _template(*, shipped: bool) -> str:
    """The body of one order of the sandbox."""
    with tempfile.TemporaryDirectory(prefix="retrack-bench-") as folder:
        here = world.create(Config(data=Path(folder) / "sandbox.sqlite"))
        store = stores.create(here, DOMAIN, "Bench")
        placed = here.clock.now() - timedelta(days=2)
        doc = document(here, store, _facts(LINES[shipped]), stamp(placed))
        if shipped:
            one = add_fulfillment(here, doc, None, stamp(placed + timedelta(days=1)))
            set_tracking(one, [NUMBER], "YunExpress")
        body = json.dumps(
            order(store | {"id": SHOP}, doc), ensure_ascii=False, separators=(",", ":")
        )
        here.database.close()
    return body


def _facts(lines: int) -> dict[str, object]:
    to = address(
        "Maren", "Oakdale", "12 Talbot Street", "New York", "New York", "NY", "10001",
        "United States", "US", "+12125550147",
    )  # fmt: skip
    items = [
        {"title": each.title, "sku": each.sku, "price": each.price, "grams": each.grams}
        | {"variant_title": each.variants[0] if each.variants else None}
        for each in PRODUCTS[:lines]
    ]
    return {
        "items": items,
        "shipping_address": to,
        "customer": {"first_name": "Maren", "last_name": "Oakdale"},
        "email": "maren.oakdale@example.com",
        "tags": ["gift"],
    }


_ID = re.compile(r"(?<=[:/])\d{13,18}(?=[,\"}])")


def _numbered(template: str, number: int) -> bytes:
    """The body with its ids, its name and its tracking number moved on."""
    moved = _ID.sub(lambda found: str(int(found[0]) + number * APART), template)
    moved = moved.replace(NUMBER, f"YT{2400000000000000 + number}")
    return moved.replace(FIRST_NAME, f"#{1001 + number}").encode()
