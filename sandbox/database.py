"""One SQLite file behind one lock. A change is committed before anybody hears of it."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]
SCHEMA = Path(__file__).with_name("schema.sql")
FIRST_ID = 820_982_911_900_000_000
"""Above 2**53, as Shopify's ids may be: a client that reads them as floats is found out."""
ID_STEP = 1_048_583


class Database:
    """Rows, settings and ids. Every method may be called from any thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        # NORMAL outlives a killed process; only a crash of the machine may cost the last commits.
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(SCHEMA.read_text(encoding="utf-8"))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; an inner transaction belongs to the outer one."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._leave("ROLLBACK")
                raise
            self._leave("COMMIT")

    def _leave(self, ending: str) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._connection.execute(ending)

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        found = self.rows(sql, *values)
        return found[0] if found else None

    def run(self, sql: str, *values: object) -> int:
        """Execute a statement and return the number of rows it changed."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def setting(self, name: str, default: Any = None) -> Any:
        row = self.row("SELECT value FROM settings WHERE name = ?", name)
        return json.loads(row["value"]) if row else default

    def set_setting(self, name: str, value: Any) -> None:
        self.run("INSERT OR REPLACE INTO settings VALUES (?, ?)", name, dump(value))

    def next_id(self) -> int:
        """A new 64-bit id, never given before."""
        with self.transaction():
            last: int = self.setting("last_id", FIRST_ID)
            self.set_setting("last_id", last + ID_STEP)
            return last + ID_STEP

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def dump(value: Any) -> str:
    """JSON without spaces, letters of every language as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
