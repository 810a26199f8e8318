"""How many webhooks a second are taken, against what most would build instead (`bench/peer`).

Both verify the same signed bodies of 12 to 15 KB from 32 connections, on this machine, by turns;
one of ten comes twice. Ours answers when the row is durable, the peer when Redis has the job. See
docs/benchmarks.md.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from bench import deliveries, house, load, results, servers
from bench.servers import Running
from dev import postgres

REQUESTS = int(os.environ.get("REQUESTS") or "20000")
ROUNDS = int(os.environ.get("ROUNDS") or "3")
CONNECTIONS = 32
WARM_UP = 500

Json = dict[str, Any]


def measure(folder: Path, server_url: str) -> dict[str, list[Json]]:
    """What each stack took, round by round."""
    environ = house.environ("", "redis://")
    secret = environ["SHOPIFY_API_SECRET"]
    requests, warm_up = folder / "requests", folder / "warm-up"
    load.write(requests, deliveries.deliveries(REQUESTS, secret))
    load.write(warm_up, deliveries.deliveries(WARM_UP, secret))

    def sqlite(number: int) -> Json:
        url = f"sqlite:///{folder}/{number}.sqlite"
        with servers.product(environ | {"DATABASE_URL": url}, worker=False) as running:
            return _kept(_round(running, warm_up, requests), lambda: count(url, INBOX))

    def postgresql(number: int) -> Json:
        url = servers.new_database(server_url, f"ours_{number}")
        ours = environ | {"DATABASE_URL": url}
        with servers.product(ours, worker=False, processes=2) as running:
            return _kept(_round(running, warm_up, requests), lambda: count(url, INBOX))

    def peer(_number: int) -> Json:
        with servers.peer("", secret, worker=False) as running:
            found = _round(running, warm_up, requests)
            return _kept(found, lambda: _length(running))

    return by_turns({"peer": peer, "sqlite": sqlite, "postgresql": postgresql}, ROUNDS)


def by_turns(stacks: dict[str, Callable[[int], Json]], rounds: int) -> dict[str, list[Json]]:
    """What each stack did in each round: by turns, so that a busy machine is so for all."""
    found: dict[str, list[Json]] = {name: [] for name in stacks}
    for number in range(rounds):
        for name, take in stacks.items():
            found[name].append(take(number))
            print(name, found[name][-1], flush=True)
    return found


INBOX = "SELECT count(*) FROM inbox"


def count(url: str, statement: str) -> int:
    """What a database counts."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed)
    try:
        with engine.connect() as connection:
            return int(connection.execute(text(statement)).scalar_one())
    finally:
        engine.dispose()


def generate(requests: Path, port: int) -> Json:
    """Send the requests from a process of its own; what it measured."""
    command = [sys.executable, "-m", "bench.load", str(requests), str(port), str(CONNECTIONS)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: Json = json.loads(done.stdout)
    return found


def _round(running: Running, warm_up: Path, requests: Path) -> Json:
    generate(warm_up, running.port)
    before = running.cpu_seconds()
    found = generate(requests, running.port)
    spent = (running.cpu_seconds() - before) / sum(found["statuses"].values())
    return found | {"cpu_us_per_request": round(1e6 * spent)}


def _kept(found: Json, kept: Callable[[], int]) -> Json:
    """Everything was taken, and everything is there. Raises RuntimeError."""
    again = math.ceil(REQUESTS / (deliveries.AGAIN - 1))
    if found["statuses"] != {"200": REQUESTS + again} or kept() != REQUESTS:
        raise RuntimeError(f"not all was taken: {found}, {kept()} kept")
    return found


def _length(running: Running) -> int:
    waiting: Any = running.redis.llen("bull:webhooks:wait")
    return int(waiting)


def compared(found: dict[str, list[Json]], figure: str) -> Json:
    """The median of each stack's rounds, and how its `figure` compares to the peer's."""
    told: Json = {}
    for name, rounds in found.items():
        numbers = [key for key, value in rounds[0].items() if isinstance(value, int | float)]
        told[name] = {key: statistics.median(one[key] for one in rounds) for key in numbers}
        told[name]["rounds"] = [one[figure] for one in rounds]
    for each in told.values():
        each["times_the_peer"] = round(each[figure] / told["peer"][figure], 2)
    return told


def main() -> None:
    """Measure and keep the figures."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="retrack-bench-")))
        server_url = stack.enter_context(postgres.running(durable=True))
        found = measure(folder, server_url)
    about = {"requests": REQUESTS, "connections": CONNECTIONS}
    results.keep("intake", {**about, **compared(found, "per_second")})


if __name__ == "__main__":
    main()
