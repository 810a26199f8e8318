"""How much a client may ask. Limits go by real time: they guard the server, not the story."""

from __future__ import annotations

import threading
import time
from collections import deque


class Bucket:
    """A store's points: they come back with real time, whatever the sandbox's clock does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: float | None = None
        self._at = time.monotonic()

    def take(self, points: float, maximum: float, restore_rate: float) -> bool:
        """Pay, unless there is not enough; negative points are a refund."""
        with self._lock:
            now = time.monotonic()
            left = maximum if self._left is None else self._left
            self._left = min(maximum, left + (now - self._at) * restore_rate)
            self._at = now
            if points > self._left:
                return False
            self._left = min(maximum, self._left - points)
            return True

    def left(self) -> int:
        return round(self._left or 0)


class RateLimit:
    """So many calls in any second."""

    def __init__(self, calls: int) -> None:
        self._lock = threading.Lock()
        self._calls = calls
        self._recent: deque[float] = deque()

    def allow(self) -> bool:
        with self._lock:
            now = time.monotonic()
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            if len(self._recent) >= self._calls:
                return False
            self._recent.append(now)
            return True
