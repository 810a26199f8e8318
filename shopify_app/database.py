"""The database: one engine a process, reading and writing sessions, migrations.

What is particular to SQLite is in `sqlite`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from errno import ENOENT
from pathlib import Path
from typing import Any

import orjson
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.orm import Session

from shopify_app import sqlite, stale_connections, tenants
from shopify_app.settings import ROOT
from shopify_app.sqlite import READ_ONLY

AFTER_COMMIT = "retrack_after_commit"

_OPTIONS: dict[str, Any] = {
    "hide_parameters": True,
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}

_engine: Engine | None = None


class AppSession(Session):
    """A session whose every query has to name its shop."""


tenants.guard(AppSession)


def configure(url: str) -> Engine:
    """Make the process's engine. An address without a driver gets the one we ship."""
    global _engine
    if _engine is not None:
        _engine.dispose()
    _engine = make_engine(url)
    return _engine


def make_engine(url: str) -> Engine:
    """An engine for `url`, set up for this product. Its errors quote no (personal) values."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return sqlite.make_engine(url, **_OPTIONS)
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    made = create_engine(
        parsed, **_OPTIONS, pool_size=10, max_overflow=20, connect_args={"connect_timeout": 5}
    )
    stale_connections.ask_after_rest(made)
    return made


def file_of(url: str | URL) -> Path | None:
    """The file of a database on SQLite; None for any other."""
    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database
    return Path(str(parsed.database)) if is_file else None


def make_folder(url: str) -> None:
    """Make the folder of a database on SQLite. Raises OSError."""
    if path := file_of(url):
        path.parent.mkdir(parents=True, exist_ok=True)


def engine() -> Engine:
    """The process's engine."""
    if _engine is None:
        raise RuntimeError("database.configure() has not been called")
    return _engine


def dispose_after_fork() -> None:
    """Forget the parent's connections; the child opens its own."""
    if _engine is not None:
        _engine.dispose(close=False)


@contextmanager
def reading() -> Iterator[AppSession]:
    """A session for queries alone: it sees what is committed and holds up no writer.

    What is written in it is lost, on SQLite in the middle.
    """
    connection = engine().connect().execution_options(**{READ_ONLY: True})
    with connection, AppSession(connection, autoflush=False) as session:
        yield session


@contextmanager
def writing() -> Iterator[AppSession]:
    """A session in one write transaction: committed at the end, rolled back on an error.

    No HTTP inside: on SQLite an open write transaction stops every other writer, intake included.
    """
    session = AppSession(engine(), expire_on_commit=False)
    with write_lock(engine()), session, session.begin():
        yield session
    for call in session.info.pop(AFTER_COMMIT, {}).values():
        call()


def write_lock(of: Engine) -> AbstractContextManager[None]:
    """The lock by which writers of one SQLite file take turns; nothing on PostgreSQL."""
    return sqlite.write_lock(of) if of.dialect.name == "sqlite" else nullcontext()


def after_commit(session: Session, name: str, call: Callable[[], None]) -> None:
    """Call this after `writing()` has committed and let others write; once for each name."""
    session.info.setdefault(AFTER_COMMIT, {})[name] = call


def forget_freed_pages() -> None:
    """Let what was erased be gone from SQLite's log as well; PostgreSQL vacuums by itself."""
    with engine().connect().execution_options(**{READ_ONLY: True}) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


class Newer(Exception):
    """The database has the schema of a newer release than this code."""


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema. Raises Newer if it is beyond that."""
    make_folder(url)
    try:
        command.upgrade(_alembic(url), "head")
    except CommandError as error:  # of these, the one that can happen here
        raise Newer("the database is of a newer release: it needs that release's code") from error


def is_migrated() -> bool:
    """Whether the process's database has what this code was written for.

    A revision that is not known here is of a newer release, which leaves the one before what it
    needs (CONTRIBUTING.md, Migrations): so this code goes on while the machines are renewed.
    A file that is not there is not made. Raises FileNotFoundError if its folder is not there.
    """
    file = file_of(engine().url)
    if file and not file.parent.is_dir():
        raise FileNotFoundError(ENOENT, "there is no folder", str(file.parent))
    if file and not file.exists():
        return False
    with engine().connect().execution_options(**{READ_ONLY: True}) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current is not None and (current == _newest() or not knows(current))


def knows(revision: str) -> bool:
    """Whether it is a revision of this code's migrations."""
    return any(known.revision == revision for known in _migrations().walk_revisions())


def _newest() -> str | None:
    return _migrations().get_current_head()


def _migrations() -> ScriptDirectory:
    return ScriptDirectory(str(ROOT / "migrations"))


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config
