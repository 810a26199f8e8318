"""The endpoints about the account: its quota, and the list of its numbers."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.carriers import normalize
from sandbox.database import Json
from sandbox.seventeentrack import answers, registrations
from sandbox.seventeentrack.refusals import Refused, whole_number
from sandbox.world import World

PAGE = 40


def _quota(world: World, _body: object) -> Json:
    total = world.providers.get("17track", "quota_total")
    used = registrations.quota_used(world)
    if world.providers.get("17track", "mode") == "quota_out":
        used = total
    return {
        "code": 0,
        "data": {
            "quota_total": total,
            "quota_used": used,
            "quota_remain": max(0, total - used),
            "today_used": used,
            "max_track_daily": 10_000_000,
            "free_email_quota": 0,
            "free_email_quotaused": 0,
        },
    }


def _list(world: World, body: object) -> Json:
    asked = body if isinstance(body, dict) else {}
    numbers = {normalize(n) for n in str(asked.get("number") or "").split(",") if n.strip()}
    if len(numbers) > 200:
        raise Refused(-18010014, "You can filter by at most 200 numbers.")
    rows = [row for row in _rows(world, numbers) if _matches(row, asked)]
    page = whole_number(asked.get("page_no")) or 1
    return {
        "page": {
            "data_total": len(rows),
            "page_total": -(-len(rows) // PAGE),
            "page_no": page,
            "page_size": PAGE,
        },
        "code": 0,
        "data": {"accepted": rows[(page - 1) * PAGE : page * PAGE]},
    }


def _rows(world: World, numbers: set[str]) -> list[Json]:
    now = world.clock.seconds()
    return [
        answers.list_row(each, registrations.parcel_of(world, each), now)
        for each in registrations.everything(world)
        if not numbers or each.number in numbers
    ]


def _matches(row: Json, asked: Json) -> bool:
    exact = ("tracking_status", "package_status", "carrier", "push_status")
    since, until = asked.get("register_time_from"), asked.get("register_time_to")
    return (
        all(asked.get(name) in (None, "", row[name]) for name in exact)
        and (not since or row["register_time"] >= since)
        and (not until or row["register_time"] <= until)
    )


WHOLE: dict[str, Callable[[World, object], Json]] = {"getquota": _quota, "gettracklist": _list}
