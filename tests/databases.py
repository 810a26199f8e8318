"""Databases for the tests: migrated templates, made once a run, and copies for each worker."""

from __future__ import annotations

import fcntl
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

TEMPLATE = "retrack_template"


def postgres_copy(server: str, folder: Path, worker: str) -> str:
    """The URL of a new database of `worker`, a copy of the migrated template.

    `server` is the URL of any database of the server; its user has to be allowed to make databases.
    `folder` is the run's own. What an earlier run left behind under these names is dropped.
    """
    _once(folder / "postgres-template", lambda: _make_postgres_template(server))
    name = f"retrack_{worker}"
    with psycopg.connect(_for_psycopg(server), autocommit=True) as connection:
        _recreate(connection, name, template=TEMPLATE)
    return _with_database(server, name)


def sqlite_copy(folder: Path, worker: str) -> str:
    """The URL of a new SQLite file of `worker`, a copy of the migrated template."""
    template, copy = folder / "template.sqlite", folder / f"{worker}.sqlite"
    _once(folder / "sqlite-template", lambda: _migrate(f"sqlite:///{template}"))
    with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)  # a plain copy would miss what is still in the write-ahead log
    return f"sqlite:///{copy}"


def _make_postgres_template(server: str) -> None:
    with psycopg.connect(_for_psycopg(server), autocommit=True) as connection:
        _recreate(connection, TEMPLATE)
    _migrate(_with_database(server, TEMPLATE))


def _migrate(url: str) -> None:
    from shopify_app import database  # here, so that tests of other packages do not pay for it

    database.migrate(url)


def _once(done: Path, work: Callable[[], None]) -> None:
    """Let the first of the run's workers do it, and the others wait for it."""
    with done.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            work()
            done.touch()


def _recreate(
    connection: psycopg.Connection[tuple[object, ...]], name: str, template: str = "template0"
) -> None:
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    make = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template)
    )
    if connection.info.server_version >= 150_000:
        make += sql.SQL(" STRATEGY file_copy")  # three times faster for small databases
    connection.execute(drop)
    for left in reversed(range(50)):
        try:
            connection.execute(make)
            return
        except psycopg.errors.ObjectInUse:  # another worker copies the template just now
            if not left:
                raise
            time.sleep(0.1)


def _with_database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _for_psycopg(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def postgres_empty(server: str, name: str) -> str:
    """The URL of a new database on the same server, without a table in it."""
    with psycopg.connect(_for_psycopg(server), autocommit=True) as connection:
        _recreate(connection, name)
    return _with_database(server, name)
