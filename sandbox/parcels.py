"""Parcels and where they are: each has a plan, and the clock says how much of it has happened."""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from itertools import chain

from sandbox import carriers
from sandbox.database import Json, dump
from sandbox.journeys.endings import ENDINGS
from sandbox.journeys.plan import Way, last_mile, origin_for, plan
from sandbox.journeys.routes import DOOR_TO_DOOR, STAGES
from sandbox.places import CHINESE_ORIGINS, CITIES, Place
from sandbox.world import World


def create(
    world: World, number: str, order_id: int | None, way: Way, start: float, pace: float = 1.0
) -> Json:
    """Plan the way of a new parcel that was handed over at `start` (seconds since 1970).

    The plan follows from the number alone, so the same number always travels the same way.
    `pace` stretches its times.
    """
    rng = random.Random(number)
    events = [_dated(event, start, pace) for event in plan(rng, way)]
    last = last_mile(way)
    parcel = {
        "number": number,
        "order_id": order_id,
        "carrier": way.carrier,
        "last_mile": last,
        "last_number": carriers.CARRIERS[last].make(rng) if last else None,
        "origin": asdict(way.origin),
        "destination": asdict(way.destination),
        "ending": way.ending,
        "quick": False,
        "events": events,
    }
    save(world, parcel)
    return parcel


def _dated(event: Json, start: float, pace: float) -> Json:
    return {"at": start + event.pop("after") * pace, **event}


def by_hand(world: World, number: str, order: Json | None, start: float) -> Json | None:
    """The parcel of a number that somebody typed in; None if no carrier writes such numbers.

    Where the check digit cannot be right, the carrier never hears of it.
    """
    known = get(world, number)
    carrier = carriers.detect(number)
    if known or not carrier:
        return known
    rng = random.Random(number)
    destination = _destination(order, carrier, rng)
    ending = "silent" if carriers.impossible(number) else "delivered"
    origin = origin_for(carrier, destination.country, rng, CHINESE_ORIGINS)
    way = Way(carrier, origin, destination, ending)
    return create(world, number, order["id"] if order else None, way, start)


def _destination(order: Json | None, carrier: str, rng: random.Random) -> Place:
    address = (order or {}).get("shipping_address") or {}
    home = carriers.CARRIERS[carrier].country
    cities = CITIES.get(address.get("country_code") or ("US" if home == "CN" else home))
    cities = cities or CITIES["US"]
    return next((c for c in cities if c.city == address.get("city")), rng.choice(cities))


def get(world: World, number: str) -> Json | None:
    row = world.database.row("SELECT body FROM parcels WHERE number = ?", number)
    return json.loads(row["body"]) if row else None


def save(world: World, parcel: Json) -> None:
    """Keep a parcel; whoever follows it is told of the change at once."""
    with world.database.transaction():
        world.database.run(
            "INSERT OR REPLACE INTO parcels VALUES (?, ?, ?)",
            parcel["number"], parcel["order_id"], dump(parcel),
        )  # fmt: skip
        world.database.run(
            "UPDATE registrations SET next_at = 0 WHERE number = ?", parcel["number"]
        )


def happened(parcel: Json, now: float) -> list[Json]:
    """The events up to now, the oldest first."""
    return [event for event in parcel["events"] if event["at"] <= now]


def sub_status(parcel: Json, now: float) -> str:
    """The sub-status by 17TRACK's words, `NotFound_...` before anything has happened."""
    events = happened(parcel, now)
    if events:
        return str(events[-1]["sub_status"])
    return "NotFound_InvalidCode" if carriers.impossible(parcel["number"]) else "NotFound_Other"


def advance(world: World, parcel: Json, steps: int = 1) -> Json:
    """Let the next planned events happen now. Raises ValueError if nothing is planned any more."""
    now = world.clock.seconds()
    coming = [event for event in parcel["events"] if event["at"] > now]
    if not coming:
        raise ValueError(f"nothing more is planned for {parcel['number']}: name a status instead")
    shift = coming[min(steps, len(coming)) - 1]["at"] - now
    for event in coming:
        event["at"] = max(now, event["at"] - shift)
    save(world, parcel)
    return parcel


def move_to(world: World, parcel: Json, sub: str, text: str = "") -> Json:
    """Something happens now that was not planned, and what was planned does not.

    `sub` is a sub-status of 17TRACK or a main status of it. Raises ValueError for other words.
    """
    now = world.clock.seconds()
    event = _unplanned(parcel, known_sub_status(sub), text) | {"at": now}
    parcel["events"] = [*happened(parcel, now), event]
    save(world, parcel)
    return parcel


def _unplanned(parcel: Json, sub: str, text: str) -> Json:
    silent = sub.startswith(("Expired", "NotFound"))
    return {
        "sub_status": sub,
        "stage": STAGES.get(sub),
        "text": text or _words(parcel, sub),
        "translation": "",
        "place": parcel["destination"],
        "leg": 1 if parcel["last_mile"] else 0,
        "silent": silent,
    }


def _words(parcel: Json, sub: str) -> str:
    """What the carrier would say: its own words for a usual step, else those of a sad ending."""
    steps = DOOR_TO_DOOR.get(parcel["carrier"], ())
    usual = (step.text for step in steps if step.sub_status == sub)
    sad = (h.english for e in ENDINGS.values() for h in e.happenings if h.sub_status == sub)
    said = next(chain(usual, sad), sub.replace("_Other", "").replace("_", ": "))
    return said.replace("{city}", parcel["destination"]["city"])


SUB_STATUSES = (
    "NotFound_Other", "NotFound_InvalidCode", "InfoReceived", "InTransit_PickedUp",
    "InTransit_Other", "InTransit_Departure", "InTransit_Arrival", "InTransit_CustomsProcessing",
    "InTransit_CustomsReleased", "InTransit_CustomsRequiringInformation", "Expired_Other",
    "AvailableForPickup_Other", "OutForDelivery_Other", "DeliveryFailure_Other",
    "DeliveryFailure_NoBody", "DeliveryFailure_Security", "DeliveryFailure_Rejected",
    "DeliveryFailure_InvalidAddress", "Delivered_Other", "Exception_Other", "Exception_Returning",
    "Exception_Returned", "Exception_NoBody", "Exception_Security", "Exception_Damage",
    "Exception_Rejected", "Exception_Delayed", "Exception_Lost", "Exception_Destroyed",
    "Exception_Cancel",
)  # fmt: skip
"""The thirty sub-statuses of 17TRACK's API v2.4."""


def known_sub_status(word: str) -> str:
    """The sub-status meant by a sub-status or a main status. Raises ValueError for other words."""
    for candidate in (word, f"{word}_Other"):
        if candidate in SUB_STATUSES:
            return candidate
    raise ValueError(
        f"{word!r} is no status of 17TRACK; the statuses are {', '.join(SUB_STATUSES)}"
    )


def quicken(world: World, parcel: Json) -> None:
    """Let what is still to come happen every 20 to 40 seconds from now."""
    at = now = world.clock.seconds()
    for event in parcel["events"]:
        if event["at"] > now:
            at += random.uniform(20, 40)
            event["at"] = at
    parcel["quick"] = False
    save(world, parcel)
