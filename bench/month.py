"""A month of 10,000 active parcels on a virtual clock: what the plan of looks costs and brings.

Our plan (`domain.poll_plan`, with its jitter) is held against a look every six hours. Both see the
same parcels, which travel as the sandbox's do, and both ask as `jobs.poll_carriers` does: each
second whatever is due is claimed, at most 40 numbers a call. See docs/benchmarks.md.
"""

from __future__ import annotations

import heapq
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bench import results
from bench.parcels import DAY, HOUR, Parcel, succession
from shopify_app.domain import poll_plan
from shopify_app.domain.poll_plan import Watched
from shopify_app.domain.status import TERMINAL, Status

PARCELS = 10_000
ARRIVES = 0.95
"""The share that arrives. The sandbox's store shows every trouble, so it has fewer."""
WARM_UP, MONTH = 3 * DAY, 30 * DAY
BATCH = 40
CADENCE = 6 * HOUR
SAMPLED_EVERY = 7 * HOUR
NEAR = frozenset({Status.PICK_UP, Status.UNDELIVERED})
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)

NextLook = Callable[[Parcel, float, float], float | None]
"""When to look again, of the parcel, the time, and a chance in 0..1; None for never."""


def ours(parcel: Parcel, now: float, chance: float) -> float | None:
    """As `actions.looking.next_look` has it, for a parcel that nobody set by hand."""
    watched = Watched(
        status=parcel.known(now),
        since=_moment(parcel.known_since),
        fulfilled_at=_moment(parcel.fulfilled),
        arrived=parcel.arrived,
        unchanged=parcel.unchanged,
    )
    at = poll_plan.next_look(watched, _moment(now), chance)
    return (at - BEGIN).total_seconds() if at else None


def fixed(parcel: Parcel, now: float, _chance: float) -> float | None:
    """Every six hours until it is delivered or returned."""
    return None if parcel.known(now) in TERMINAL else now + CADENCE


@dataclass
class Month:
    """What a plan cost in the month, and the ages it led to (in seconds, by class of parcel)."""

    looks: int = 0
    calls: int = 0
    ages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    news: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    near_shown: int = 0
    near_passed_by: int = 0

    def told(self) -> dict[str, Any]:
        """The figures, ages in hours."""
        near = self.near_shown + self.near_passed_by
        return {
            "calls": self.calls,
            "looks": self.looks,
            "looks_per_parcel_and_day": round(self.looks / PARCELS / (MONTH / DAY), 2),
            "age_of_last_look_hours": _spread(self.ages),
            "age_of_newest_event_when_known_hours": _spread(self.news),
            "near_delivery_passed_by_unseen": round(self.near_passed_by / near, 3),
        }


def simulate(plan: NextLook) -> Month:
    """Live through the month by this plan."""
    chance = random.Random("chance")
    month, number = Month(), count()
    due: list[tuple[float, int, Parcel]] = []
    for parcel in _parcels():
        first = max(parcel.fulfilled, -WARM_UP + chance.random() * CADENCE)
        parcel.looked = max(parcel.fulfilled, -WARM_UP)
        parcel.seen = parcel.happened(-WARM_UP)
        due.append((first, next(number), parcel))
    heapq.heapify(due)
    while due and due[0][0] < MONTH:
        now = float(math.ceil(due[0][0]))
        batch: list[Parcel] = []
        while due and len(batch) < BATCH and due[0][0] <= now:
            batch.append(heapq.heappop(due)[2])
        month.calls += now >= 0
        for parcel in batch:
            _look(month, parcel, now)
            at = plan(parcel, now, chance.random())
            if at is not None and (now < parcel.over or parcel.known(now) in TERMINAL):
                heapq.heappush(due, (at, next(number), parcel))
    for _, _, parcel in due:
        _sample(month, parcel, MONTH)
    return month


def _parcels() -> list[Parcel]:
    rng = random.Random("parcels")
    return [p for _ in range(PARCELS) for p in succession(rng, -WARM_UP, MONTH, ARRIVES)]


def _look(month: Month, parcel: Parcel, now: float) -> None:
    """The provider tells all that has happened by now."""
    _sample(month, parcel, now)
    month.looks += now >= 0
    happened = parcel.happened(now)
    parcel.unchanged = parcel.unchanged + 1 if happened == parcel.seen else 0
    if happened > parcel.seen and parcel.times[happened - 1] >= 0:
        _note_news(month, parcel, happened, now)
    parcel.seen, parcel.looked = happened, now


def _note_news(month: Month, parcel: Parcel, happened: int, now: float) -> None:
    status, age = parcel.statuses[happened - 1], now - parcel.times[happened - 1]
    kinds = ["all"]
    if status in NEAR:
        kinds.append("near delivery")
    if status in TERMINAL:
        kinds.append("delivered or returned")
    for kind in kinds:
        month.news[kind].append(age)
    month.near_shown += status in NEAR
    month.near_passed_by += sum(s in NEAR for s in parcel.statuses[parcel.seen : happened - 1])


def _sample(month: Month, parcel: Parcel, until: float) -> None:
    """Between two looks the age of the first one is noted every few hours."""
    last = min(until, parcel.over, MONTH)
    at = max(math.ceil(parcel.looked / SAMPLED_EVERY), 0) * SAMPLED_EVERY
    while at < last:
        age = at - parcel.looked
        month.ages["all"].append(age)
        if parcel.known(at) in NEAR:
            month.ages["near delivery, as we know"].append(age)
        if parcel.true(at) in NEAR:
            month.ages["near delivery, in truth"].append(age)
        at += SAMPLED_EVERY


def _moment(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def _spread(by_kind: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    spread = {}
    for kind, ages in by_kind.items():
        ages.sort()
        p50, p95 = (round(results.percentile(ages, share) / HOUR, 2) for share in (0.5, 0.95))
        spread[kind] = {"p50": p50, "p95": p95, "of": len(ages)}
    return spread


def main() -> None:
    """Live the month twice, and keep what came of it."""
    began = time.monotonic()
    plan, cadence = simulate(ours), simulate(fixed)
    results.keep(
        "month",
        {
            "parcels": PARCELS,
            "days": MONTH / DAY,
            "our_plan": plan.told(),
            "every_six_hours": cadence.told(),
            "fewer_calls": round(1 - plan.calls / cadence.calls, 3),
            "fewer_looks": round(1 - plan.looks / cadence.looks, 3),
            "took_seconds": round(time.monotonic() - began, 1),
        },
    )


if __name__ == "__main__":
    main()
