"""The one clock of the sandbox. It can jump and run at another speed; the app follows it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from sandbox.database import Database

Base = dict[str, float]
"""The moment, the real second it was set at, and the speed since then."""


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
        """Go forward, or back if `by` is negative."""
        self._restart(self.seconds() + by.total_seconds(), self.speed)

    def run_at(self, speed: float) -> None:
        """Let this many seconds pass in each real second. Raises ValueError below 0."""
        if speed < 0:
            raise ValueError("speed has to be 0 or more")
        self._restart(self.seconds(), speed)

    def _restart(self, now: float, speed: float) -> None:
        self._set({"real": time.time(), "now": now, "speed": speed})

    def _set(self, base: Base) -> None:
        self._base = base
        self._database.set_setting("clock", base)

    def told(self) -> dict[str, object]:
        """What `GET /clock` answers."""
        return {"now": self.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "speed": self.speed}
