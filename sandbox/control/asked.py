"""What a control request asks for: its fields checked, the things it names found."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from sandbox import parcels
from sandbox.carriers import normalize
from sandbox.checks import Fields, named, record, whole
from sandbox.database import Json
from sandbox.shopify import orders, stores
from sandbox.shopify.change import ActionError
from sandbox.world import World, here

blueprint = Blueprint("control", __name__, url_prefix="/control")
MOST = 10_000
"""So many rows are shown at most."""


class Problem(Exception):
    """What was asked cannot be done: a message for a person, and a status of 4xx."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.status = status


@blueprint.errorhandler(Problem)
def _problem(error: Problem) -> tuple[Response, int]:
    return jsonify(error=str(error)), error.status


@blueprint.errorhandler(ActionError)
@blueprint.errorhandler(ValueError)
def _refused(error: Exception) -> tuple[Response, int]:
    return jsonify(error=str(error)), 422


@blueprint.errorhandler(OverflowError)
def _no_such_id(_error: Exception) -> tuple[Response, int]:
    return jsonify(error="no id is that large"), 404


def body(fields: Fields | None = None, *needed: str) -> Json:
    """The JSON object of the request, checked; an empty one if nothing was sent.

    Raises ValueError for a field that is not among `fields`, is wrong, or is `needed` and missing.
    """
    asked = request.get_json(silent=True, force=True) if request.get_data() else {}
    if not isinstance(asked, dict):
        raise Problem("the body has to be a JSON object", 400)
    checked: Json = record(fields or {}, needed)(asked)
    return checked


def limit(usual: int) -> int:
    """How many the query wants at most: `?limit=`. Raises ValueError if that is no such number."""
    text = request.args.get("limit", str(usual))
    return int(named("limit", whole(1, MOST), int(text) if text.isdecimal() else text))


def store() -> Json:
    """The store that `?store=` names, else the first one."""
    world = here()
    domain = request.args.get("store", stores.FIRST)
    found = stores.get(world, domain)
    if found is None:
        raise Problem(f"there is no store {domain}", 404)
    return found


def order(reference: str) -> Json:
    """An order by name or id. Raises Problem 404."""
    found = orders.find(here(), store()["domain"], reference)
    if found is None:
        raise Problem(f"there is no order {reference}", 404)
    return found


def fulfillment(reference: str) -> tuple[Json, Json]:
    """An order and its fulfillment by name (`#1042.1`) or id. Raises Problem 404."""
    name, dot, _ = reference.partition(".")
    doc = order(name) if dot else _by_fulfillment_id(here(), reference)
    for one in doc["fulfillments"] if doc else ():
        if reference.removeprefix("#") in (one["name"].removeprefix("#"), str(one["id"])):
            return doc or {}, one
    raise Problem(f"there is no fulfillment {reference}", 404)


def _by_fulfillment_id(world: World, reference: str) -> Json | None:
    if not reference.isdigit() or len(reference) > 18:
        return None
    return orders.by_part(world, "Fulfillment", int(reference))


def parcel(number: str) -> Json:
    """A parcel by its number. Raises Problem 404."""
    found = parcels.get(here(), normalize(number))
    if found is None:
        raise Problem(f"no carrier knows {number}", 404)
    return found
