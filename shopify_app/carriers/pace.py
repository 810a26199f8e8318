"""Keeping the pace a provider asks for, among all workers that use one key."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from email.utils import parsedate_to_datetime

from redis import RedisError

from shopify_app import clock, queue
from shopify_app.carriers.base import RateLimited

LONGEST_WAIT = 10.0
A_DAY = 24 * 3600.0


def wait_for_turn(name: str, seconds: float) -> None:
    """Return when no call of this name was begun for so many seconds, by whichever worker.

    Raises RateLimited if the turn does not come: others are before us, or the name is frozen.
    Without Redis there is no turn to wait for: the provider then says itself what is too much.
    """
    deadline = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < deadline:
        try:
            if queue.redis().set(f"pace:{name}", 1, nx=True, px=int(seconds * 1000)):
                return
            left = queue.redis().pttl(f"pace:{name}") / 1000
        except RedisError:
            return
        if left > LONGEST_WAIT:
            raise RateLimited(timedelta(seconds=left))
        time.sleep(min(max(left, 0.001), seconds))
    raise RateLimited(timedelta(seconds=LONGEST_WAIT))


def freeze(name: str, wait: timedelta) -> None:
    """After a 429: no call of this name for so long, whichever worker or account wants one."""
    milliseconds = max(int(wait.total_seconds() * 1000), 1)
    with suppress(RedisError):
        queue.redis().set(f"pace:{name}", 1, px=milliseconds)


def retry_after(headers: Mapping[str, str], otherwise: timedelta) -> timedelta:
    """How long a 429 asks to wait: its Retry-After, in seconds or as a date (RFC 9110, 10.2.3).

    A day at most; `otherwise` where it says nothing that can be read.
    """
    text = headers.get("Retry-After", "").strip()
    try:
        seconds = float(text) if text.isdecimal() else _until(text)
    except (ValueError, TypeError):  # no date, or one without a zone
        return otherwise
    return timedelta(seconds=min(max(seconds, 0), A_DAY))


def _until(date: str) -> float:
    return (parsedate_to_datetime(date) - clock.now()).total_seconds()
