"""Control of deliveries: webhooks, pushes and callbacks, and what goes wrong with them."""

from __future__ import annotations

import json

from flask import Response, jsonify, request

from sandbox.checks import named, one_of
from sandbox.control.asked import Problem, blueprint, body, limit
from sandbox.database import Json
from sandbox.moments import from_seconds, stamp
from sandbox.postman import FAULT_FIELDS, STATES
from sandbox.world import here


@blueprint.get("/webhooks/faults")
def get_faults() -> Response:
    return jsonify(here().postman.faults())


@blueprint.post("/webhooks/faults")
def set_faults() -> Response:
    return jsonify(here().postman.set_faults(body(FAULT_FIELDS)))


@blueprint.get("/webhooks")
def deliveries() -> Response:
    """The newest deliveries first: webhooks, pushes and callbacks, with every attempt."""
    state, topic = request.args.get("state"), request.args.get("topic")
    if state is not None:
        named("state", one_of(STATES), state)
    rows = here().database.rows(
        "SELECT * FROM posts WHERE (state = ? OR ? IS NULL) AND (topic = ? OR ? IS NULL)"
        " ORDER BY id DESC LIMIT ?",
        state, state, topic, topic, limit(100),
    )  # fmt: skip
    return jsonify(deliveries=[_delivery(dict(row)) for row in rows])


def _delivery(row: Json) -> Json:
    headers = json.loads(row["headers"])
    return {
        "id": row["id"],
        "kind": row["kind"],
        "topic": row["topic"],
        "store": row["store"],
        "url": row["url"],
        "state": row["state"],
        "webhook_id": headers.get("X-Shopify-Webhook-Id"),
        "event_id": headers.get("X-Shopify-Event-Id"),
        "created_at": stamp(from_seconds(row["created_at"])),
        "due_at": stamp(from_seconds(row["due_at"])),
        "attempts": json.loads(row["attempts"]),
    }


@blueprint.get("/webhooks/<int:post_id>")
def delivery(post_id: int) -> Response:
    row = here().database.row("SELECT * FROM posts WHERE id = ?", post_id)
    if row is None:
        raise Problem(f"there is no delivery {post_id}", 404)
    told = {"headers": json.loads(row["headers"]), "body": row["body"].decode()}
    return jsonify(_delivery(dict(row)) | told)


@blueprint.post("/webhooks/<int:post_id>/again")
def deliver_again(post_id: int) -> Response:
    """Send a delivery once more with the same bytes and the same webhook id."""
    body()
    if not here().postman.again(post_id):
        raise Problem(f"there is no delivery {post_id}", 404)
    return jsonify(again=post_id)
