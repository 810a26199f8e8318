"""What tests of the application share: a wired process, a clock to move, two shops and a stranger.

A test asks for `app` (or for `house`, without the web; tests/wired.py has them), and runs on SQLite
and on PostgreSQL. The shops are Alice's and Bob's, both installed; Mallory's has never installed
the app.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from flask.testing import FlaskClient
from sqlalchemy import event, inspect, select, update
from sqlalchemy.orm import Session, undefer
from werkzeug.test import TestResponse

from shopify_app import database
from shopify_app.actions import accounts, importing, orders, shipments, shops
from shopify_app.carriers import registry
from shopify_app.domain.facts import ShopFacts, Tokens
from shopify_app.jobs import choosing, process_inbox
from shopify_app.models import CarrierAccount, Order, Outbox, Shipment, Shop
from shopify_app.settings import DEFAULT_SCOPES, Settings
from shopify_app.tenants import across_shops
from tests import payloads
from webhooks.handlers import rest

API_KEY, API_SECRET = "the-client-id", "the-client-secret-of-the-app-0123456789"
ENVIRONMENT = {
    "SHOPIFY_API_KEY": API_KEY,
    "SHOPIFY_API_SECRET": API_SECRET,
    "APP_URL": "https://retrack.test",
    "SECRET_KEY": "a-secret-of-our-own-0123456789abcdef",
    "ENCRYPTION_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "SEVENTEENTRACK_URL": "https://17track.test/v2.4",
    "SMTP_URL": "smtp://mail.test:2525",
    "MAIL_FROM": "orders@retrack.test",
    "TWILIO_URL": "https://twilio.test",
    "TWILIO_ACCOUNT_SID": "AC123",
    "TWILIO_AUTH_TOKEN": "twilio-token",
    "TWILIO_FROM": "+15550100142",
}
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""The moment at which every test begins."""
ALICE, BOB, MALLORY = "alice.myshopify.com", "bob.myshopify.com", "mallory.myshopify.com"
SHOP_IDS = {ALICE: 548380009, BOB: 548380010, MALLORY: 548380011}
INSTALLED = NOON - timedelta(days=30)
KEY = "0123456789ABCDEF"
"""The key that the shops have at 17TRACK once a test says `follow()`."""


@dataclass
class TestClock:
    """A clock that stands still until a test moves it."""

    __test__ = False  # its name is not that of a test

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def jump(self, **by: float) -> None:
        """Go on by days=, hours=, seconds= ..."""
        self.now += timedelta(**by)


@dataclass
class House:
    """The wired process, and short ways to what tests look at."""

    settings: Settings
    clock: TestClock
    deliveries: int = field(default=0)

    def shop(self, domain: str = ALICE) -> Shop:
        with database.reading() as session:
            return session.scalars(select(Shop).where(Shop.domain == domain)).one()

    def account(self, domain: str = ALICE, provider: str = "17track") -> CarrierAccount:
        """The account that serves the shop at this provider."""
        with database.reading() as session:
            return _account(session, domain, provider)

    def change_shop(self, domain: str = ALICE, **values: object) -> None:
        with self.changing(domain) as (_, shop):
            for name, value in values.items():
                setattr(shop, name, value)

    def notify(self, domain: str = ALICE) -> None:
        """The merchant switched messages on when they installed the app."""
        self.change_shop(domain, notify=True, notify_since=INSTALLED)

    def follow(self, domain: str = ALICE, key: str | None = None) -> None:
        """The merchant gave a key for 17TRACK, or (empty) took it away."""
        key = KEY + domain[0].upper() if key is None else key
        with self.changing(domain) as (session, shop):
            accounts.use_key(session, shop, "17track", key)

    def choose(self) -> None:
        """Let every account be checked, and each shipment that waits be given to one."""
        with database.writing() as session:
            session.execute(update(CarrierAccount).values(checked_at=self.clock.now))
        choosing.choose()

    def record(self, body: payloads.Body, domain: str = ALICE) -> None:
        """Let the shop have this order, as if it had come by webhook."""
        with self.changing(domain) as (session, shop):
            orders.record_order(session, shop, rest.order(body))

    def track(self, item: payloads.Body, domain: str = ALICE) -> None:
        """Let 17TRACK, asked just now, tell `item` of the shop's shipment of that number."""
        [found] = [s.id for s in self.shipments(domain) if s.number == item["number"]]
        [snapshot] = registry.provider("17track", KEY).parse_push(payloads.push(item))
        with self.changing(domain) as (session, shop):
            shipment = shipments.held(session, shop.id, found)
            assert shipment
            shipments.take_snapshot(session, shop, shipment, snapshot, self.clock.now)

    def change(self, row: Any, **values: object) -> None:
        """Change a shop's row of any table behind everybody's back."""
        model = type(row)
        with database.writing() as session:
            found = update(model).where(model.shop_id == row.shop_id, model.id == row.id)
            session.execute(found.values(values))

    @contextmanager
    def changing(self, domain: str = ALICE) -> Iterator[tuple[Session, Shop]]:
        """A transaction, and the shop in it."""
        with database.writing() as session:
            yield session, session.scalars(select(Shop).where(Shop.domain == domain)).one()

    @contextmanager
    def changing_account(
        self, domain: str = ALICE, provider: str = "17track"
    ) -> Iterator[tuple[Session, CarrierAccount]]:
        """A transaction, and in it the account that serves the shop at this provider."""
        with database.writing() as session:
            yield session, _account(session, domain, provider)

    def order(self, order_id: int = payloads.ORDER, domain: str = ALICE) -> Order:
        with database.reading() as session:
            found = select(Order).where(Order.shop_id == SHOP_IDS[domain], Order.id == order_id)
            return session.scalars(found).one()

    def shipments(self, domain: str = ALICE) -> list[Shipment]:
        """The shop's live shipments, in the order they came to be."""
        with database.reading() as session:
            wanted = (
                select(Shipment)
                .where(Shipment.shop_id == SHOP_IDS[domain], Shipment.removed_at.is_(None))
                .order_by(Shipment.id)
            )
            return list(session.scalars(wanted))

    def outbox(self, channel: str = "", domain: str = ALICE) -> list[Outbox]:
        with database.reading() as session:
            wanted = select(Outbox).where(Outbox.shop_id == SHOP_IDS[domain]).order_by(Outbox.id)
            rows = list(session.scalars(wanted))
        return [row for row in rows if not channel or row.channel == channel]

    def rows(self, model: type[Any]) -> list[Any]:
        """Every row of a table, whosever it is, by its key."""
        by_key = select(model).options(undefer("*")).order_by(*inspect(model).primary_key)
        with database.reading() as session:
            return list(session.scalars(across_shops(by_key)))


