"""SQLite, used as it wants to be.

WAL, `synchronous=FULL` (an answered webhook survives a power cut), the driver in autocommit with
`BEGIN IMMEDIATE` for writers (a transaction that reads and then writes otherwise fails at once when
another one wrote in between), and a file lock around every write, since SQLite's own busy handler
is unfair and starves one process for seconds.
"""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

READ_ONLY = "retrack_read_only"
"""The execution option of a connection that only reads."""
BUSY_SECONDS = 2.0
WAL_PAGES = 64_000
"""Of 4 KB each. Nobody writes during a checkpoint, and pages that change often are then written
once instead of many times; SQLite's default is a checkpoint every 300 webhooks.
"""


def make_engine(url: str, **options: Any) -> Engine:
    """An engine for a file, whose folder is there."""
    made = create_engine(url, **options, pool_size=20, connect_args={"timeout": BUSY_SECONDS})
    event.listen(made, "connect", _set_up)
    event.listen(made, "before_cursor_execute", _find_pairs_by_index, retval=True)
    event.listen(made, "begin", _begin_immediately)
    return made


@contextmanager
def write_lock(engine: Engine) -> Iterator[None]:
    """The lock that makes writers of one file take turns."""
    handle = os.open(f"{engine.url.database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _set_up(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"wal_autocheckpoint={WAL_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


_PAIRS = re.compile(r" IN \((VALUES \(\?(, \?)+\)(?:, \(\?(?:, \?)+\))*)\)")
_SELECT = " IN (SELECT {names} FROM ({values}))"
"""Filled in with question marks and with names given here, and nothing else."""


def _find_pairs_by_index(
    _connection: object, _cursor: object, statement: str, parameters: Any, *_more: object
) -> tuple[str, Any]:
    """SQLite reads a whole table for `(a, b) IN (VALUES ...)`, but not for a SELECT of the same."""
    return _PAIRS.sub(_selected, statement), parameters


def _selected(found: re.Match[str]) -> str:
    values = found[1]
    columns = values.split(")", 1)[0].count("?")
    names = ", ".join(f"column{n + 1}" for n in range(columns))
    return _SELECT.format(names=names, values=values)


def _begin_immediately(connection: Connection) -> None:
    if not connection.get_execution_options().get(READ_ONLY):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
