"""`python -m bench.chaos`: every trial on both databases; exit status 1 if a promise was broken."""

from __future__ import annotations

import os
import random
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
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
OF_SQLITE = {"full"}
"""PostgreSQL's disk is not ours to fill: there it is its administrator's limit that is reached."""


def tried(kind: str, seed: int, names: list[str]) -> Iterator[tuple[str, Found]]:
    """What came of these trials on a database of this kind."""
    with house.running(kind) as running:
        for name in names:
            if name in OF_SQLITE and kind != SQLITE:
                continue
            began, dice = time.monotonic(), random.Random(f"{seed} {name}")
            try:
                for found in TRIALS[name](running, dice):
                    yield kind, found
            except TooLate as late:
                yield kind, Found(name, "it comes to an end", str(late), kept=False)
            print(f"{kind} {name}: {time.monotonic() - began:.0f} s", flush=True)


def main() -> int:
    """Run, print, keep. `SEED` repeats a run, `TRIALS` and `ON` (a database) choose."""
    seed = int(os.environ.get("SEED") or secrets.randbelow(10**6))
    names = (os.environ.get("TRIALS") or " ".join(TRIALS)).split()
    kinds = (os.environ.get("ON") or f"{SQLITE} {POSTGRESQL}").split()
    print(f"SEED={seed}", flush=True)
    rows = []
    for kind in kinds:
        for _, found in tried(kind, seed, names):
            rows.append(_row(kind, found))
            print(_line(kind, found), flush=True)
    if names == list(TRIALS):
        results.keep("chaos", {"seed": seed, "promises": rows})
    broken = sum(not row["kept"] for row in rows)
    print(f"{len(rows) - broken} of {len(rows)} promises kept (SEED={seed})")
    return 1 if broken else 0


def _row(kind: str, found: Found) -> dict[str, Any]:
    return {"database": kind, **vars(found)}


def _line(kind: str, found: Found) -> str:
    verdict = "kept  " if found.kept else "BROKEN"
    return f"{verdict} {kind:10} {found.trial} | {found.promise} | {found.seen}"


if __name__ == "__main__":
    sys.exit(main())
