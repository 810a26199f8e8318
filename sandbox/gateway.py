"""A merchant's own gateway for texts, in place of Twilio: it takes signed JSON."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, jsonify, request

from sandbox import gateway_says, texts
from sandbox.failures import drop_line, interrupt
from sandbox.world import World, here

blueprint = Blueprint("gateway", __name__)


@blueprint.post("/gateway")
def take() -> Response | tuple[Response, int]:
    """Take a text. The same `webhook-id` is the same text, however often it comes."""
    world = here()
    broken = interrupt(world, "gateway")
    if broken is not None:
        return broken
    mode, name = world.providers.get("gateway", "mode"), request.headers.get("webhook-id", "")
    if mode == "wrong_key" or not _signed(world, name):
        return jsonify(error="not signed by whom we know"), 401
    if mode == "rate":
        return jsonify(error="too many"), 429
    data = request.get_json()["data"]
    if texts.has_opted_out(world, data["to"]):
        return jsonify(error="answered STOP"), 400
    between = (data["from"], data["to"], data["text"], data.get("reference", ""))
    row = texts.keep(world, texts.BY_GATEWAY, *between, sid=f"gw_{name}")
    return drop_line() if mode == "drop" else jsonify(id=row["sid"])


def _signed(world: World, name: str) -> bool:
    moment = request.headers.get("webhook-timestamp", "")
    made = gateway_says.signature(world, name, moment, request.get_data())
    return hmac.compare_digest(request.headers.get("webhook-signature", "").encode(), made.encode())
