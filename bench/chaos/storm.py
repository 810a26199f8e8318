"""Parts are killed at random under load."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from bench.chaos import judge
from bench.chaos.killer import Killer
from bench.chaos.product import Product, TooLate
from bench.chaos.promises import DRAINED_WITHIN, Found, always, soon
from bench.chaos.traffic import Traffic
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


def storm(product: Product, dice: random.Random, plan: Storm) -> Iterator[Found]:
    """Web, workers, ticker, Redis and database are killed with -9."""
    traffic = Traffic(product, dice, "storm", plan.orders, plan.seconds * 0.8)
    killer = Killer(product, dice)
    _rage(
        product, traffic, killer, sorted(dice.uniform(0.5, plan.seconds) for _ in range(plan.kills))
    )
    if plan.hurried:
        product.wait(product.web_answers, judge.PATIENCE)  # else Shopify's next try fails as well
        product.jump(LEASE.total_seconds())
    seconds = judge.drain(product)
    uncertain = judge.settle(product)
    with suppress(TooLate):
        product.wait(lambda: not judge.astray(product, traffic.orders), DRAINED_WITHIN)
    trial = f"{killer.killed.total()} kills -9: {killer}"
    yield from always(product, trial, traffic)
    yield soon(trial, seconds)
    yield Found(
        trial,
        "uncertain messages are no more than kills of senders",
        f"{uncertain} uncertain, {killer.senders} kills",
        uncertain <= killer.senders,
    )


def _rage(product: Product, traffic: Traffic, killer: Killer, moments: list[float]) -> None:
    began = time.monotonic()

    def meanwhile() -> None:
        traffic.work()
        while moments and moments[0] <= time.monotonic() - began:
            moments.pop(0)
            killer.strike()

    product.wait(lambda: traffic.over and not moments, judge.PATIENCE, meanwhile)
