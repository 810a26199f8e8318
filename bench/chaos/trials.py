"""Every trial by its name, and running some of them on a database."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from bench.chaos import product
from bench.chaos.missed import missed
from bench.chaos.outages import flushed, full, hung, locked
from bench.chaos.poison import poison
from bench.chaos.product import Product, TooLate
from bench.chaos.promises import Found
from bench.chaos.restarts import restarts
from bench.chaos.restored import restored
from bench.chaos.storm import Storm, storm

Trial = Callable[[Product, random.Random], Iterator[Found]]
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


def tried(kind: str, seed: int, names: list[str]) -> list[Row]:
    """What came of these trials on a database of this kind; each is printed as it is found."""
    rows = []
    with product.running(kind, small_disk=True) as running:
        for name in names:
            began = time.monotonic()
            for found in _found(running, name, random.Random(f"{seed} {name}")):
                rows.append({"database": kind, **vars(found)})
                print(_line(kind, found), flush=True)
            print(f"{kind} {name}: {time.monotonic() - began:.0f} s", flush=True)
    return rows


def _found(running: Product, name: str, dice: random.Random) -> Iterator[Found]:
    try:
        yield from TRIALS[name](running, dice)
    except TooLate as late:
        yield Found(name, "it comes to an end", str(late), kept=False)


def _line(kind: str, found: Found) -> str:
    verdict = "kept  " if found.kept else "BROKEN"
    return f"{verdict} {kind:10} {found.trial} | {found.promise} | {found.seen}"
