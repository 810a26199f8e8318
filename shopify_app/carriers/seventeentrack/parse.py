"""17TRACK's answers as our facts. What is missing or new in them is passed over, never raised."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from shopify_app import clock
from shopify_app.carriers.base import Ref, Refusal
from shopify_app.carriers.seventeentrack.errors import kind
from shopify_app.domain.facts import Checkpoint, Snapshot

_NEVER = datetime.min.replace(tzinfo=UTC)


def carrier_code(value: object) -> str:
    """17TRACK's number of a carrier as a text: endpoints differ in int and string; 0 is none."""
    text = str(value or "").strip()
    return text if text.isdigit() and text != "0" else ""


def refusals(data: Mapping[str, Any]) -> list[Refusal]:
    """The numbers an answer rejects, and why."""
    return [_refusal(item) for item in _dicts(data.get("rejected"))]


def snapshot(item: Mapping[str, Any]) -> Snapshot | None:
    """What is said of one number; None if there is no tracking information yet."""
    info = item.get("track_info")
    if not isinstance(info, dict):
        return None
    status = _dict(info.get("latest_status"))
    code = status.get("sub_status") or status.get("status")
    if not code:
        return None
    legs = _dicts(_dict(info.get("tracking")).get("providers"))
    return Snapshot(
        source="17track",
        number=str(item.get("number", "")),
        code=str(code),
        synced_at=_synced_at(legs),
        carrier=carrier_code(item.get("carrier")),
        carrier_name=_carrier_name(legs),
        checkpoints=tuple(_checkpoints(legs, info)),
    )


def push(raw: bytes) -> list[Snapshot]:
    """The snapshot in a push; none in one that only says that tracking stopped."""
    body = json.loads(raw)
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict):
        raise ValueError("not a push of 17TRACK")
    told = snapshot(body["data"]) if body.get("event") == "TRACKING_UPDATED" else None
    return [told] if told else []


def _refusal(item: Mapping[str, Any]) -> Refusal:
    error = _dict(item.get("error"))
    code = error.get("code")
    number = code if isinstance(code, int) else 0
    ref = Ref(str(item.get("number", "")), carrier_code(item.get("carrier")))
    return Refusal(ref, kind(number), number)


def _checkpoints(legs: list[dict[str, Any]], info: Mapping[str, Any]) -> list[Checkpoint]:
    """All legs' events, newest first. 17TRACK lists each leg's newest first."""
    local = _dict(info.get("misc_info"))
    found = [_checkpoint(event, leg, local) for leg in legs for event in _dicts(leg.get("events"))]
    return sorted(found, key=lambda c: c.happened_at or _NEVER, reverse=True)


def _checkpoint(
    event: Mapping[str, Any], leg: Mapping[str, Any], local: Mapping[str, Any]
) -> Checkpoint:
    raw = _dict(event.get("time_raw"))
    address = _dict(event.get("address"))
    carrier = _dict(leg.get("provider"))
    return Checkpoint(
        happened_at=_moment(event, raw),
        local=_local(event, raw),
        text=str(event.get("description") or ""),
        code=str(event.get("sub_status") or event.get("stage") or ""),
        place=str(event.get("location") or address.get("city") or ""),
        country=str(address.get("country") or carrier.get("country") or ""),
        carrier=str(carrier.get("name") or ""),
        # The last carrier may have given the parcel a number of its own.
        carrier_number=str(local.get("local_number") or "") if _is_local(carrier, local) else "",
    )


def _is_local(carrier: Mapping[str, Any], local: Mapping[str, Any]) -> bool:
    return bool(local.get("local_key")) and carrier.get("key") == local.get("local_key")


def _moment(event: Mapping[str, Any], raw: Mapping[str, Any]) -> datetime | None:
    """When it happened, UTC. Where the carrier tells no zone, its local time is taken for UTC."""
    for text in (event.get("time_utc"), event.get("time_iso"), _from_raw(raw)):
        moment = _parse(text)
        if moment:
            return moment
    return None


def _local(event: Mapping[str, Any], raw: Mapping[str, Any]) -> str:
    return str(event.get("time_iso") or _from_raw(raw) or event.get("time_utc") or "")


def _from_raw(raw: Mapping[str, Any]) -> str:
    date, time, zone = (str(raw.get(key) or "") for key in ("date", "time", "timezone"))
    return f"{date}T{time or '00:00:00'}{zone}" if date else ""


def _parse(text: object) -> datetime | None:
    if not isinstance(text, str) or not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _synced_at(legs: list[dict[str, Any]]) -> datetime:
    """When 17TRACK itself last looked; where it does not say, now."""
    times = [moment for leg in legs if (moment := _parse(leg.get("latest_sync_time")))]
    return max(times, default=clock.now())


def _carrier_name(legs: list[dict[str, Any]]) -> str:
    names = [str(_dict(leg.get("provider")).get("name") or "") for leg in legs]
    return next((name for name in names if name), "")


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, Any]]:
    items: Iterable[object] = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict)]