@dataclass
class App:
    """The web application as a browser, a carrier or Shopify meets it."""

    house: House
    client: FlaskClient

    def webhook(
        self, topic: str, body: dict[str, Any] | bytes, domain: str = ALICE, **headers: str
    ) -> TestResponse:
        """Deliver a webhook, signed; `headers` replace Shopify's own by name (`_` for `-`)."""
        raw = body if isinstance(body, bytes) else payloads.raw(body)
        self.house.deliveries += 1
        sent = payloads.webhook_headers(topic, raw, domain, API_SECRET, self.house.deliveries)
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post("/webhooks", data=raw, headers=sent)

    def hear(self, topic: str, body: dict[str, Any] | bytes, domain: str = ALICE) -> None:
        """Deliver a webhook and apply it."""
        assert self.webhook(topic, body, domain).status_code == 200
        process_inbox.run()

    def visit(self, path: str, domain: str = ALICE, **more: Any) -> TestResponse:
        """Fetch a page as App Bridge does, with a fresh token of this shop."""
        return self._fetch("GET", path, domain, **more)

    def submit(self, path: str, form: dict[str, str], domain: str = ALICE) -> TestResponse:
        """Send a form as htmx and App Bridge do."""
        return self._fetch("POST", path, domain, data=form)

    def _fetch(self, method: str, path: str, domain: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {id_token(self.house.clock.now, domain)}"}
        headers |= more.pop("headers", {})
        return self.client.open(path, method=method, headers=headers, **more)


def _account(session: Session, domain: str, provider: str) -> CarrierAccount:
    [found] = [a for a in accounts.of(session, SHOP_IDS[domain]) if a.provider == provider]
    return found


def id_token(now: datetime, domain: str = ALICE, **claims: Any) -> str:
    """An id token as App Bridge gives it; `claims` replace or (None) leave out its own."""
    at = int(now.timestamp())
    told = {
        "iss": f"https://{domain}/admin",
        "dest": f"https://{domain}",
        "aud": API_KEY,
        "sub": "42",
        "exp": at + 60,
        "nbf": at,
        "iat": at,
        "jti": "f8912129-1af6-4cad-9ca3-76b0f7621087",
        "sid": "aaea182f2732d44c23057c0fea584021a4485b2bd25d3eb7fd349313ad24c685",
    } | claims
    kept = {name: value for name, value in told.items() if value is not None}
    return jwt.encode(kept, API_SECRET, algorithm="HS256")


def install(domain: str, when: datetime = INSTALLED) -> None:
    """Put the app onto a store, its import done."""
    facts = ShopFacts(
        id=SHOP_IDS[domain],
        domain=domain,
        name=domain.split(".")[0].title(),
        email=f"owner@{domain.split('.')[0]}.test",
        timezone="America/New_York",
        currency="USD",
        locale="en",
        address="18 Ropewalk Yard, Portland, ME",
        storefront=f"{domain.split('.')[0]}.test",
    )
    tokens = Tokens(access=f"shpat_{domain}", scopes=DEFAULT_SCOPES)
    with database.writing() as session:
        shop = shops.install(session, facts, tokens)
        shop.installed_at, shop.import_since = when, when - importing.REACH
        shop.import_state, shop.token_due_at = "done", None


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database within the block."""
    asked: list[str] = []

    def keep(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(database.engine(), "before_cursor_execute", keep)
    try:
        yield asked
    finally:
        event.remove(database.engine(), "before_cursor_execute", keep)
