"""17TRACK's answers as our facts. What is missing or new in them is passed over, never raised."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from shopify_app import clock
from shopify_app.carriers import local_time
from shopify_app.carriers.base import Followed, Quota, Ref, Refusal, Stopped
from shopify_app.carriers.seventeentrack import errors
from shopify_app.carriers.told import count, mapping, mappings, moment, newest_first, text
from shopify_app.domain.facts import Checkpoint, Snapshot
from shopify_app.numbers import whole


def carrier_code(value: object) -> str:
    """17TRACK's number of a carrier as a text: endpoints differ in int and string; 0 is none."""
    code = text(value).strip()
    return code if whole(code) else ""


def ref(item: Mapping[str, Any]) -> Ref:
    """The number an entry of an answer is about, with its carrier."""
    return Ref(text(item.get("number")), carrier_code(item.get("carrier")))


def accepted(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of the numbers that an answer accepts."""
    return mappings(data.get("accepted"))


def refusals(data: Mapping[str, Any]) -> list[Refusal]:
    """The numbers an answer rejects, and why."""
    return [_refusal(item) for item in mappings(data.get("rejected"))]


def quota(data: Mapping[str, Any]) -> Quota:
    """What `getquota` tells; what it does not tell is 0."""
    return Quota(total=count(data.get("quota_total")), left=count(data.get("quota_remain")))


def pages(told: Mapping[str, Any]) -> int:
    """How many pages an answer of `gettracklist` has; `page` stands beside `data`."""
    return count(mapping(told.get("page")).get("page_total"))


def followed(row: Mapping[str, Any]) -> Followed:
    """A row of `gettracklist`: `tracking_status` is Tracking or Stopped."""
    return Followed(
        ref=ref(row),
        tracking=row.get("tracking_status") != "Stopped",
        retracked=row.get("is_retracked") is True,
    )


def snapshot(item: Mapping[str, Any]) -> Snapshot | None:
    """What is said of one number; None if there is no tracking information yet."""
    info = item.get("track_info")
    if not isinstance(info, dict):
        return None
    status = mapping(info.get("latest_status"))
    code = text(status.get("sub_status") or status.get("status"))
    if not code:
        return None
    legs = mappings(mapping(info.get("tracking")).get("providers"))
    return Snapshot(
        source="17track",
        number=text(item.get("number")),
        code=code,
        synced_at=_synced_at(legs),
        carrier=carrier_code(item.get("carrier")),
        carrier_name=_carrier_name(legs),
        checkpoints=newest_first(_checkpoints(legs, info)),
    )


def push(raw: bytes) -> list[Snapshot | Stopped]:
    """What a push says of its number; nothing if it is an event we were not taught."""
    body = json.loads(raw)
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict):
        raise ValueError("not a push of 17TRACK")
    if body.get("event") == "TRACKING_STOPPED":
        return [Stopped(ref(body["data"]))]
    told = snapshot(body["data"]) if body.get("event") == "TRACKING_UPDATED" else None
    return [told] if told else []


def _refusal(item: Mapping[str, Any]) -> Refusal:
    error = mapping(item.get("error"))
    code = count(error.get("code"))
    kind, fields = errors.meaning(code, text(error.get("message")))
    return Refusal(ref(item), kind, code, fields)


def _checkpoints(legs: list[dict[str, Any]], info: Mapping[str, Any]) -> Iterator[Checkpoint]:
    """All legs' events, each leg's newest first as 17TRACK lists them."""
    local = mapping(info.get("misc_info"))
    for leg in legs:
        for event in mappings(leg.get("events")):
            yield _checkpoint(event, leg, local)


def _checkpoint(
    event: Mapping[str, Any], leg: Mapping[str, Any], local: Mapping[str, Any]
) -> Checkpoint:
    raw = mapping(event.get("time_raw"))
    address = mapping(event.get("address"))
    carrier = mapping(leg.get("provider"))
    place = text(event.get("location") or address.get("city"))
    country = text(address.get("country") or carrier.get("country"))
    return Checkpoint(
        happened_at=_moment(event, raw, place, country),
        local=_local(event, raw),
        text=text(event.get("description")),
        code=text(event.get("sub_status") or event.get("stage")),
        place=place,
        country=country,
        carrier=text(carrier.get("name")),
        # The last carrier may have given the parcel a number of its own.
        carrier_number=text(local.get("local_number")) if _is_local(carrier, local) else "",
    )


def _is_local(carrier: Mapping[str, Any], local: Mapping[str, Any]) -> bool:
    return bool(local.get("local_key")) and carrier.get("key") == local.get("local_key")


def _moment(
    event: Mapping[str, Any], raw: Mapping[str, Any], place: str, country: str
) -> datetime | None:
    """When it happened, UTC. Where the carrier tells no zone, it is the place's."""
    if known := moment(event.get("time_utc")):
        return known
    written = (event.get("time_iso"), _from_raw(raw))
    return next(filter(None, (local_time.moment(each, place, country) for each in written)), None)


def _local(event: Mapping[str, Any], raw: Mapping[str, Any]) -> str:
    return text(event.get("time_iso") or _from_raw(raw) or event.get("time_utc"))


def _from_raw(raw: Mapping[str, Any]) -> str:
    date, time, zone = (text(raw.get(key)) for key in ("date", "time", "timezone"))
    return f"{date}T{time or '00:00:00'}{zone}" if date else ""


def _synced_at(legs: list[dict[str, Any]]) -> datetime:
    """When 17TRACK itself last looked; where it does not say, now."""
    times = (moment(leg.get("latest_sync_time")) for leg in legs)
    return max(filter(None, times), default=clock.now())


def _carrier_name(legs: list[dict[str, Any]]) -> str:
    names = (text(mapping(leg.get("provider")).get("name")) for leg in legs)
    return next(filter(None, names), "")
