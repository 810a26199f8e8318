"""GET /track/shipments: the key, the limits, and one number a call.

Refusals are `application/problem+json`, worded as DHL words them. That a call about several numbers
is a 400 is assumed: DHL says only that it cannot be done.
"""

from __future__ import annotations

import json
import re

from flask import Blueprint, Response, request

from sandbox import parcels
from sandbox.carriers import normalize
from sandbox.database import Json
from sandbox.dhl import answers
from sandbox.failures import interrupt
from sandbox.world import World, here

blueprint = Blueprint("dhl", __name__, url_prefix="/dhl")


class Problem(Exception):
    """A call is refused: an HTTP status, a title and what is wrong."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.title = status, title


@blueprint.errorhandler(Problem)
def _problem(error: Problem) -> Response:
    told = {"title": error.title, "status": error.status, "detail": str(error)}
    return Response(json.dumps(told), error.status, content_type="application/problem+json")


@blueprint.get("/track/shipments")
def track() -> Response:
    world = here()
    broken = interrupt(world, "dhl")
    if broken is not None:
        return broken
    _authorise(world)
    number = _number()
    parcel = parcels.get(world, number)
    if parcel and parcel["quick"]:
        parcels.quicken(world, parcel)
    told = answers.shipments(parcel, world.clock.seconds()) if parcel else None
    if told is None:
        detail = "No shipment with given tracking number found."
        raise Problem(404, "No result found", detail)
    return Response(json.dumps(told, ensure_ascii=False), content_type="application/json")


def _authorise(world: World) -> None:
    mode = world.providers.get("dhl", "mode")
    if mode == "wrong_key" or request.headers.get("DHL-API-Key") != world.config.dhl_key:
        raise Problem(401, "Unauthorized", "Unauthorized for given resource.")
    if mode == "rate" or not world.dhl_calls.allow() or not _left_today(world):
        detail = "Too many requests within defined time period, please try again later."
        raise Problem(429, "Too Many Requests", detail)


def _left_today(world: World) -> bool:
    """Count a call of the day; days change at midnight GMT by the sandbox's own clock."""
    with world.database.transaction():
        day = f"{world.clock.now():%Y-%m-%d}"
        used: Json = world.database.setting("dhl calls", {})
        count = used["count"] + 1 if used.get("day") == day else 1
        if count > world.providers.get("dhl", "calls_a_day"):
            return False
        world.database.set_setting("dhl calls", {"day": day, "count": count})
        return True


def _number() -> str:
    given = request.args.getlist("trackingNumber")
    if len(given) != 1 or not re.fullmatch(r"[\w -]{1,39}", given[0], re.ASCII):
        raise Problem(400, "Invalid input", "Input is invalid: trackingNumber has to be one number")
    language = request.args.get("language", "en")
    if not re.fullmatch("[a-z]{2}", language):
        detail = f"Provided language code '{language}' isn't valid according to 'ISO 639-1 alpha-2'"
        raise Problem(400, "Invalid input", f"Input is invalid: {detail}")
    return normalize(given[0])
