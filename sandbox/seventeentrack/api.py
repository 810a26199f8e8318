"""17TRACK's Tracking API v2.4 over HTTP: key, limits, and which endpoint answers."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from sandbox.carriers import normalize
from sandbox.database import Json
from sandbox.failures import interrupt
from sandbox.seventeentrack.each import EACH
from sandbox.seventeentrack.refusals import Refused, Rejected, whole_number
from sandbox.seventeentrack.whole import WHOLE
from sandbox.world import World, here

blueprint = Blueprint("seventeentrack", __name__, url_prefix="/17track/track/v2.4")
LARGEST_CALL = 40


@blueprint.errorhandler(Refused)
def _refused(error: Refused) -> tuple[Response, int]:
    problem = {"code": error.code, "message": str(error)}
    return jsonify(code=error.code, data={"errors": [problem]}), error.status


@blueprint.post("/<endpoint>")
def call(endpoint: str) -> Response:
    world = here()
    broken = interrupt(world, "17track")
    if broken is not None:
        return broken
    mode = world.providers.get("17track", "mode")
    key = request.headers.get("17token", "")
    if mode == "wrong_key" or key != world.config.seventeentrack_key:
        raise Refused(-18010002, "Invalid security key.", 401)
    if mode == "rate" or not world.calls.allow():
        raise Refused(429, "Too many requests.", 429)
    body = request.get_json(silent=True)
    if endpoint in WHOLE:
        return jsonify(WHOLE[endpoint](world, body))
    if endpoint not in EACH:
        raise Refused(-18010013, f"There is no {endpoint}.", 404)
    return jsonify(code=0, data=_each(world, endpoint, body))


def _each(world: World, endpoint: str, body: object) -> Json:
    """Answer a call about several numbers: each is accepted or rejected by itself."""
    if not isinstance(body, list) or not body or not all(isinstance(i, dict) for i in body):
        raise Refused(-18010013, "Submitted data is invalid.")
    if len(body) > LARGEST_CALL:
        raise Refused(-18010014, f"You can submit at most {LARGEST_CALL} numbers at a time.")
    accepted: list[Json] = []
    rejected: list[Json] = []
    for item in body:
        number = normalize(str(item.get("number") or ""))
        try:
            with world.database.transaction():
                accepted.append(EACH[endpoint](world, number, item))
        except Rejected as error:
            rejected.append(_rejection(endpoint, number, item, error))
    return {"accepted": accepted, "rejected": rejected}


def _rejection(endpoint: str, number: str, item: Json, error: Rejected) -> Json:
    """The carrier is a text in gettrackinfo, a number in register, and left out by retrack."""
    carrier = error.carrier if error.carrier is not None else whole_number(item.get("carrier")) or 0
    shown: Json = {"carrier": str(carrier) if endpoint == "gettrackinfo" else carrier}
    if error.code == -18019904:
        shown = {}
    return {"number": number, **shown, "error": {"code": error.code, "message": str(error)}}
