"""Control of time, of parcels, and of the stand-ins' moods."""

from __future__ import annotations

from flask import Response, jsonify

from sandbox import checks, parcels
from sandbox.control import asked
from sandbox.control.asked import Problem, blueprint, body
from sandbox.control.shown import parcel_shown
from sandbox.moments import parse
from sandbox.providers import FIELDS, MODES
from sandbox.world import here

CLOCK: checks.Fields = {
    "jump": checks.duration,
    "now": checks.moment,
    "speed": checks.number(0, 86_400),
}
ADVANCE: checks.Fields = {
    "steps": checks.whole(1, 1000),
    "to": checks.text,
    "text": checks.text,
}


@blueprint.get("/clock")
def get_clock() -> Response:
    return jsonify(here().clock.told())


@blueprint.post("/clock")
def set_clock() -> Response:
    """`jump`: seconds or `3d`, `90m`; `now`: a moment; `speed`: seconds in a real second."""
    wanted, clock = body(CLOCK), here().clock
    if "jump" in wanted:
        clock.jump(wanted["jump"])
    if "now" in wanted:
        clock.jump(parse(wanted["now"]) - clock.now())
    if "speed" in wanted:
        clock.run_at(wanted["speed"])
    return jsonify(clock.told())


@blueprint.get("/parcels/<number>")
def get_parcel(number: str) -> Response:
    return jsonify(parcel_shown(here(), asked.parcel(number)))


@blueprint.post("/parcels/<number>/advance")
def advance_parcel(number: str) -> Response:
    """The next `steps` of the plan happen now, or `to`: a status that was not planned."""
    wanted, world = body(ADVANCE), here()
    with world.database.transaction():
        parcel = asked.parcel(number)
        if "to" in wanted:
            parcel = parcels.move_to(world, parcel, wanted["to"], wanted.get("text", ""))
        else:
            parcel = parcels.advance(world, parcel, wanted.get("steps", 1))
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
    return jsonify(world.providers.change(name, body(FIELDS[name])))
