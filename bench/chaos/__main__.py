"""`python -m bench.chaos`: every trial on both databases; exit status 1 if a promise was broken."""

from __future__ import annotations

import os
import secrets
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bench import results
from bench.chaos.product import POSTGRESQL, SQLITE
from bench.chaos.trials import TRIALS, Row, tried


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
        runs = [pool.submit(tried, kind, seed, names) for kind in kinds]
        return [row for run in runs for row in run.result()]


if __name__ == "__main__":
    sys.exit(main())
