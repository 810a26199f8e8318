"""What 17TRACK tells of a parcel: its `track_info`, and a row of its list."""

from __future__ import annotations

import zlib
from zoneinfo import ZoneInfo

from sandbox import parcels
from sandbox.carriers import CARRIERS, Carrier
from sandbox.database import Json
from sandbox.moments import from_seconds, stamp
from sandbox.seventeentrack.registrations import KEPT_FIELDS, Registration

VAGUE = ("ghtk", "vnpost")
"""Carriers that tell a delivery without its zone: then only time_raw is known."""
FINISHED = ("Delivered", "Returned")


def main_status(sub_status: str) -> str:
    return sub_status.split("_")[0]


def number_info(registration: Registration, parcel: Json | None, now: float) -> Json:
    """One entry of gettrackinfo's accepted list, and the data of a push."""
    kept = {name: registration.facts[name] for name in KEPT_FIELDS if name not in ("remark",)}
    for name in ("translation_mode", "order_no", "order_time", "email"):
        kept.pop(name)
    return {
        "number": registration.number,
        "carrier": registration.carrier,
        **kept,
        "track_info": track_info(registration, parcel, now),
    }


def track_info(registration: Registration, parcel: Json | None, now: float) -> Json:
    """All that is known up to `now`."""
    until = registration.seen_until(now)
    events = [e for e in parcels.happened(parcel, until) if not e.get("silent")] if parcel else []
    sub = parcels.sub_status(parcel, until) if parcel else "NotFound_Other"
    told = [event(each, parcel) for each in events] if parcel else []
    return {
        "shipping_info": {
            "shipper_address": _address(parcel and parcel["origin"]),
            "recipient_address": _address(parcel and parcel["destination"]),
        },
        "latest_status": {
            "status": main_status(sub),
            "sub_status": sub,
            "sub_status_descr": _description(sub, told),
        },
        "latest_event": told[-1] if told else None,
        "time_metrics": _metrics(registration, events, now),
        "milestone": _milestones(told),
        "misc_info": _misc(registration, parcel),
        "tracking": {
            "providers_hash": _hash(told),
            "providers": _providers(parcel, events, until),
        },
    }


def _description(sub: str, told: list[Json]) -> str | None:
    troubled = main_status(sub) in ("Exception", "DeliveryFailure")
    return told[-1]["description"] if troubled and told else None


def _hash(value: object) -> int:
    return zlib.crc32(repr(value).encode())


def event(raw: Json, parcel: Json) -> Json:
    """An event in the carrier's words, at the place's own time."""
    english = raw["translation"] or raw["text"]
    return {
        **_times(raw, parcel),
        "description": raw["text"],
        "description_translation": {"lang": "en", "description": english},
        "location": ", ".join(
            p for p in (raw["place"]["city"], raw["place"]["province_code"]) if p
        ),
        "stage": raw["stage"],
        "sub_status": raw["sub_status"],
        "address": _address(raw["place"], exact=raw["stage"] is not None),
    }


def _times(raw: Json, parcel: Json) -> Json:
    at = from_seconds(raw["at"])
    local = at.astimezone(ZoneInfo(raw["place"]["zone"]))
    vague = raw["sub_status"] == "Delivered_Other" and parcel["carrier"] in VAGUE
    offset = local.isoformat()[19:]
    return {
        "time_iso": None if vague else local.isoformat(),
        "time_utc": None if vague else stamp(at),
        "time_raw": {
            "date": local.strftime("%Y-%m-%d"),
            "time": local.strftime("%H:%M:%S"),
            "timezone": None if vague else offset,
        },
    }


def _address(place: Json | None, *, exact: bool = False) -> Json:
    known = place or {}
    return {
        "country": known.get("country"),
        "state": known.get("province_code") or None,
        "city": known.get("city"),
        "street": None,
        "postal_code": known.get("zip") or None,
        "coordinates": {
            "longitude": str(known["longitude"]) if exact else None,
            "latitude": str(known["latitude"]) if exact else None,
        },
    }


