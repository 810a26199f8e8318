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
from bench.chaos.house import POSTGRESQL, SQLITE, House
from bench.chaos.load import Load
from bench.chaos.promises import Found, always, soon
from sandbox.carriers import CARRIERS
from shopify_app import clock, database
from shopify_app.models import CarrierAccount, Shipment
from shopify_app.tenants import across_shops

ORDERS, SECONDS = 20, 6.0


def flushed(house: House, dice: random.Random) -> Iterator[Found]:
    """Redis forgets everything, again and again."""
    load = Load(house, dice, "flushed", ORDERS, SECONDS)
    flushes = 0

    def meanwhile() -> None:
        nonlocal flushes
        load.work()
        flushes += bool(house.redis.flushall())

    house.wait(lambda: load.over, judge.PATIENCE, meanwhile)
    seconds = judge.drain(house)
    trial = f"Redis flushed {flushes} times"
    yield from always(house, trial, load)
    yield soon(trial, seconds)


def hung(house: House, dice: random.Random) -> Iterator[Found]:
    """A carrier takes calls and never answers."""
    trial = "a carrier hangs"
    house.control("/providers/17track", mode="hang", hang_seconds=600)
    number = CARRIERS["dhl"].make(dice)
    order = house.control("/orders", email="other@customers.example", phone=None, country="DE")
    house.control(f"/orders/{order['id']}/fulfill", number=number, company="DHL Express")
    house.control(f"/parcels/{number}/advance")
    load = Load(house, dice, "hung", ORDERS, SECONDS)
    house.wait(lambda: load.over, judge.PATIENCE, load.work)
    yield soon(f"{trial}: webhooks and mails meanwhile", judge.drain(house))
    seconds = house.wait(lambda: _news(number), judge.PATIENCE)
    yield soon(f"{trial}: parcels of another carrier", seconds)
    house.wait(_given_up, judge.PATIENCE)
    house.control("/providers/17track", mode="ok")
    house.jump(16 * 60)  # after which a carrier that did not answer is asked again
    seconds = house.wait(lambda: not judge.astray(house, load.orders), judge.PATIENCE)
    judge.drain(house)
    yield soon(f"{trial}: its own parcels, once it answers", seconds)
    yield from always(house, trial, load)


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


def locked(house: House, dice: random.Random) -> Iterator[Found]:
    """Somebody holds the database's lock for longer than a webhook waits."""
    hold = _sqlite_locked if house.kind == SQLITE else _postgresql_locked
    with hold(house):
        outcomes, load = _deliver_meanwhile(house, dice, "locked")
    yield from _refused(house, "the database is locked", outcomes, load)


@contextmanager
def _sqlite_locked(house: House) -> Iterator[None]:
    path = house.folder / "retrack.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def _postgresql_locked(house: House) -> Iterator[None]:
    with psycopg.connect(house.env["DATABASE_URL"]) as connection:
        connection.execute("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


def full(house: House, dice: random.Random) -> Iterator[Found]:
    """The database cannot write. A disk of PostgreSQL's own is not to be had on every machine."""
    if house.kind == POSTGRESQL and not house.disk:
        return
    with _postgresql_full(house.disk) if house.disk else _sqlite_full(house):
        outcomes, load = _deliver_meanwhile(house, dice, "full")
    yield from _refused(house, "the disk is full", outcomes, load)


@contextmanager
def _sqlite_full(house: House) -> Iterator[None]:
    """No process of the product can write a byte into a file; SQLite alone writes that way."""
    _limit_files(house, 1)
    yield
    _limit_files(house, resource.RLIM_INFINITY)


@contextmanager
def _postgresql_full(place: Path) -> Iterator[None]:
    """No block is free on its disk."""
    disk.fill(place)
    yield
    disk.empty(place)


def _limit_files(house: House, size: int) -> None:
    for part in ("web", "worker"):
        for pid in house.parts.family(part):
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _deliver_meanwhile(house: House, dice: random.Random, prefix: str) -> tuple[Counter[str], Load]:
    """What is answered to the webhooks of a few orders; each is delivered at least once."""
    after = house.last_post()
    load = Load(house, dice, prefix, 5, 1.0)
    until = time.monotonic() + 8
    house.wait(lambda: load.over and time.monotonic() > until, judge.PATIENCE, load.work)
    tried = [attempt["outcome"] for post in house.posts(after) for attempt in post["attempts"]]
    return Counter(str(outcome) for outcome in tried), load


def _refused(house: House, trial: str, outcomes: Counter[str], load: Load) -> Iterator[Found]:
    seen = ", ".join(f"{outcome}: {count}" for outcome, count in sorted(outcomes.items()))
    kept = set(outcomes) == {"503"}
    yield Found(trial, "a webhook is answered 503, never 200", seen, kept)
    seconds = judge.drain(house)
    yield soon(trial, seconds)
    yield from always(house, trial, load)
