"""Writing deliveries into the inbox: those that come together share one transaction.

One thread a process takes what waits, once it may write, and commits it. A delivery is answered
when its row is durable, and not before. Being there already (Shopify repeats itself) is as good as
being written.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import sqlite

from shopify_app import database, queue
from shopify_app.models import Inbox

log = logging.getLogger(__name__)

MOST_TOGETHER = 100

Row = dict[str, Any]
Written = Future[None] | asyncio.Future[None]


class Writer:
    """The inbox's writer. Its thread begins with the first row, so after any fork."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[tuple[Row, Written]] = SimpleQueue()
        self._started = False
        self._starting = threading.Lock()

    def put(self, row: Row) -> Future[None]:
        """Hand over a row; the future ends when it is durable, or carries why it is not."""
        written: Future[None] = Future()
        self._put(row, written)
        return written

    def put_from(self, loop: asyncio.AbstractEventLoop, row: Row) -> asyncio.Future[None]:
        """The same for who waits in an event loop, which is woken once for all of a batch."""
        written = loop.create_future()
        self._put(row, written)
        return written

    def _put(self, row: Row, written: Written) -> None:
        self._start_once()
        self._waiting.put((row, written))

    def _start_once(self) -> None:
        with self._starting:
            if not self._started:
                threading.Thread(target=self._run, name="inbox writer", daemon=True).start()
                self._started = True

    def _run(self) -> None:
        while True:
            try:
                first = self._waiting.get()
                with database.write_lock(database.engine()):
                    kept = _keep(self._take(first))
                if not kept or self._waiting.empty():  # else the next batch wakes for both
                    queue.wake("inbox")
            except Exception as error:  # the thread must outlive whatever one batch ran into
                log.error("the inbox's writer goes on after %s", type(error).__name__)

    def _take(self, first: tuple[Row, Written]) -> list[tuple[Row, Written]]:
        """What came meanwhile as well, without those that nobody waits for any more: they were
        answered 503.
        """
        batch = [first]
        while len(batch) < MOST_TOGETHER:
            try:
                batch.append(self._waiting.get_nowait())
            except Empty:
                break
        return [each for each in batch if _awaited(each[1])]


def _keep(batch: list[tuple[Row, Written]]) -> bool:
    """Write a batch and tell how that went; whether there was one, and it is kept."""
    failed: Exception | None = None
    try:
        if batch:
            insert([row for row, _ in batch])
    except Exception as error:
        log.error("%d deliveries could not be kept: %s", len(batch), type(error).__name__)
        failed = error
    _tell((written for _, written in batch), failed)
    return bool(batch) and failed is None


def _awaited(written: Written) -> bool:
    if isinstance(written, Future):
        return written.set_running_or_notify_cancel()
    return not written.cancelled()


def _tell(waiting: Iterable[Written], error: Exception | None) -> None:
    """End what waits: in a thread at once, in an event loop by that loop itself."""
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[Written]] = defaultdict(list)
    for written in waiting:
        if isinstance(written, Future):
            _end([written], error)
        else:
            by_loop[written.get_loop()].append(written)
    for loop, theirs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_end, theirs, error)
        except RuntimeError:  # the server has stopped: nobody is left to be told
            log.info("%d deliveries had nobody left to be told", len(theirs))


def _end(waiting: Iterable[Written], error: Exception | None) -> None:
    for written in waiting:
        if written.done():  # given up meanwhile
            continue
        if error:
            written.set_exception(error)
        else:
            written.set_result(None)


def write(rows: list[Row]) -> None:
    """Make these rows durable, those that are there already excepted."""
    with database.write_lock(database.engine()):
        insert(rows)


def insert(rows: list[Row]) -> None:
    """The same, for who may write already."""
    engine = database.engine()
    if engine.dialect.name == "postgresql":
        _insert_as_one(engine, rows)
        return
    with engine.begin() as connection:
        connection.execute(sqlite.insert(Inbox).on_conflict_do_nothing(), rows)


def _insert_as_one(engine: Engine, rows: list[Row]) -> None:
    """One statement that is its own transaction: one way to the server and back for all rows."""
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(_ALL_ROWS, columns)


_ALL_ROWS = """
    INSERT INTO inbox (source, account, topic, delivery_id, event_id, triggered_at, received_at,
        due_at, body, state, attempts, failures, note, decided_by)
    SELECT *, 'waiting', 0, 0, '', '' FROM unnest(%(source)b::text[], %(account)b::text[],
        %(topic)b::text[], %(delivery_id)b::text[], %(event_id)b::text[], %(triggered_at)b::text[],
        %(received_at)b::timestamptz[], %(due_at)b::timestamptz[], %(body)b::bytea[])
    ON CONFLICT DO NOTHING"""
"""psycopg sends `%b` as it is; a body as text would be twice as long."""
