"""A shop of a million orders, written straight into its tables: a thousand days, equal in size."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, cast

from sqlalchemy import Table

from bench.house import SHOP
from shopify_app import database
from shopify_app.domain.attention import OrderState, attention
from shopify_app.domain.status import REASONS, TERMINAL, Status
from shopify_app.models import Base, Facet, Fulfillment, Order, Shipment, draft, writing

DAYS = 1_000
AT_A_TIME = 20_000
CARRIERS = {"YunExpress": 40, "Cainiao": 30, "Yanwen": 15, "4PX": 10, "USPS": 4, "Yodel": 1}
COUNTRIES = {"US": 45, "DE": 20, "GB": 15, "FR": 10, "VN": 9, "NO": 1}
TAGS = {"": 90, "gift": 8, "wholesale": 1.9, "vip": 0.1}
MIX: dict[int, dict[str, float]] = {
    2: {"unfulfilled": 70, "pending": 30},
    7: {"unfulfilled": 20, "pending": 30, "in_transit": 50},
    20: {"unfulfilled": 1, "pending": 3, "in_transit": 60, "pick_up": 5, "delivered": 28,
         "undelivered": 1.5, "alert": 1, "not_recognized": 0.5},
    DAYS: {"unfulfilled": 0.5, "in_transit": 4.5, "delivered": 91, "returned": 1.5,
           "undelivered": 0.5, "alert": 0.5, "expired": 1, "not_recognized": 0.5},
}  # fmt: skip
"""Of orders up to so many days old, how many of 100 are where."""
MODELS: tuple[type[Base], ...] = (Order, Fulfillment, Shipment, Facet)


def fill(rows: int, now: datetime) -> None:
    """Write `rows` orders with their parcels. The indexes are made afterwards."""
    connection = database.engine().connect()
    with connection, connection.begin():
        tables = [cast(Table, model.__table__) for model in MODELS]
        indexes = [index for table in tables for index in table.indexes]
        for index in indexes:
            index.drop(connection)
        orders = _orders(rows, now)
        while some := list(islice(orders, AT_A_TIME)):
            for model, made in zip(MODELS, zip(*some, strict=True), strict=True):
                new = draft.of(model)
                writing.write(connection, model, [new(**row) for part in made for row in part])
        for index in indexes:
            index.create(connection)
    with database.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as after:
        if after.dialect.name == "postgresql":
            after.exec_driver_sql("VACUUM ANALYZE")  # as autovacuum does
            after.exec_driver_sql(_GO_ON_COUNTING)


_GO_ON_COUNTING = (
    "SELECT setval(pg_get_serial_sequence('shipments', 'id'), greatest(max(id), 1)) FROM shipments"
)
"""The ids of the parcels were given here, of which PostgreSQL's own counter knows nothing."""

Row = dict[str, Any]


def _orders(rows: int, now: datetime) -> Iterator[tuple[list[Row], ...]]:
    """The rows of each table that make up one order."""
    chance = random.Random(1)
    for number in range(1, rows + 1):
        age = timedelta(days=DAYS * (rows - number + chance.random()) / rows)
        yield _order(chance, number, now - age, age)


def _order(
    chance: random.Random, number: int, placed: datetime, age: timedelta
) -> tuple[list[Row], ...]:
    status = Status(_one(chance, next(mix for days, mix in MIX.items() if age.days < days)))
    shipped = placed + min(timedelta(days=2), age / 2)
    since = shipped + (age / 2 if age.days < 30 else timedelta(days=12 + chance.random()))
    parcels = [] if status is Status.UNFULFILLED else [(status, since)]
    due = attention(OrderState(placed, True, True, not parcels, parcels))
    carrier, country, tag = _one(chance, CARRIERS), _one(chance, COUNTRIES), _one(chance, TAGS)
    own = {"shop_id": SHOP, "order_id": number}
    order = {
        "shop_id": SHOP, "id": number, "name": f"#{number}", "placed_at": placed,
        "updated_at": placed, "customer_name": f"Customer {number}", "country_code": country,
        "city": "Springfield", "total": "48.00", "currency": "USD", "status": status,
        "email_hash": f"{number:064x}",
        "status_since": since if parcels else placed, "unfulfilled": not parcels,
        "fulfillment_status": "fulfilled" if parcels else "unfulfilled",
        "fulfilled_at": shipped if parcels else None,
        "open_since": None if status in TERMINAL else since,
        "silent_since": since if parcels and status not in TERMINAL else None,
        "attention_from": due.since, "late_from": due.late_from,
        "problem_from": due.problem_from, "unfulfilled_from": due.unfulfilled_from,
    }  # fmt: skip
    words = {"country": country, "carrier": carrier if parcels else "", "tag": tag}
    facets = [own | {"kind": kind, "value": value, "placed_at": placed}
              for kind, value in words.items() if value]  # fmt: skip
    if not parcels:
        return [order], [], [], facets
    fulfillment = own | {"id": number, "created_at": shipped, "updated_at": shipped,
                         "status": "success"}  # fmt: skip
    named = f"YT{number:016}" if chance.random() > 0.01 else ""
    shipment = own | {
        "id": number, "fulfillment_id": number, "number": named, "number_key": named,
        "created_at": shipped, "carrier_name": carrier, "status": status, "status_since": since,
        "reason": chance.choice(REASONS[status]) if status in REASONS else "",
        "last_event_at": since, "last_code": "InTransit_Other", "last_place": "Shenzhen, CN",
    }  # fmt: skip
    return [order], [fulfillment], [shipment], facets


def _one(chance: random.Random, shares: dict[str, Any]) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]
