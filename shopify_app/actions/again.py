"""How long a job holds what it works on, and how long what failed waits for the next try."""

from __future__ import annotations

from datetime import timedelta

LEASE = timedelta(minutes=3)
"""Of what asks Shopify, a page or a few rows at a time: whose worker died goes on after it."""
WITHOUT_TOKEN = timedelta(hours=1)
"""Until somebody opens the app there is no token, and no use in asking sooner."""
_FIRST, _LONGEST = timedelta(seconds=10), timedelta(hours=1)


class Overtaken(Exception):
    """What a job works on is not as it left it: its lease is over, or all began anew."""


def after(failures: int) -> timedelta:
    """How long to wait: ten seconds, twice as long for each failure, an hour at most."""
    times: int = 2**failures
    return min(_FIRST * times, _LONGEST)
