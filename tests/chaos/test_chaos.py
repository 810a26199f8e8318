"""The short form of `make chaos`: the whole product under load, its parts killed with -9.

It needs servers of its own, and takes turns on the two databases: one on even days, the other on
odd ones. `CHAOS_ON=postgresql` or `sqlite` chooses.
"""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime

import pytest

from bench.chaos import product
from bench.chaos.product import POSTGRESQL, SQLITE
from bench.chaos.storm import Storm, storm

SHORT = Storm(orders=10, kills=8, seconds=4, hurried=True)
TODAY = (SQLITE, POSTGRESQL)[datetime.now(UTC).toordinal() % 2]


@pytest.mark.timeout(180)
def test_whatever_is_killed_nothing_is_lost_and_no_customer_is_told_twice() -> None:
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    kind = os.environ.get("CHAOS_ON", TODAY)
    with product.running(kind) as running:
        found = list(storm(running, random.Random(f"{seed} storm"), SHORT))
    broken = [each for each in found if not each.kept]
    assert not broken, f"SEED={seed} CHAOS_ON={kind}"
