"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from shopify_app import database, queue

blueprint = Blueprint("health", __name__)

NOT_MIGRATED = "not migrated"
NO_ANSWER = "no answer"


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
    """What is wrong with the database: `not migrated` or `no answer`; empty if nothing is."""
    try:
        return "" if database.is_migrated() else NOT_MIGRATED
    except (SQLAlchemyError, OSError):
        return NO_ANSWER


def of_redis() -> str:
    """`no answer` if Redis gives none; empty if it does."""
    try:
        queue.redis().ping()
    except RedisError:
        return NO_ANSWER
    return ""
