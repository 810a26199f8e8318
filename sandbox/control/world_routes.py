"""Control of time, of parcels, and of the stand-ins' moods."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Response, jsonify

from sandbox import parcels
from sandbox.control import asked
from sandbox.control.asked import Problem, blueprint, body, field
from sandbox.control.shown import parcel_shown
from sandbox.moments import parse
from sandbox.providers import MODES
from sandbox.world import here

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@blueprint.get("/clock")
def get_clock() -> Response:
    return jsonify(here().clock.told())


@blueprint.post("/clock")
def set_clock() -> Response:
    """`jump`: seconds or `3d`, `90m`; `now`: a moment; `speed`: seconds in a real second."""
    wanted, clock = body(), here().clock
    if "jump" in wanted:
        clock.jump(_duration(wanted["jump"]))
    if "now" in wanted:
        clock.jump(parse(field(wanted, "now", str)) - clock.now())
    if "speed" in wanted:
        clock.run_at(field(wanted, "speed", float))
    return jsonify(clock.told())


def _duration(value: object) -> timedelta:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return timedelta(seconds=value)
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*([smhdw])\w*", str(value))
    if not match:
        raise Problem(f"{value!r} is no duration: say seconds, or 90m, 6h, 3d")
    return timedelta(**{UNITS[match[2]]: float(match[1])})


@blueprint.get("/parcels/<number>")
def get_parcel(number: str) -> Response:
    return jsonify(parcel_shown(here(), asked.parcel(number)))


@blueprint.post("/parcels/<number>/advance")
def advance_parcel(number: str) -> Response:
    """The next `steps` of the plan happen now, or `to`: a status that was not planned."""
    wanted, world = body(), here()
    with world.database.transaction():
        parcel = asked.parcel(number)
        if wanted.get("to"):
            text = field(wanted, "text", str, "")
            parcel = parcels.move_to(world, parcel, field(wanted, "to", str), text)
        else:
            parcel = parcels.advance(world, parcel, max(1, field(wanted, "steps", int, 1)))
    return jsonify(parcel_shown(world, parcel))


@blueprint.get("/providers")
def get_providers() -> Response:
    return jsonify({name: here().providers.settings(name) for name in MODES})


@blueprint.post("/providers/<name>")
def set_provider(name: str) -> Response:
    """`mode` and the other settings of a stand-in."""
    world = here()
    if name not in MODES:
        raise Problem(f"the stand-ins are {', '.join(MODES)}", 404)
    return jsonify(world.providers.change(name, body()))
