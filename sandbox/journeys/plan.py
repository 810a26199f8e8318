"""A parcel's plan: what will happen and how many seconds after it was fulfilled."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass

from sandbox.carriers import CARRIERS
from sandbox.database import Json
from sandbox.journeys.endings import ARRIVED, ENDINGS, NEVER, Ending, Happening
from sandbox.journeys.routes import ABROAD, DOOR_TO_DOOR, STAGES, Step, route
from sandbox.places import GATEWAYS, HONG_KONG, WAREHOUSE, Place

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Way:
    """Who carries a parcel, from where to where, and what becomes of it."""

    carrier: str
    origin: Place
    destination: Place
    ending: str = "delivered"


def last_mile(way: Way) -> str | None:
    """The second carrier of a parcel that changes hands abroad."""
    return route(way.carrier, "en", way.destination.country)[1]


def origin_for(carrier: str, country: str, rng: random.Random, chinese: tuple[Place, ...]) -> Place:
    """Where a carrier takes a parcel over."""
    return rng.choice(chinese) if carrier in ABROAD else WAREHOUSE.get(country, HONG_KONG)


def plan(rng: random.Random, way: Way) -> list[Json]:
    """The events in their order, each with `after`, its seconds since the fulfillment."""
    language = CARRIERS[way.carrier].language
    steps, _ = route(way.carrier, language, way.destination.country)
    ending = ENDINGS.get(way.ending)
    events, after = [], 0.0
    for step in _cut(steps, ending) + _extra(steps, ending, way):
        after += rng.uniform(*step.hours) * HOUR
        events.append(_event(step, round(after), way))
    if ending and ending.silence:
        after += rng.uniform(*ending.silence) * 24 * HOUR
        events.append({"after": round(after), "sub_status": "Expired_Other", "silent": True})
    return events


def _cut(steps: tuple[Step, ...], ending: Ending | None) -> tuple[Step, ...]:
    """The usual steps up to the one where the ending sets in."""
    if ending is None:
        return steps
    if ending.cut == NEVER:
        return ()
    kinds = [step.sub_status for step in steps]
    if ending.cut == ARRIVED or ending.cut not in kinds:
        return steps[: kinds.index("OutForDelivery_Other")]
    return steps[: kinds.index(ending.cut) + 1]


def _extra(steps: tuple[Step, ...], ending: Ending | None, way: Way) -> tuple[Step, ...]:
    if ending is None:
        return ()
    kept = _cut(steps, ending)
    at = kept[-1] if kept else steps[0]
    local = way.destination.country == "VN" and way.carrier not in DOOR_TO_DOOR
    return tuple(_happening(h, at, local) for h in ending.happenings)


def _happening(happening: Happening, at: Step, local: bool) -> Step:
    text = happening.vietnamese if local and at.where != "export" else happening.english
    english = happening.english if text != happening.english else ""
    return Step(happening.hours, happening.sub_status, text, english, at.where, at.leg)


def _event(step: Step, after: int, way: Way) -> Json:
    place = _place(step.where, way)
    return {
        "after": after,
        "sub_status": step.sub_status,
        "stage": STAGES.get(step.sub_status),
        "text": step.text.replace("{city}", place.city),
        "translation": step.english.replace("{city}", place.city),
        "place": asdict(place),
        "leg": step.leg,
    }


def _place(where: str, way: Way) -> Place:
    if where == "export":
        return HONG_KONG if way.origin.city == "Shenzhen" else way.origin
    if where == "gateway":
        return GATEWAYS.get(way.destination.country, way.destination)
    return way.origin if where == "origin" else way.destination
