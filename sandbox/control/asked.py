"""What a control request asks for: its fields checked, the things it names found."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, request

from sandbox import parcels
from sandbox.carriers import normalize
from sandbox.database import Json
from sandbox.shopify import orders, stores
from sandbox.shopify.change import ActionError
from sandbox.world import World, here

blueprint = Blueprint("control", __name__, url_prefix="/control")
T = TypeVar("T")


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


def body() -> Json:
    """The JSON object of the request; an empty one if nothing was sent."""
    if not request.get_data():
        return {}
    asked = request.get_json(silent=True, force=True)
    if not isinstance(asked, dict):
        raise Problem("the body has to be a JSON object", 400)
    return asked


def field(asked: Json, name: str, kind: type[T], default: T | None = None) -> T:
    """A field of the kind wanted. Raises Problem if it is missing without a default, or wrong."""
    value: Any = asked.get(name, default)
    if value is None:
        raise Problem(f"{name} is missing")
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Problem(f"{name} has to be of type {kind.__name__}, not {value!r}")
    return value


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


def numbers(asked: Json) -> list[str]:
    """`numbers`, a list or a text with commas, or `number`."""
    given = asked.get("numbers", asked.get("number") or [])
    if isinstance(given, str):
        given = [part.strip() for part in given.split(",")]
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise Problem("numbers has to be a list of texts")
    return [each for each in given if each]
