"""The one clock of the sandbox. It can jump and run at another speed; the app follows it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from sandbox.database import Database

Base = dict[str, float]
"""The moment, the real second it was set at, and the speed since then."""
YEARS = [datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (2000, 2100)]
"""Seconds since 1970 between which the clock can be set."""


class Clock:
    """Sandbox time: a moment, the real second it was set at, and a speed since then.

    It goes on while the sandbox is stopped, as clocks do.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        here = time.time()
        base: Base = database.setting("clock") or {"real": here, "now": here, "speed": 1.0}
        self._set(base)

    def seconds(self) -> float:
        """The present moment in seconds since 1970."""
        base = self._base
        return base["now"] + (time.time() - base["real"]) * base["speed"]

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    @property
    def speed(self) -> float:
        return self._base["speed"]

    def jump(self, by: timedelta) -> None:
        """Go forward, or back if `by` is negative. Raises ValueError outside `YEARS`."""
        now = self.seconds() + by.total_seconds()
        if not YEARS[0] <= now < YEARS[1]:
            raise ValueError("the clock goes from the year 2000 to the year 2099")
        self._restart(now, self.speed)

    def run_at(self, speed: float) -> None:
        """Let this many seconds pass in each real second; 0 stops the clock."""
        self._restart(self.seconds(), speed)

    def _restart(self, now: float, speed: float) -> None:
        self._set({"real": time.time(), "now": now, "speed": speed})

    def _set(self, base: Base) -> None:
        self._base = base
        self._database.set_setting("clock", base)

    def told(self) -> dict[str, object]:
        """What `GET /clock` answers."""
        return {"now": self.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "speed": self.speed}
