"""Something the product needs is away: Redis' memory, a carrier, the disk, the database's lock."""

from __future__ import annotations

import random
import resource
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
from sqlalchemy import func, select

from bench.chaos import disk, judge
from bench.chaos.product import POSTGRESQL, SQLITE, Product
from bench.chaos.promises import Found, always, soon
from bench.chaos.traffic import Traffic
from sandbox.carriers import CARRIERS
from shopify_app import clock, database
from shopify_app.models import CarrierAccount, Shipment
from shopify_app.tenants import across_shops

ORDERS, SECONDS = 20, 6.0


def flushed(product: Product, dice: random.Random) -> Iterator[Found]:
    """Redis forgets everything, again and again."""
    traffic = Traffic(product, dice, "flushed", ORDERS, SECONDS)
    flushes = 0

    def meanwhile() -> None:
        nonlocal flushes
        traffic.work()
        flushes += bool(product.redis.flushall())

    product.wait(lambda: traffic.over, judge.PATIENCE, meanwhile)
    seconds = judge.drain(product)
    trial = f"Redis flushed {flushes} times"
    yield from always(product, trial, traffic)
    yield soon(trial, seconds)


def hung(product: Product, dice: random.Random) -> Iterator[Found]:
    """A carrier takes calls and never answers."""
    trial = "a carrier hangs"
    product.control("/providers/17track", mode="hang", hang_seconds=600)
    number = CARRIERS["dhl"].make(dice)
    order = product.control("/orders", email="other@customers.example", phone=None, country="DE")
    product.control(f"/orders/{order['id']}/fulfill", number=number, company="DHL Express")
    product.control(f"/parcels/{number}/advance")
    traffic = Traffic(product, dice, "hung", ORDERS, SECONDS)
    product.wait(lambda: traffic.over, judge.PATIENCE, traffic.work)
    yield soon(f"{trial}: webhooks and mails meanwhile", judge.drain(product))
    seconds = product.wait(lambda: _news(number), judge.PATIENCE)
    yield soon(f"{trial}: parcels of another carrier", seconds)
    product.wait(_given_up, judge.PATIENCE)
    product.control("/providers/17track", mode="ok")
    product.jump(16 * 60)  # after which a carrier that did not answer is asked again
    seconds = product.wait(lambda: not judge.astray(product, traffic.orders), judge.PATIENCE)
    judge.drain(product)
    yield soon(f"{trial}: its own parcels, once it answers", seconds)
    yield from always(product, trial, traffic)


def _given_up() -> bool:
    """Whether the call that hangs has come to its end, and the next one waits."""
    waits = across_shops(select(func.count()).where(CarrierAccount.paused_until > clock.now()))
    with database.reading() as session:
        return bool(session.scalar(waits))


def _news(number: str) -> str | None:
    """The last that a carrier told of a parcel."""
    wanted = across_shops(select(Shipment.last_text).where(Shipment.number == number))
    with database.reading() as session:
        return session.scalar(wanted)


def locked(product: Product, dice: random.Random) -> Iterator[Found]:
    """Somebody holds the database's lock for longer than a webhook waits."""
    hold = _sqlite_locked if product.kind == SQLITE else _postgresql_locked
    with hold(product):
        outcomes, traffic = _deliver_meanwhile(product, dice, "locked")
    yield from _refused(product, "the database is locked", outcomes, traffic)


@contextmanager
def _sqlite_locked(product: Product) -> Iterator[None]:
    path = product.folder / "retrack.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def _postgresql_locked(product: Product) -> Iterator[None]:
    with psycopg.connect(product.env["DATABASE_URL"]) as connection:
        connection.execute("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


def full(product: Product, dice: random.Random) -> Iterator[Found]:
    """The database cannot write. A disk of PostgreSQL's own is not to be had on every machine."""
    if product.kind == POSTGRESQL and not product.disk:
        return
    with _postgresql_full(product.disk) if product.disk else _sqlite_full(product):
        outcomes, traffic = _deliver_meanwhile(product, dice, "full")
    yield from _refused(product, "the disk is full", outcomes, traffic)


@contextmanager
def _sqlite_full(product: Product) -> Iterator[None]:
    """No process of the product can write a byte into a file; SQLite alone writes that way."""
    _limit_files(product, 1)
    yield
    _limit_files(product, resource.RLIM_INFINITY)


@contextmanager
def _postgresql_full(place: Path) -> Iterator[None]:
    """No block is free on its disk, nor in the inbox, where applied bodies leave some."""
    lone = {"isolation_level": "AUTOCOMMIT"}
    with database.engine().connect().execution_options(**lone) as connection:
        connection.exec_driver_sql("VACUUM FULL inbox")
    disk.fill(place)
    yield
    disk.empty(place)


def _limit_files(product: Product, size: int) -> None:
    for part in ("web", "worker"):
        for pid in product.parts.family(part):
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _deliver_meanwhile(
    product: Product, dice: random.Random, prefix: str
) -> tuple[Counter[str], Traffic]:
    """What is answered to the webhooks of a few orders; each is delivered at least once."""
    after = product.last_post()
    traffic = Traffic(product, dice, prefix, 5, 1.0)
    until = time.monotonic() + 8
    product.wait(lambda: traffic.over and time.monotonic() > until, judge.PATIENCE, traffic.work)
    tried = [attempt["outcome"] for post in product.posts(after) for attempt in post["attempts"]]
    return Counter(str(outcome) for outcome in tried), traffic


def _refused(
    product: Product, trial: str, outcomes: Counter[str], traffic: Traffic
) -> Iterator[Found]:
    seen = ", ".join(f"{outcome}: {count}" for outcome, count in sorted(outcomes.items()))
    kept = set(outcomes) == {"503"}
    yield Found(trial, "a webhook is answered 503, never 200", seen, kept)
    seconds = judge.drain(product)
    yield soon(trial, seconds)
    yield from always(product, trial, traffic)
