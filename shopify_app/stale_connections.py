"""Connections to PostgreSQL that rested are asked, before use, whether they are still there.

`pool_pre_ping` asks each time, which is a round trip for every transaction.
"""

from __future__ import annotations

import math
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

RESTED = 1.0
"""Seconds out of use after which a connection is asked: no server restarts faster."""


def ask_after_rest(engine: Engine) -> None:
    """Make all connections anew when one that is taken out does not answer after a rest."""

    @event.listens_for(engine, "checkin")
    def put_back(_connection: object, entry: ConnectionPoolEntry) -> None:
        entry.info["resting_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def taken_out(connection: Any, entry: ConnectionPoolEntry, _taken: object) -> None:
        if time.monotonic() - entry.info.get("resting_since", math.inf) < RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error
