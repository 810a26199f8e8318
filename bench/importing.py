"""How fast a store's earlier orders come in, and what memory that takes: by the real job.

A few by pages and by bulk operation, by turns, and then all of them by bulk operation.
`ROWS=10000` makes the store smaller. See docs/benchmarks.md.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import delete, select

from bench import house, results
from bench.house import SHOP
from bench.stand_ins import store
from shopify_app import bootstrap, clock, database
from shopify_app.actions import importing
from shopify_app.jobs import backfill
from shopify_app.models import Base, Shop
from shopify_app.settings import Settings

ORDERS = int(os.environ.get("ROWS") or 100_000)
COMPARED, ROUNDS = min(ORDERS, 1_000), 3
"""So many are read both ways, so often."""
POINTS_A_PAGE, POINTS_A_SECOND = 252, 100
"""What a page of five orders costs, and how fast a store on a plain plan gives points back."""


def measure(settings: Settings, provider: str) -> dict[str, Any]:
    """All of it on one database."""
    database.migrate(settings.database_url)
    found = {
        "compared": _compare(settings, provider),
        "whole": _import(settings, provider, ORDERS, paged=False),
    }
    database.engine().dispose()
    return found


def _compare(settings: Settings, provider: str) -> dict[str, Any]:
    """Both ways by turns, and the medians."""
    both = [
        [_import(settings, provider, COMPARED, paged=paged)["orders_per_second_at_work"]
         for paged in (False, True)]
        for _ in range(ROUNDS)
    ]  # fmt: skip
    return {
        "orders": COMPARED,
        "rounds": ROUNDS,
        "orders_per_second_bulk": median(bulk for bulk, _ in both),
        "orders_per_second_pages": median(pages for _, pages in both),
        "ratio": round(median(bulk / pages for bulk, pages in both), 2),
    }


def _import(settings: Settings, provider: str, orders: int, *, paged: bool) -> dict[str, Any]:
    """Install the app on a store of so many orders, and let the job read them."""
    bootstrap.wire(replace(settings, shopify_admin_url=f"{provider}/{orders}"))
    _empty()
    house.install()
    with database.writing() as session:
        shop = session.get_one(Shop, SHOP)
        importing.begin(session, shop)
        shop.import_paged = paged
    began, waited, memory = time.perf_counter(), 0.0, []
    while (shop := _shop()).importing:
        waited += _wait_for(shop)
        backfill.step()
        memory.append(_resident())
    took = time.perf_counter() - began
    assert (shop.import_state, shop.imported_orders) == ("done", orders), shop.import_error
    print(f"{orders} orders by {'pages' if paged else 'bulk'}: {took:.0f} s", flush=True)
    return {
        "orders": orders,
        "seconds": round(took, 1),
        "orders_per_second": round(orders / took, 1),
        "orders_per_second_at_work": round(orders / (took - waited), 1),
        "megabytes_at_first": memory[min(2, len(memory) - 1)],
        "megabytes_at_most": max(memory),
    }


def _shop() -> Shop:
    with database.reading() as session:
        return session.scalars(select(Shop).where(Shop.id == SHOP)).one()


def _wait_for(shop: Shop) -> float:
    """Sleep until the import goes on: it lets Shopify begin first. Returns for how long."""
    assert shop.import_due_at
    pause = max((shop.import_due_at - clock.now()).total_seconds(), 0)
    time.sleep(pause)
    return pause


def _empty() -> None:
    with database.writing() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.connection().execute(delete(table))


def _resident() -> float:
    """The memory of this process, in megabytes, as Linux tells it."""
    status = Path("/proc/self/status").read_text()
    [line] = [each for each in status.splitlines() if each.startswith("VmRSS:")]
    return round(int(line.split()[1]) / 1024, 1)


def main() -> None:
    """Measure on SQLite and on PostgreSQL, and keep the figures."""
    if sys.platform != "linux":
        raise SystemExit("memory is read from /proc: this runs on Linux")
    with store.running() as provider:
        found = house.on_both(partial(measure, provider=provider))
    at_most = POINTS_A_SECOND / POINTS_A_PAGE * 5
    results.keep(
        "import", {"pages_at_shopifys_pace": {"orders_per_second": round(at_most, 1)}, **found}
    )


if __name__ == "__main__":
    main()
