"""Draws the orders of the first store: who ordered when, and how their parcels travel."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from sandbox.carriers import CARRIERS
from sandbox.journeys.endings import CUSTOMS, ENDINGS, TRANSIT
from sandbox.journeys.plan import Way, origin_for, plan
from sandbox.journeys.routes import ABROAD
from sandbox.places import CHINESE_ORIGINS
from sandbox.seed.mix import Kind, kinds
from sandbox.seed.people import Person, person

DAY = 86_400.0
COUNTRIES = {"US": 51, "VN": 22, "CA": 9, "GB": 9, "NL": 9}
ABROAD_SHARE = {
    "yunexpress": 28, "yanwen": 18, "cainiao": 18, "4px": 12, "china_post": 18, "dhl": 6,
}  # fmt: skip
DOMESTIC = {
    "US": ("usps", "usps", "ups"),
    "VN": ("ghn", "ghtk", "viettel", "vnpost"),
    "CA": ("canada_post",),
    "GB": ("royal_mail",),
    "NL": ("postnl",),
}
WITHOUT_PARCEL = ("unfulfilled", "cancelled", "no_number", "digital", "digital_fulfilled")
ON_THE_WAY_ABROAD = {
    "InTransit_Departure",
    "InTransit_Arrival",
    "InTransit_CustomsProcessing",
    "InTransit_CustomsReleased",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """An order to be made. Ages and times are in seconds, back from the start or from placing."""

    kind: Kind
    buyer: Person
    age: float
    """How long ago it was placed."""
    handling: float
    """How long after that it was fulfilled."""
    way: Way
    number: str
    pace: float
    """By how much the plan of the parcel is stretched, so that it is where the kind says."""
    second: bool = False
    """Whether it has two parcels."""
    split: bool = False
    """Whether they are in two fulfillments."""


def draw(rng: random.Random, total: int) -> list[Draft]:
    """The orders of the store, the oldest first."""
    drafts = [_draft(rng, kind) for kind in kinds(total)]
    drafts = [_with_second(rng, draft) for draft in drafts]
    return sorted(drafts, key=lambda draft: -draft.age)


def _with_second(rng: random.Random, draft: Draft) -> Draft:
    """A few usual orders come in two parcels, some of these in two fulfillments."""
    if draft.kind.how or draft.kind.ending != "delivered" or rng.random() > 0.1:
        return draft
    return replace(draft, second=True, split=rng.random() < 0.55)


def _draft(rng: random.Random, kind: Kind) -> Draft:
    buyer = person(rng, rng.choices(list(COUNTRIES), list(COUNTRIES.values()))[0])
    carrier = _carrier(rng, kind, buyer.place.country)
    origin = origin_for(carrier, buyer.place.country, rng, CHINESE_ORIGINS)
    way = Way(carrier, origin, buyer.place, kind.ending)
    number = _number(rng, kind, carrier)
    age, handling, pace = _timing(rng, kind, way, number)
    return Draft(kind, buyer, age, handling, way, number, pace)


def _carrier(rng: random.Random, kind: Kind, country: str) -> str:
    ending = ENDINGS.get(kind.ending)
    abroad = kind.state in ON_THE_WAY_ABROAD or bool(ending and ending.cut in (CUSTOMS, TRANSIT))
    share = 0.12 if country == "VN" else 0.75
    if kind.how == "wrong_digit":
        return "china_post"
    if abroad or rng.random() < share:
        return rng.choices(ABROAD, [ABROAD_SHARE[key] for key in ABROAD])[0]
    return rng.choice(DOMESTIC[country])


def _number(rng: random.Random, kind: Kind, carrier: str) -> str:
    number = CARRIERS[carrier].make(rng)
    if kind.how == "typo":
        return number[:4]
    if kind.how == "wrong_digit":
        return f"{number[:10]}{(int(number[10]) + 3) % 10}{number[11:]}"
    return number


def _timing(rng: random.Random, kind: Kind, way: Way, number: str) -> tuple[float, float, float]:
    """Age, handling and pace by which the parcel is now where the kind says."""
    handling = rng.uniform(0.3, 2.2) * DAY
    age = rng.uniform(kind.youngest, kind.oldest) * DAY
    times = [event["after"] for event in plan(random.Random(number), way)]
    if kind.how in WITHOUT_PARCEL:
        return age, min(handling, age / 2), 1.0
    if not times:
        return max(age, handling + 600), handling, 1.0
    if kind.how == "stuck":
        return age, handling, (age - handling - rng.uniform(5, 12) * DAY) / times[-1]
    if kind.state != "over":
        return _under_way(rng, kind, way, number, handling)
    needed = handling + times[-1] + rng.uniform(0.05, 1.2) * DAY
    if needed <= age:
        return age, handling, 1.0
    age = min(needed, kind.oldest * DAY)
    return age, handling, min(1.0, (age - handling - 600) / times[-1])


def _under_way(
    rng: random.Random, kind: Kind, way: Way, number: str, handling: float
) -> tuple[float, float, float]:
    """Between the event that the kind names and the one after it."""
    events = plan(random.Random(number), way)
    places = [place for place, e in enumerate(events) if e["sub_status"] == kind.state]
    place = rng.choice(places) if places else 0
    begin, end = events[place]["after"], events[place + 1]["after"]
    elapsed = begin + (end - begin) * rng.uniform(0.15, 0.85)
    pace = min(1.0, (kind.oldest * DAY - handling) / elapsed)
    return handling + elapsed * pace, handling, pace
