"""Parts are killed at random under load."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from bench.chaos import judge
from bench.chaos.house import House, TooLate
from bench.chaos.killer import Killer
from bench.chaos.load import Load
from bench.chaos.promises import DRAINED_WITHIN, Found, always, soon
from shopify_app.jobs.process_inbox import LEASE


@dataclass(frozen=True)
class Storm:
    """So many orders, and kills, in so many seconds. `hurried`: the clock jumps over the lease of
    those who died, which is not waited for.
    """

    orders: int
    kills: int
    seconds: float
    hurried: bool = False


def storm(house: House, dice: random.Random, plan: Storm) -> Iterator[Found]:
    """Web, workers, ticker, Redis and database are killed with -9."""
    load = Load(house, dice, "storm", plan.orders, plan.seconds * 0.8)
    killer = Killer(house, dice)
    _rage(house, load, killer, sorted(dice.uniform(0.5, plan.seconds) for _ in range(plan.kills)))
    if plan.hurried:
        house.wait(house.web_answers, judge.PATIENCE)  # else Shopify's next try fails as well
        house.jump(LEASE.total_seconds())
    seconds = judge.drain(house)
    uncertain = judge.settle(house)
    with suppress(TooLate):
        house.wait(lambda: not judge.astray(house, load.orders), DRAINED_WITHIN)
    trial = f"{killer.killed.total()} kills -9: {killer}"
    yield from always(house, trial, load)
    yield soon(trial, seconds)
    yield Found(
        trial,
        "uncertain messages are no more than kills of senders",
        f"{uncertain} uncertain, {killer.senders} kills",
        uncertain <= killer.senders,
    )


def _rage(house: House, load: Load, killer: Killer, moments: list[float]) -> None:
    began = time.monotonic()

    def meanwhile() -> None:
        load.work()
        while moments and moments[0] <= time.monotonic() - began:
            moments.pop(0)
            killer.strike()

    house.wait(lambda: load.over and not moments, judge.PATIENCE, meanwhile)
