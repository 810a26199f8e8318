"""A house for a benchmark: settings of its own, and one shop that installed the app."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode

from shopify_app import database
from shopify_app.actions import shops
from shopify_app.domain.facts import ShopFacts, Tokens
from shopify_app.models import Shop
from shopify_app.settings import Settings, load

SHOP = 1
DOMAIN = "bench.myshopify.com"


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
