"""Parcels on their way: the sandbox's own journeys, without the sandbox.

Times are seconds from the beginning of the simulated month; what happened before is negative.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.journeys.plan import Way, origin_for, plan
from sandbox.journeys.routes import ABROAD
from sandbox.places import CHINESE_ORIGINS, CITIES
from sandbox.seed.drafts import ABROAD_SHARE, COUNTRIES, DOMESTIC
from sandbox.seed.mix import MIX
from shopify_app.domain import status_map
from shopify_app.domain.shipment import RECOGNIZED_WITHIN
from shopify_app.domain.status import TERMINAL, Status

HOUR, DAY = 3600.0, 86_400.0
SILENCE = 30 * DAY
"""17TRACK stops to look at a number after so long without news; then it is active no more."""
GOES_ABROAD = 0.75
ENDINGS = {
    kind.ending: sum(k.count for k in MIX if k.ending == kind.ending)
    for kind in MIX
    if kind.ending != "delivered"
}
"""How parcels that do not arrive end, in the proportions of the sandbox's store."""


@dataclass(slots=True)
class Parcel:
    """What happens to one parcel, when, and whether in the country it goes to (`home`).

    We know its first `seen` events, by the look at `looked`; so many looks since were `unchanged`.
    """

    fulfilled: float
    times: list[float]
    statuses: list[Status]
    home: list[bool]
    seen: int = 0
    unchanged: int = 0
    looked: float = 0.0

    @property
    def over(self) -> float:
        """When it is active no more: it arrived or came back, or nothing happened for long."""
        if self.statuses and self.statuses[-1] in TERMINAL:
            return self.times[-1]
        return (self.times[-1] if self.times else self.fulfilled) + SILENCE

    def known(self, now: float) -> Status:
        """The status that we show: a number nobody found for a week is taken for a wrong one."""
        if self.seen:
            return self.statuses[self.seen - 1]
        week = RECOGNIZED_WITHIN.total_seconds()
        return Status.NOT_RECOGNIZED if now - self.fulfilled >= week else Status.PENDING

    @property
    def known_since(self) -> float:
        """When the newest event that we know of happened."""
        return self.times[self.seen - 1] if self.seen else self.fulfilled

    @property
    def arrived(self) -> bool:
        """Whether the newest event that we know of was in the country it goes to."""
        return self.seen > 0 and self.home[self.seen - 1]

    def happened(self, now: float) -> int:
        """How many events there are by now."""
        return bisect_right(self.times, now)

    def true(self, now: float) -> Status:
        """What a look would tell now."""
        count = self.happened(now)
        return self.statuses[count - 1] if count else Status.PENDING


def draw(rng: random.Random, fulfilled: float, arrives: float) -> Parcel:
    """A parcel fulfilled at that time; this share of them arrives."""
    country = rng.choices(list(COUNTRIES), list(COUNTRIES.values()))[0]
    if rng.random() < GOES_ABROAD:
        carrier = rng.choices(ABROAD, [ABROAD_SHARE[key] for key in ABROAD])[0]
    else:
        carrier = rng.choice(DOMESTIC[country])
    ending = "delivered"
    if rng.random() > arrives:
        ending = rng.choices(list(ENDINGS), list(ENDINGS.values()))[0]
    origin = origin_for(carrier, country, rng, CHINESE_ORIGINS)
    events = plan(rng, Way(carrier, origin, rng.choice(CITIES[country]), ending))
    return Parcel(
        fulfilled,
        times=[fulfilled + event["after"] for event in events],
        statuses=[status_map.SEVENTEENTRACK[event["sub_status"]].status for event in events],
        home=[event.get("place", {}).get("country") == country for event in events],
    )


def succession(rng: random.Random, begin: float, end: float, arrives: float) -> Iterator[Parcel]:
    """One after another is on its way from `begin` to `end`: where one is over the next begins.

    The first is somewhere in its first month at the beginning.
    """
    parcel = draw(rng, begin - rng.uniform(0, 30) * DAY, arrives)
    while parcel.over <= begin:
        parcel = draw(rng, begin - rng.uniform(0, 30) * DAY, arrives)
    yield parcel
    while parcel.over < end:
        parcel = draw(rng, parcel.over, arrives)
        yield parcel
