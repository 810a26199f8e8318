"""A house for a benchmark: settings of its own, one shop that installed the app, its orders."""

from __future__ import annotations

import secrets
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dev import postgres, valkey
from shopify_app import clock, database
from shopify_app.actions import shops
from shopify_app.domain.facts import ShopFacts, Tokens
from shopify_app.domain.notification import CONFIRMATION, EMAIL
from shopify_app.models import Fulfillment, Order, Outbox, Shipment, Shop
from shopify_app.settings import Settings, load

SHOP = 1
DOMAIN = "bench.myshopify.com"

Figures = dict[str, Any]


def on_both(measure: Callable[[Settings], Figures]) -> Figures:
    """What is measured on SQLite (a file) and on PostgreSQL (the tests' server, whose commits wait
    for no disk), by name, with a Redis for both; printed as soon as it is known.
    """
    found: Figures = {}
    with ExitStack() as servers:
        folder = Path(servers.enter_context(tempfile.TemporaryDirectory(prefix="retrack-bench-")))
        redis_url = valkey.url(servers.enter_context(valkey.running(folder)))
        postgres_url = servers.enter_context(postgres.running())
        for url in (f"sqlite:///{folder}/bench.sqlite", postgres_url):
            name = url.partition(":")[0]
            found[name] = measure(settings(url, redis_url))
            print(name, found[name], flush=True)
    return found


def settings(database_url: str, redis_url: str) -> Settings:
    """Settings with keys of this run alone."""
    return load(environ(database_url, redis_url))


def environ(database_url: str, redis_url: str) -> dict[str, str]:
    """The same, as a process is given them."""
    return {
        "SHOPIFY_API_KEY": "bench",
        "SHOPIFY_API_SECRET": secrets.token_hex(16),
        "APP_URL": "https://retrack.example",
        "SECRET_KEY": secrets.token_hex(16),
        "ENCRYPTION_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "LOG_LEVEL": "WARNING",
    }


def install() -> Shop:
    """The shop, its import done."""
    facts = ShopFacts(SHOP, DOMAIN, "Bench", "owner@bench.example", "UTC", "USD")
    with database.writing() as session:
        shop = shops.install(session, facts, Tokens(access="bench", scopes="read_orders"))
        shop.import_state, shop.catch_up = "done", ""
    return shop


def order(number: int, at: datetime, *, email: str = "", **of_parcel: Any) -> Order:
    """An order of one parcel, placed and fulfilled then; `of_parcel`: what the parcel has more."""
    parcel = f"LP{number:014}"
    of_order = {"shop_id": SHOP, "order_id": number}
    shipment = Shipment(
        **of_order, number=parcel, number_key=parcel, created_at=at, status_since=at, **of_parcel
    )
    times = {"created_at": at, "updated_at": at}
    fulfillment = Fulfillment(
        **of_order, id=number, status="success", shipments=[shipment], **times
    )
    return Order(
        shop_id=SHOP,
        id=number,
        name=f"#{number}",
        email=email,
        placed_at=at,
        updated_at=at,
        fulfillments=[fulfillment],
    )


def install_with_messages(count: int) -> None:
    """The shop, and an order for each shipping confirmation that is due now."""
    install()
    with database.writing() as session:
        shop = session.get_one(Shop, SHOP)
        shop.notify, shop.notify_since = True, clock.now() - timedelta(days=1)
        for number in range(1, count + 1):
            email = f"customer{number}@shop.example"
            session.add(order(number, clock.now(), email=email))
            session.flush()
            session.add(_message(number))


def _message(number: int) -> Outbox:
    return Outbox(
        shop_id=SHOP,
        channel=EMAIL,
        event=CONFIRMATION,
        key=f"{number}:{CONFIRMATION}:{EMAIL}",
        order_id=number,
        fulfillment_id=number,
        created_at=clock.now(),
        due_at=clock.now(),
    )
