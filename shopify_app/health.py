"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from shopify_app import database, queue

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database is there and migrated (else 503). Redis being away only delays work."""
    found = {"database": _database(), "redis": _redis()}
    ready = found["database"] == "ok"
    return jsonify(status="ok" if ready else "not ready", **found), 200 if ready else 503


def _database() -> str:
    try:
        return "ok" if database.is_migrated() else "not migrated"
    except SQLAlchemyError as error:
        return type(error).__name__


def _redis() -> str:
    try:
        queue.redis().ping()
    except RedisError as error:
        return type(error).__name__
    return "ok"