def _days(begin: float, end: float) -> int:
    return max(0, int((end - begin) // 86_400))


def _metrics(registration: Registration, events: list[Json], now: float) -> Json:
    first = events[0]["at"] if events else now
    last = events[-1]["at"] if events else now
    finished = bool(events) and events[-1]["stage"] in FINISHED
    transit = _days(first, last if finished else now)
    return {
        "days_after_order": _days(min(first, registration.registered_at), now),
        "days_of_transit": transit,
        "days_of_transit_done": transit if finished else 0,
        "days_after_last_update": _days(last, now),
        "estimated_delivery_date": {"source": None, "from": None, "to": None},
    }


def _milestones(told: list[Json]) -> list[Json]:
    """The first event of each stage that was reached, in the order of time."""
    first: dict[str, Json] = {}
    for each in told:
        if each["stage"]:
            first.setdefault(each["stage"], each)
    times = ("time_iso", "time_utc", "time_raw")
    return [
        {"key_stage": stage, **{name: each[name] for name in times}}
        for stage, each in first.items()
    ]


def _misc(registration: Registration, parcel: Json | None) -> Json:
    last = CARRIERS[parcel["last_mile"]] if parcel and parcel["last_mile"] else None
    return {
        "risk_factor": 0,
        "service_type": None,
        "weight_raw": None,
        "weight_kg": None,
        "pieces": None,
        "dimensions": None,
        "customer_number": None,
        "reference_number": None,
        "local_number": parcel["last_number"] if parcel and last else registration.number,
        "local_provider": last.name if last else None,
        "local_key": last.code if last else 0,
    }


def _providers(parcel: Json | None, events: list[Json], until: float) -> list[Json]:
    """One entry a carrier that has something to say; the last mile only once it has the parcel."""
    if parcel is None:
        return []
    legs = [(0, CARRIERS[parcel["carrier"]])]
    if parcel["last_mile"] and any(each["leg"] == 1 for each in events):
        legs.append((1, CARRIERS[parcel["last_mile"]]))
    return [
        _provider(carrier, [event(e, parcel) for e in events if e["leg"] == leg][::-1], until)
        for leg, carrier in legs
    ]


def _provider(carrier: Carrier, told: list[Json], until: float) -> Json:
    return {
        "provider": {
            "key": carrier.code,
            "name": carrier.name,
            "alias": carrier.alias,
            "tel": None,
            "homepage": carrier.homepage,
            "country": carrier.country,
        },
        "service_type": None,
        "latest_sync_status": "Success" if told else "Failure",
        "latest_sync_time": stamp(from_seconds(until)),
        "provider_lang": None if carrier.language == "en" else carrier.language,
        "provider_tips": None,
        "events_hash": _hash(told),
        "events": told,
    }


def list_row(registration: Registration, parcel: Json | None, now: float) -> Json:
    """One entry of gettracklist."""
    info = track_info(registration, parcel, now)
    facts, latest = registration.facts, info["latest_event"] or {}
    delivered = next((m for m in info["milestone"] if m["key_stage"] == "Delivered"), None)
    return {
        "number": registration.number,
        "param": facts["param"],
        "param_type": "None",
        "data_origin": "Api",
        "carrier": registration.carrier,
        "shipping_country": info["shipping_info"]["shipper_address"]["country"],
        "final_carrier": facts["final_carrier"],
        "recipient_country": info["shipping_info"]["recipient_address"]["country"],
        "register_time": stamp(from_seconds(registration.registered_at)),
        "tracking_status": "Stopped" if registration.stopped else "Tracking",
        "package_status": info["latest_status"]["status"],
        "track_time": stamp(from_seconds(registration.seen_until(now))),
        "sync_status": True,
        "push_time": facts["push_time"],
        "push_status": facts["push_status"],
        "push_status_code": 200 if facts["push_status"] == "Success" else None,
        "stop_track_time": stamp(from_seconds(facts["stopped_at"]))
        if registration.stopped
        else None,
        "stop_track_reason": facts["stop_reason"],
        "is_retracked": facts["retracked"],
        "carrier_change_count": facts["carrier_changes"],
        "tag": facts["tag"],
        "email": facts["email"] or "",
        "order_no": facts["order_no"],
        "order_time": facts["order_time"],
        "lang": facts["lang"] or "",
        "remark": facts["remark"],
        "latest_event_time": latest.get("time_iso"),
        "latest_event_info": latest.get("description"),
        "delievery_time": delivered["time_utc"] if delivered else None,
        "pickup_time": "",
    }
