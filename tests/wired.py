"""The application as tests ask for it: wired, with two shops in an empty database.

What is costly and the same for every test of a database is made once: the engine with the
statements that it compiled, the web pages with their templates, the rows of the shops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select

from shopify_app import bootstrap, clock, database, queue
from shopify_app.models import Base, Shop
from shopify_app.settings import Settings, load
from tests.support import ALICE, BOB, ENVIRONMENT, App, House, TestClock, install

SHOPS: Table = Base.metadata.tables[Shop.__tablename__]


@pytest.fixture
def test_clock() -> Iterator[TestClock]:
    ours = TestClock()
    clock.use(ours)
    yield ours
    clock.use(None)


@pytest.fixture
def settings(database_url: str, redis_url: str) -> Settings:
    return load(ENVIRONMENT | {"DATABASE_URL": database_url, "REDIS_URL": redis_url})


@pytest.fixture
def house(
    settings: Settings, test_clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """The application wired to an empty database, with Alice's and Bob's shops in it."""
    monkeypatch.setattr(queue, "SHIFT_SECONDS", 60)  # a busy machine ends no shift
    _with_its_engine(bootstrap.wire, settings)
    _move_in()
    queue.redis().flushdb()
    yield House(settings, test_clock)
    _with_its_engine(database.configure, settings.database_url)  # a test may have turned to another
    _empty()


@pytest.fixture
def app(house: House) -> App:
    """The same, with its web pages."""
    return App(house, _web(house.settings).test_client())


@cache
def _web(settings: Settings) -> bootstrap.App:
    made = bootstrap.build_web(settings)
    made.testing = True
    return made


@pytest.fixture
def woken(house: House) -> Callable[[], set[str]]:
    """Which queues have a wake-up waiting."""

    def names() -> set[str]:
        return {key.decode().removeprefix("wake:") for key in queue.redis().keys("wake:*")}

    return names


def _with_its_engine(set_up: Callable[[Any], object], given: Any) -> None:
    """Let the database have the engine that it had in the test before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "make_engine", _engine)
        set_up(given)


_engine = cache(database.make_engine)


def _move_in() -> None:
    rows = _shops()
    with database.writing() as session:
        connection = session.connection()
        connection.execute(delete(SHOPS))
        connection.execute(insert(SHOPS), rows)


@cache
def _shops() -> list[dict[str, Any]]:
    for domain in (ALICE, BOB):
        install(domain)
    with database.reading() as session:
        return [dict(row) for row in session.connection().execute(select(SHOPS)).mappings()]


def _empty() -> None:
    """By DELETE: for a few rows it is faster than TRUNCATE."""
    deletes = [f"DELETE FROM {table.name}" for table in reversed(Base.metadata.sorted_tables)]
    with database.writing() as session:
        driver: Any = session.connection().connection.driver_connection
        at_once = database.engine().dialect.name != "sqlite"
        for each in ["; ".join(deletes)] if at_once else deletes:
            driver.execute(each)
