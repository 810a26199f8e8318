"""Keeping the pace a provider asks for, among all workers that use one key."""

from __future__ import annotations

import time

from redis import RedisError

from shopify_app import queue

LONGEST_WAIT = 10.0


def wait_for_turn(name: str, seconds: float) -> None:
    """Return when no call of this name was begun for so many seconds, by whichever worker.

    Without Redis there is no turn to wait for: the provider then says itself what is too much.
    """
    deadline = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < deadline:
        try:
            if queue.redis().set(f"pace:{name}", 1, nx=True, px=int(seconds * 1000)):
                return
        except RedisError:
            return
        time.sleep(seconds / 4)
