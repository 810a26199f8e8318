"""The endpoints that deal with numbers one by one."""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox import parcels
from sandbox.carriers import BY_CODE, CARRIERS, detect
from sandbox.database import Json
from sandbox.seventeentrack import answers, push, registrations
from sandbox.seventeentrack.refusals import Rejected, whole_number
from sandbox.seventeentrack.registrations import KEPT_FIELDS, Registration
from sandbox.world import World

CARRIER_CHANGES = 5


def _register(world: World, number: str, item: Json) -> Json:
    if not number:
        raise Rejected(-18010010, "The field 'number' is required.")
    if not re.fullmatch(r"[A-Z0-9]{5,50}", number):
        raise Rejected(-18010012, f"The format of '{number}' is invalid.")
    carrier, origin = _carrier(world, number, item)
    if registrations.find(world, number, carrier):
        message = f"Tracking number {number} is already registered."
        raise Rejected(-18019901, message, carrier)
    quota = world.providers.settings("17track")
    if quota["mode"] == "quota_out" or registrations.quota_used(world) >= quota["quota_total"]:
        raise Rejected(-18019908, "Your quotas have run out.")
    # A number of nobody's: somebody must have handed the parcel over just now.
    parcels.by_hand(world, number, None, world.clock.seconds())
    registrations.add(world, number, carrier, item)
    told = {name: item.get(name) for name in ("email", "lang", "tag")}
    return {"origin": origin, "number": number, "carrier": carrier, **told}


def _carrier(world: World, number: str, item: Json) -> tuple[int, int]:
    """The carrier that will be asked, and whence it is known: 1 found, 2 yours is right, 3 guessed.

    A wrong carrier is corrected, unless auto_detection is off.
    """
    asked = whole_number(item.get("carrier")) or 0
    if asked and asked not in BY_CODE:
        raise Rejected(-18019910, f"The carrier code '{asked}' is invalid.")
    parcel = parcels.get(world, number)
    key = parcel["carrier"] if parcel else detect(number)
    found = CARRIERS[key].code if key else None
    if asked and (asked == found or found is None or item.get("auto_detection") is False):
        return asked, 2 if asked == found else 3
    if found is None or item.get("auto_detection") is False:
        raise Rejected(-18019903, "Carrier cannot be detected.")
    return found, 1


def _registered(world: World, number: str, item: Json, key: str = "carrier") -> Registration:
    found = registrations.find(world, number, whole_number(item.get(key)) or None)
    if found is None:
        message = f"The tracking number '{number}' does not register, please register first."
        raise Rejected(-18019902, message)
    return found


def synced(world: World, registration: Registration) -> bool:
    """Whether the carrier has been asked for the first time."""
    wait = world.providers.get("17track", "first_sync_seconds")
    return bool(world.clock.seconds() >= registration.registered_at + wait)


def _get(world: World, number: str, item: Json) -> Json:
    found = _registered(world, number, item)
    if not synced(world, found):
        raise Rejected(-18019909, "No tracking info at the moment.", found.carrier)
    parcel = registrations.parcel_of(world, found)
    return answers.number_info(found, parcel, world.clock.seconds())


def _named(found: Registration) -> Json:
    return {"number": found.number, "carrier": found.carrier}


def _stop(world: World, number: str, item: Json) -> Json:
    found = _registered(world, number, item)
    if found.stopped:
        message = "Only a number that is being tracked can be stopped."
        raise Rejected(-18019906, message, found.carrier)
    found.facts |= {"stopped_at": world.clock.seconds(), "stop_reason": "ByRequest"}
    registrations.save(world, found, None)
    return _named(found)


def _retrack(world: World, number: str, item: Json) -> Json:
    found = _registered(world, number, item)
    if not found.stopped:
        message = "Retrack is not allowed. You can only retrack stopped number."
        raise Rejected(-18019904, message, found.carrier)
    if found.facts["retracked"]:
        message = "Each tracking number can only be re-tracked once."
        raise Rejected(-18019905, message, found.carrier)
    watched = {"watched_from": world.clock.seconds(), "retracked": True}
    found.facts |= {"stopped_at": None, "stop_reason": None, **watched}
    registrations.save(world, found)
    return _named(found)


def _delete(world: World, number: str, item: Json) -> Json:
    found = _registered(world, number, item)
    registrations.delete(world, found)
    return _named(found)


def _change_carrier(world: World, number: str, item: Json) -> Json:
    found = _registered(world, number, item, "carrier_old")
    new = whole_number(item.get("carrier_new"))
    if new not in BY_CODE:
        raise Rejected(-18019910, f"The carrier code '{new}' is invalid.", found.carrier)
    if found.stopped:
        raise Rejected(-18019806, "Tracking has stopped.", found.carrier)
    if found.facts["carrier_changes"] >= CARRIER_CHANGES:
        raise Rejected(-18019807, "The carrier was changed too often.", found.carrier)
    if not synced(world, found):
        raise Rejected(-18019808, "There is no first result yet.", found.carrier)
    found.carrier = new
    found.facts["carrier_changes"] += 1
    registrations.save(world, found)
    return _named(found)


def _change_info(world: World, number: str, item: Json) -> Json:
    found = _registered(world, number, item)
    changes = item.get("items")
    if not isinstance(changes, dict) or not set(changes) <= set(KEPT_FIELDS):
        raise Rejected(-18010011, "The value of 'items' is invalid.", found.carrier)
    found.facts |= changes
    registrations.save(world, found)
    return _named(found)


def _push(world: World, number: str, item: Json) -> Json:
    found = _registered(world, number, item)
    if not world.providers.get("17track", "push_url"):
        raise Rejected(-18010201, "No webhook address is set.", found.carrier)
    push.updated(world, found)
    return _named(found)


def _real_time(_world: World, _number: str, _item: Json) -> Json:
    raise Rejected(-18019912, "Real-time tracking is not authorised for this account.")


EACH: dict[str, Callable[[World, str, Json], Json]] = {
    "register": _register,
    "gettrackinfo": _get,
    "stoptrack": _stop,
    "retrack": _retrack,
    "deletetrack": _delete,
    "changecarrier": _change_carrier,
    "changeinfo": _change_info,
    "push": _push,
    "getRealTimeTrackInfo": _real_time,
}
