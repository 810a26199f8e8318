"""How many webhooks a second go all the way: taken, and applied to the rows that pages read.

Both stacks run with their workers while 32 connections deliver as fast as they are answered; the
time is that from the first request until the last order is applied. The peer writes orders and
fulfillments to PostgreSQL. See docs/benchmarks.md.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import deliveries, house, intake, load, results, servers
from bench.intake import Json, count
from bench.servers import Running
from dev import postgres

REQUESTS = int(os.environ.get("REQUESTS") or "9000")
ROUNDS = int(os.environ.get("ROUNDS") or "3")
PATIENCE = 300.0
"""Seconds without an end after which a stack is given up."""
OURS = "SELECT count(*) FROM inbox WHERE state = 'done'"
THEIRS = "SELECT count(*) FROM orders"


def measure(folder: Path, server_url: str) -> dict[str, list[Json]]:
    """What each stack took and applied, round by round."""
    environ = house.environ("", "redis://")
    secret = environ["SHOPIFY_API_SECRET"]
    requests = folder / "requests"
    load.write(requests, deliveries.deliveries(REQUESTS, secret))

    def sqlite(number: int) -> Json:
        url = f"sqlite:///{folder}/{number}.sqlite"
        with servers.product(environ | {"DATABASE_URL": url}, worker=True) as running:
            return _through(running, requests, lambda: count(url, OURS))

    def postgresql(number: int) -> Json:
        url = servers.new_database(server_url, f"ours_{number}")
        ours = environ | {"DATABASE_URL": url}
        with servers.product(ours, worker=True, processes=2) as running:
            return _through(running, requests, lambda: count(url, OURS))

    def peer(number: int) -> Json:
        url = servers.new_database(server_url, f"theirs_{number}")
        with servers.peer(url, secret, worker=True) as running:
            return _through(running, requests, lambda: count(url, THEIRS))

    return intake.by_turns({"peer": peer, "sqlite": sqlite, "postgresql": postgresql}, ROUNDS)


def _through(running: Running, requests: Path, applied: Callable[[], int]) -> Json:
    """Deliver all, wait until all is applied. Raises RuntimeError if that takes too long."""
    began, before = time.perf_counter(), running.cpu_seconds()
    found: Any = intake.generate(requests, running.port)
    backlog = REQUESTS - applied()
    while applied() < REQUESTS:
        if time.perf_counter() - began > PATIENCE:
            raise RuntimeError(f"{REQUESTS - applied()} are not applied")
        time.sleep(0.1)
    seconds = time.perf_counter() - began
    spent = (running.cpu_seconds() - before) / REQUESTS
    return {
        "applied_per_second": round(REQUESTS / seconds),
        "taken_per_second": found["per_second"],
        "p99_ms": found["p99_ms"],
        "waiting_when_all_was_taken": backlog,
        "cpu_us_per_order": round(1e6 * spent),
    }


def main() -> None:
    """Measure and keep the figures."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="retrack-bench-")))
        server_url = stack.enter_context(postgres.running(durable=True))
        found = measure(folder, server_url)
    about = {"orders": REQUESTS, "connections": intake.CONNECTIONS}
    results.keep("end_to_end", {**about, **intake.compared(found, "applied_per_second")})


if __name__ == "__main__":
    main()
