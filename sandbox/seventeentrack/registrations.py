"""The numbers that are tracked. A registration is a number with a carrier."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sandbox import parcels
from sandbox.carriers import BY_CODE
from sandbox.database import Json, dump
from sandbox.world import World

DAY = 86_400
AFTER_DELIVERY, WITHOUT_NEWS = 15 * DAY, 30 * DAY
"""When 17TRACK stops by itself (help.17track.net, stop and retrack)."""
KEPT_FIELDS = (
    "param", "tag", "lang", "translation_mode", "order_no", "order_time", "email",
    "destination_postal_code", "origin_country", "destination_country", "destination_city",
    "ship_date", "shipper", "consignee", "phone_number_last_4", "phone_number", "cpf_or_cnpj",
    "special_tracking_info", "remark",
)  # fmt: skip


@dataclass(slots=True)
class Registration:
    """A number being tracked. Moments are seconds since 1970; `facts` is what is kept as JSON."""

    number: str
    carrier: int
    registered_at: float
    facts: Json

    @property
    def stopped(self) -> bool:
        return bool(self.facts["stopped_at"])

    def seen_until(self, now: float) -> float:
        """Nothing is looked at any more once tracking has stopped."""
        return min(now, self.facts["stopped_at"] or now)


def add(world: World, number: str, carrier: int, item: Json) -> Registration:
    """Begin to track a number; one piece of quota."""
    facts = {
        **{name: item.get(name) for name in KEPT_FIELDS},
        "final_carrier": int(item.get("final_carrier") or 0),
        "watched_from": world.clock.seconds(),
        "stopped_at": None,
        "stop_reason": None,
        "retracked": False,
        "carrier_changes": 0,
        "pushed": None,
        "push_status": "NotPushed",
        "push_time": None,
    }
    registration = Registration(number, carrier, world.clock.seconds(), facts)
    with world.database.transaction():
        world.database.run(
            "INSERT INTO registrations VALUES (?, ?, ?, 0, ?)",
            number, carrier, registration.registered_at, dump(facts),
        )  # fmt: skip
        world.database.set_setting("17track quota used", quota_used(world) + 1)
    _quicken(world, number)
    return registration


def _quicken(world: World, number: str) -> None:
    """A parcel that is to move before one's eyes begins to when somebody looks."""
    parcel = parcels.get(world, number)
    if parcel and parcel["quick"]:
        parcels.quicken(world, parcel)


def quota_used(world: World) -> int:
    return int(world.database.setting("17track quota used", 0))


def save(world: World, registration: Registration, next_at: float | None = 0) -> None:
    """Keep a registration, to be looked at again at `next_at`."""
    world.database.run(
        "UPDATE registrations SET carrier = ?, next_at = ?, body = ? WHERE number = ?"
        " AND registered_at = ?",
        registration.carrier, next_at, dump(registration.facts), registration.number,
        registration.registered_at,
    )  # fmt: skip


def delete(world: World, registration: Registration) -> None:
    sql = "DELETE FROM registrations WHERE number = ? AND carrier = ?"
    world.database.run(sql, registration.number, registration.carrier)


def find(world: World, number: str, carrier: int | None = None) -> Registration | None:
    """The registration of a number, with the carrier if one is named."""
    rows = world.database.rows(
        "SELECT * FROM registrations WHERE number = ? AND (carrier = ? OR ? IS NULL)",
        number, carrier, carrier,
    )  # fmt: skip
    return _from(dict(rows[0])) if rows else None


def everything(world: World) -> list[Registration]:
    rows = world.database.rows("SELECT * FROM registrations ORDER BY registered_at DESC, number")
    return [_from(dict(row)) for row in rows]


def due(world: World) -> list[Registration]:
    """Those of which something may be new."""
    sql = "SELECT * FROM registrations WHERE next_at <= ? LIMIT 200"
    return [_from(dict(row)) for row in world.database.rows(sql, world.clock.seconds())]


def _from(row: Json) -> Registration:
    facts = json.loads(row["body"])
    return Registration(row["number"], row["carrier"], row["registered_at"], facts)


def parcel_of(world: World, registration: Registration) -> Json | None:
    """The parcel, if this carrier has it."""
    parcel = parcels.get(world, registration.number)
    key = BY_CODE.get(registration.carrier)
    return parcel if parcel and key in (parcel["carrier"], parcel["last_mile"]) else None


def stop_moment(registration: Registration, parcel: Json | None, now: float) -> tuple[float, str]:
    """When tracking stops by itself if nothing more happens, and why."""
    seen = parcels.happened(parcel, now) if parcel else []
    last = max(seen[-1]["at"] if seen else 0, registration.facts["watched_from"])
    over = bool(seen) and seen[-1]["sub_status"] == "Delivered_Other"
    return last + (AFTER_DELIVERY if over else WITHOUT_NEWS), "Expired"
