"""How many trackings a second one worker refreshes: the real job against a provider of 50 ms.

4,000 parcels, one an order, are due at once. `jobs.poll_carriers` looks at them for the first time
(ten events each are new), and again (one parcel in four has moved), at the pace that 17TRACK
allows. See docs/benchmarks.md.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any
from unittest import mock

import requests
from sqlalchemy import update

from bench import house, results
from bench.stand_ins import server
from shopify_app import bootstrap, clock, database
from shopify_app.actions import accounts
from shopify_app.carriers import pace
from shopify_app.jobs import looks, poll_carriers, rounds
from shopify_app.models import Shipment
from shopify_app.settings import Settings
from shopify_app.tenants import across_shops

PARCELS = int(os.environ.get("ROWS") or 4_000)
LIMIT = 120
"""Trackings a second: 17TRACK takes three calls a second of one key, of 40 numbers each."""
LATENCY = 50
BATCH = 40
STEPS: dict[str, tuple[Any, str]] = {
    "claim": (looks, "claim"),
    "wait for the pace": (pace, "wait_for_turn"),
    "http": (requests, "post"),
    "apply": (rounds, "tell"),
    "account": (rounds, "answered"),
}
"""Where the time of a round goes, by the function that is timed."""


@dataclass
class Stopwatch:
    """Seconds spent in each step."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Time the steps while the block lasts."""
        with ExitStack() as patches:
            for step, (module, name) in STEPS.items():
                timed = self._timed(step, getattr(module, name))
                patches.enter_context(mock.patch.object(module, name, timed))
            yield

    def per_call(self, took: float, calls: int) -> dict[str, float]:
        """Milliseconds of each step for one call, with what no step accounts for."""
        rest = {"rest": took - sum(self.seconds.values())}
        return {step: round(1000 * s / calls, 1) for step, s in (self.seconds | rest).items()}

    def _timed(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                spent = time.perf_counter() - began
                self.seconds[step] = self.seconds.get(step, 0.0) + spent

        return timed


def measure(settings: Settings, provider: str) -> dict[str, Any]:
    """Both passes on one database."""
    database.migrate(settings.database_url)
    bootstrap.wire(settings)
    _fill()
    found = {
        "first_look": _pass(settings, f"{provider}/{LATENCY}/0"),
        "again": _pass(settings, f"{provider}/{LATENCY}/1"),
    }
    database.engine().dispose()
    return found


def _pass(settings: Settings, provider: str) -> dict[str, Any]:
    """Let every parcel be due now, and look until none is."""
    bootstrap.wire(replace(settings, seventeentrack_url=provider))
    with database.writing() as session:
        session.execute(across_shops(update(Shipment).values(look_at=clock.now())))
    gc.collect()
    gc.freeze()  # as the worker does
    watch, began, worked = Stopwatch(), time.perf_counter(), time.process_time()
    with watch.running():
        while _due():
            poll_carriers.run()
    took, worked = time.perf_counter() - began, time.process_time() - worked
    return {
        "trackings_per_second": round(PARCELS / took, 1),
        "share_of_the_limit": round(PARCELS / took / LIMIT, 2),
        "processor_milliseconds_per_call": round(1000 * worked / (PARCELS // BATCH), 1),
        "milliseconds_per_call": watch.per_call(took, PARCELS // BATCH),
    }


def _due() -> bool:
    with database.reading() as session:
        return session.scalar(looks.due_shipments().limit(1)) is not None


def _fill() -> None:
    """One shop whose parcels an account follows."""
    now = clock.now()
    house.install()
    with database.writing() as session:
        accounts.keep_installation_accounts(session, {"17track": "bench"})
        account = accounts.of_installation(session, "17track")
        assert account
        account.checked_at = now
        placed_at = now - timedelta(days=9)
        followed: dict[str, Any] = {"account_id": account.id, "followed_at": placed_at}
    for first in range(1, PARCELS + 1, 100):
        with database.writing() as session:
            for number in range(first, first + 100):
                session.add(house.order(number, placed_at, **followed))


def main() -> None:
    """Measure on SQLite and on PostgreSQL, and keep the figures."""
    with server.running("bench.stand_ins.carrier") as provider:
        found = house.on_both(partial(measure, provider=provider))
    results.keep("refresh", {"parcels": PARCELS, "limit_per_second": LIMIT, **found})


if __name__ == "__main__":
    main()
