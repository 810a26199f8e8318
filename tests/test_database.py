"""The database: what both kinds keep alike, and what makes SQLite safe."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from shopify_app import crypto, database, stale_connections
from shopify_app import sqlite as ours
from shopify_app.actions import holding
from shopify_app.models import Base, Shop
from tests.support import ALICE, BOB, SHOP_IDS, House


@pytest.fixture
def lone(tmp_path: Path) -> Iterator[Engine]:
    """A SQLite database of the test's own, with one number in it."""
    engine = database.configure(f"sqlite:///{tmp_path}/lone.sqlite")
    with database.writing() as session:
        session.execute(text("CREATE TABLE counter (n INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))
    yield engine
    engine.dispose()


def count() -> int:
    with database.reading() as session:
        return int(session.execute(text("SELECT n FROM counter")).scalar_one())


def count_on() -> None:
    """Read, then write: what goes wrong if another one wrote in between."""
    with database.writing() as session:
        n = session.execute(text("SELECT n FROM counter")).scalar_one()
        session.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})


def test_the_migrations_make_the_schema_of_the_models(database_url: str) -> None:
    engine = database.make_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_database_is_known_to_be_migrated(database_url: str, tmp_path: Path) -> None:
    database.configure(database_url)
    assert database.is_migrated()
    database.migrate(database_url)
    assert database.is_migrated()
    database.configure(f"sqlite:///{tmp_path}/empty.sqlite")
    assert not database.is_migrated()
    database.engine().dispose()


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC), id="UTC"),
        pytest.param(
            datetime(2026, 11, 24, 23, 30, tzinfo=timezone(timedelta(hours=7))), id="Hanoi"
        ),
        pytest.param(datetime(2026, 11, 1, 1, 30, tzinfo=timezone(-timedelta(hours=4))), id="DST"),
    ],
)
def test_a_moment_comes_back_as_the_same_one_in_utc(house: House, moment: datetime) -> None:
    house.change_shop(uninstalled_at=moment)
    kept = house.shop().uninstalled_at
    assert kept == moment
    assert kept.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(house: House) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        house.change_shop(uninstalled_at=datetime(2026, 11, 24, 12, 0))  # noqa: DTZ001 the point
    assert house.shop().uninstalled_at is None


def test_a_secret_stands_encrypted(house: House) -> None:
    with database.reading() as session:
        found = text("SELECT access_token FROM shops WHERE id = :id")
        stored = session.execute(found, {"id": SHOP_IDS[ALICE]}).scalar_one()
    assert "shpat_" not in stored
    assert house.shop().access_token == crypto.decrypt(stored) == f"shpat_{ALICE}"


def test_an_error_undoes_all_of_a_transaction(house: House) -> None:
    with pytest.raises(ZeroDivisionError):
        _change_and_fail(house)
    assert (house.shop(ALICE).name, house.shop(BOB).name) == ("Alice", "Bob")


def _change_and_fail(house: House) -> None:
    with house.changing(ALICE) as (session, alice):
        alice.name = "Never"
        session.flush()
        session.get_one(Shop, SHOP_IDS[BOB]).name = "Neither"
        session.flush()
        raise ZeroDivisionError


def test_a_reader_sees_what_is_committed_and_stops_no_writer(house: House) -> None:
    with database.reading() as reader:
        assert reader.get_one(Shop, SHOP_IDS[ALICE]).name == "Alice"
        with house.changing() as (session, shop):
            shop.name = "After"
            session.flush()
            assert house.shop().name == "Alice", "seen before the commit"
        assert house.shop().name == "After"


def test_a_breach_of_a_constraint_quotes_no_values(house: House) -> None:
    with pytest.raises(IntegrityError) as refused:
        house.change_shop(BOB, name="Maren Oakdale", id=SHOP_IDS[ALICE])
    assert "Maren Oakdale" not in str(refused.value)


def test_writers_of_one_sqlite_file_take_turns_and_lose_nothing(lone: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(count_on) for _ in range(40)]:
            done.result()
    assert count() == 40


def test_a_reader_of_sqlite_is_not_held_up_by_an_open_write(lone: Engine) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE counter SET n = 7"))
        assert count() == 0
    assert count() == 7


def test_another_programs_lock_on_sqlite_is_an_error_in_time(
    lone: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "BUSY_SECONDS", 0.05)
    database.configure(str(lone.url))
    with closing(sqlite3.connect(lone.url.database or "")) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            count_on()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)],
)
def test_sqlite_keeps_what_it_was_told_through_a_power_cut(
    lone: Engine, pragma: str, value: object
) -> None:
    with database.reading() as session:
        assert session.execute(text(f"PRAGMA {pragma}")).scalar_one() == value


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_child_process_opens_connections_of_its_own(lone: Engine) -> None:
    assert count() == 0
    child = os.fork()
    if not child:
        try:
            database.dispose_after_fork()
            count_on()
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    assert count() == 1


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_of_postgresql_gets_the_driver_we_ship(scheme: str) -> None:
    engine = database.make_engine(f"{scheme}://someone@localhost/retrack")
    assert engine.url.drivername == "postgresql+psycopg"


def test_a_connection_that_ended_while_it_rested_is_made_anew(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stale_connections, "RESTED", 0.0)
    resting, other = database.make_engine(postgres_url), database.make_engine(postgres_url)
    pid = text("SELECT pg_backend_pid()")
    with resting.connect() as connection:
        ended = connection.scalar(pid)
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": ended})
    with resting.connect() as connection:
        assert connection.scalar(pid) != ended
    resting.dispose()
    other.dispose()


def test_nothing_is_read_before_there_is_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_engine", None)
    with pytest.raises(RuntimeError):
        database.engine()


def test_sqlite_finds_the_parcels_of_many_orders_by_index(house: House) -> None:
    if house.settings.database_url.startswith("postgresql"):
        pytest.skip("its planner needs no help")
    sent: list[tuple[str, object]] = []

    def keep(_connection: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        sent.append((sql, values))

    event.listen(database.engine(), "after_cursor_execute", keep)
    try:
        with database.writing() as session:
            holding.hold_all(session, SHOP_IDS[ALICE], [1, 2])
        with database.reading() as session:
            holding.find(session, SHOP_IDS[ALICE], 1)
            of_pairs = [(sql, values) for sql, values in sent if " IN (SELECT column1" in sql]
            plans = [
                str(row)
                for sql, values in of_pairs
                for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
            ]
    finally:
        event.remove(database.engine(), "after_cursor_execute", keep)
    assert of_pairs
    tables = [plan for plan in plans if "SCAN" in plan and "subquery" not in plan]
    assert [plan for plan in tables if "CONSTANT" not in plan] == []
