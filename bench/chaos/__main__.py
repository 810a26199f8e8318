"""`python -m bench.chaos`: every trial on both databases; exit status 1 if a promise was broken."""

from __future__ import annotations

import os
import random
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

from bench import results
from bench.chaos import house
from bench.chaos.house import POSTGRESQL, SQLITE, House, TooLate
from bench.chaos.missed import missed
from bench.chaos.outages import flushed, full, hung, locked
from bench.chaos.poison import poison
from bench.chaos.promises import Found
from bench.chaos.restarts import restarts
from bench.chaos.restored import restored
from bench.chaos.storm import Storm, storm

Trial = Callable[[House, random.Random], Iterator[Found]]
Row = dict[str, Any]
STORM = Storm(orders=150, kills=40, seconds=50)
TRIALS: dict[str, Trial] = {
    "restarts": restarts,
    "storm": partial(storm, plan=STORM),
    "flushed": flushed,
    "hung": hung,
    "locked": locked,
    "full": full,
    "poison": poison,
    "missed": missed,
    "restored": restored,
}


def main() -> int:
    """Run, print, keep. `SEED` repeats a run, `TRIALS` and `ON` (a database) choose."""
    seed = int(os.environ.get("SEED") or secrets.randbelow(10**6))
    names = (os.environ.get("TRIALS") or " ".join(TRIALS)).split()
    kinds = (os.environ.get("ON") or f"{SQLITE} {POSTGRESQL}").split()
    print(f"SEED={seed}", flush=True)
    began = time.monotonic()
    rows = _side_by_side(kinds, seed, names)
    if names == list(TRIALS) and len(kinds) == 2:
        seconds = round(time.monotonic() - began)
        results.keep("chaos", {"seed": seed, "seconds": seconds, "promises": rows})
    broken = sum(not row["kept"] for row in rows)
    print(f"{len(rows) - broken} of {len(rows)} promises kept (SEED={seed})")
    return 1 if broken else 0


def _side_by_side(kinds: list[str], seed: int, names: list[str]) -> list[Row]:
    """What came of the trials. Each database has a process, as one process has one database; most
    of a trial's time is waiting.
    """
    with ProcessPoolExecutor(len(kinds), get_context("spawn")) as pool:
        runs = [pool.submit(_tried, kind, seed, names) for kind in kinds]
        return [row for run in runs for row in run.result()]


def _tried(kind: str, seed: int, names: list[str]) -> list[Row]:
    rows = []
    with house.running(kind, small_disk=True) as running:
        for name in names:
            began = time.monotonic()
            for found in _found(running, name, random.Random(f"{seed} {name}")):
                rows.append({"database": kind, **vars(found)})
                print(_line(kind, found), flush=True)
            print(f"{kind} {name}: {time.monotonic() - began:.0f} s", flush=True)
    return rows


def _found(running: House, name: str, dice: random.Random) -> Iterator[Found]:
    try:
        yield from TRIALS[name](running, dice)
    except TooLate as late:
        yield Found(name, "it comes to an end", str(late), kept=False)


def _line(kind: str, found: Found) -> str:
    verdict = "kept  " if found.kept else "BROKEN"
    return f"{verdict} {kind:10} {found.trial} | {found.promise} | {found.seen}"


if __name__ == "__main__":
    sys.exit(main())
