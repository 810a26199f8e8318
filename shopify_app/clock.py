"""The one clock. All of the product asks `now()`; tests and the sandbox move it."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

log = logging.getLogger(__name__)


def _system_now() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_now


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


def use(source: Callable[[], datetime] | None) -> None:
    """Take the time from `source` (an aware UTC datetime); None goes back to the system's clock."""
    global _source
    _source = source or _system_now


class FollowedClock:
    """A clock that follows the one at `url`, for development only (`DEV_CLOCK_URL`).

    The address answers `{"now": ISO 8601 in UTC, "speed": seconds a second}`. It is asked every
    half second by a daemon thread; between two answers time goes on at the given speed.
    """

    def __init__(self, url: str, every: float = 0.5) -> None:
        self._url, self._every = url, every
        self._base, self._at, self._speed = _system_now(), time.monotonic(), 1.0
        self._started_in = 0
        self._starting = threading.Lock()

    def __call__(self) -> datetime:
        self._start_once()
        return self._base + timedelta(seconds=(time.monotonic() - self._at) * self._speed)

    def _start_once(self) -> None:
        # In each process that asks: a thread started before a fork is not there after it.
        here = os.getpid()
        if self._started_in == here:
            return
        with self._starting:
            if self._started_in != here:
                self._ask()
                threading.Thread(target=self._follow, daemon=True).start()
                self._started_in = here

    def _follow(self) -> None:
        while True:
            time.sleep(self._every)
            self._ask()

    def _ask(self) -> None:
        try:
            with urllib.request.urlopen(self._url, timeout=2) as answer:  # nosec B310
                told = json.load(answer)
            self._base = datetime.fromisoformat(told["now"]).astimezone(UTC)
            self._speed, self._at = float(told.get("speed", 1)), time.monotonic()
        except (OSError, ValueError, KeyError) as error:
            log.debug("the followed clock did not answer: %s", error)
