"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from shopify_app import database, queue

blueprint = Blueprint("health", __name__)

NOT_MIGRATED = "not migrated"


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database is there and migrated (else 503). Redis being away only delays work."""
    found = {"database": of_database() or "ok", "redis": of_redis() or "ok"}
    ready = found["database"] == "ok"
    return jsonify(status="ok" if ready else "not ready", **found), 200 if ready else 503


def of_database() -> str:
    """What is wrong with the database: `not migrated`, or an error's name; empty if nothing is."""
    try:
        return "" if database.is_migrated() else NOT_MIGRATED
    except SQLAlchemyError as error:
        return type(error).__name__


def of_redis() -> str:
    """The name of the error by which Redis does not answer; empty if it does."""
    try:
        queue.redis().ping()
    except RedisError as error:
        return type(error).__name__
    return ""
