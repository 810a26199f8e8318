"""Pushes: 17TRACK tells of news by itself, one parcel a push, with its whole history."""

from __future__ import annotations

import hashlib
import json

from sandbox import parcels
from sandbox.database import Json
from sandbox.moments import from_seconds, stamp
from sandbox.seventeentrack import answers, registrations
from sandbox.seventeentrack.registrations import Registration
from sandbox.world import World


def signature(raw: bytes, key: str) -> str:
    """The header `sign`: SHA-256 in hex of the body, a slash and the API key. No HMAC."""
    return hashlib.sha256(raw + b"/" + key.encode()).hexdigest()


def _send(world: World, event: str, data: Json) -> bool:
    url = world.providers.get("17track", "push_url")
    if not url:
        return False
    raw = json.dumps({"event": event, "data": data}, ensure_ascii=False).encode()
    sign = signature(raw, world.config.seventeentrack_key)
    headers = {"Content-Type": "application/json", "sign": sign}
    world.postman.post("17track", event, "", url, headers, raw)
    return True


def updated(world: World, registration: Registration) -> None:
    """Push all that is known of a number."""
    now = world.clock.seconds()
    parcel = registrations.parcel_of(world, registration)
    if _send(world, "TRACKING_UPDATED", answers.number_info(registration, parcel, now)):
        told = {"push_status": "Success", "push_time": stamp(from_seconds(now))}
        registration.facts |= told


def _stopped(world: World, registration: Registration) -> None:
    named = {"number": registration.number, "carrier": registration.carrier}
    kept = {"param": registration.facts["param"], "tag": registration.facts["tag"] or ""}
    _send(world, "TRACKING_STOPPED", named | kept)


def look(world: World, registration: Registration) -> None:
    """Push what is new since the last look, stop what has ended, and say when to look again."""
    now = world.clock.seconds()
    first = registration.registered_at + world.providers.get("17track", "first_sync_seconds")
    if now < first or registration.stopped:
        registrations.save(world, registration, None if registration.stopped else first)
        return
    parcel = registrations.parcel_of(world, registration)
    state = _state(parcel, now)
    if state and state != registration.facts["pushed"]:
        registration.facts["pushed"] = state
        updated(world, registration)
    stop, reason = registrations.stop_moment(registration, parcel, now)
    if now >= stop:
        registration.facts |= {"stopped_at": stop, "stop_reason": reason}
        _stopped(world, registration)
    coming = [e["at"] for e in parcel["events"] if e["at"] > now] if parcel else []
    next_at = None if registration.stopped else min([*coming, stop])
    registrations.save(world, registration, next_at)


def _state(parcel: Json | None, now: float) -> str | None:
    """What is known of a parcel in short; None while the carrier knows nothing."""
    if parcel is None:
        return None
    sub = parcels.sub_status(parcel, now)
    seen = parcels.happened(parcel, now)
    return f"{len(seen)} {sub}" if seen or sub == "NotFound_InvalidCode" else None


def go_on(world: World) -> None:
    """Look at every number of which something may be new."""
    for registration in registrations.due(world):
        with world.database.transaction():
            look(world, registration)
