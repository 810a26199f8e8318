"""How many orders a second one worker applies, and whether that stays so as the shop grows.

The real job drains an inbox of order webhooks, half of them of shipped orders: first orders that
are new, then a later update of each; in a shop that has no orders, 20,000, and 200,000. In this
process alone, without web and Redis's queue. See docs/benchmarks.md.
"""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench import deliveries, house, million, results, servers
from dev import postgres
from shopify_app import bootstrap, clock, database
from shopify_app.jobs import process_inbox
from shopify_app.models import Inbox
from webhooks import receive, writer

WEBHOOKS = int(os.environ.get("WEBHOOKS") or "3000")
SIZES = (0, 20_000, 200_000)
"""Orders in the shop before."""


def measure(url_of: Callable[[int], str]) -> dict[str, Any]:
    """Shops of every size, each in a database of its own."""
    bodies = list(deliveries.bodies(WEBHOOKS))
    later = [body.replace(b'"updated_at":"20', b'"updated_at":"21') for body in bodies]
    found: dict[str, Any] = {}
    for size in SIZES:
        settings = house.settings(url_of(size), "redis://127.0.0.1:1/0")
        database.migrate(settings.database_url)
        bootstrap.wire(settings)
        house.install()
        million.fill(size, clock.now())
        found[f"{size} orders"] = {
            "new_orders_per_second": _drain(bodies, "new"),
            "updates_per_second": _drain(later, "later"),
        }
        print(settings.database_url.partition(":")[0], size, found[f"{size} orders"], flush=True)
        database.engine().dispose()
    return found


def _drain(bodies: Iterable[bytes], name: str) -> int:
    """Orders applied a second, all being in the inbox. Raises RuntimeError if one is not."""
    rows = [
        receive.row("shopify", house.DOMAIN, deliveries.TOPIC, f"{name} {number}", body)
        for number, body in enumerate(bodies)
    ]
    for first in range(0, len(rows), writer.MOST_TOGETHER):
        writer.write(rows[first : first + writer.MOST_TOGETHER])
    gc.collect()
    gc.freeze()  # as the worker does
    began = time.perf_counter()
    batches = 0
    while process_inbox.step():
        batches += 1
    took = time.perf_counter() - began
    with database.reading() as session:
        # The rows of a batch end at one moment, those tried one by one each at its own.
        ended = select(func.count(), func.count(Inbox.ended_at.distinct()))
        these = ended.where(Inbox.state == "done", Inbox.delivery_id.startswith(f"{name} "))
        if session.execute(these).one() != (len(rows), batches):
            raise RuntimeError("some were not applied, or not together")
    return round(len(rows) / took)


def main() -> None:
    """Measure on SQLite and on PostgreSQL, and keep the figures."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="retrack-bench-"))
        server_url = stack.enter_context(postgres.running(durable=True))
        found = {
            "sqlite": measure(lambda size: f"sqlite:///{Path(folder)}/{size}.sqlite"),
            "postgresql": measure(lambda size: servers.new_database(server_url, f"of_{size}")),
        }
    results.keep("drain", {"webhooks": WEBHOOKS, **found})


if __name__ == "__main__":
    main()
