"""The state of the sandbox in short."""

from __future__ import annotations

import json

from flask import Response, jsonify

from sandbox import parcels
from sandbox.control.asked import blueprint
from sandbox.database import Json
from sandbox.providers import MODES
from sandbox.shopify import orders, stores
from sandbox.world import here

COUNTS = (
    "SELECT (SELECT count(*) FROM registrations) AS registered,"
    " (SELECT count(*) FROM mails) AS mails, (SELECT count(*) FROM texts) AS texts"
)


@blueprint.get("/state")
def state() -> Response:
    """All in short."""
    world = here()
    count = world.database.rows(COUNTS)
    posts = world.database.rows("SELECT state, count(*) AS n FROM posts GROUP BY state")
    return jsonify(
        clock=world.clock.told(),
        stores=[_store_shown(each) for each in stores.everyone(world)],
        tracking=_tracking(),
        deliveries={row["state"]: row["n"] for row in posts},
        providers={name: world.providers.settings(name)["mode"] for name in MODES},
        faults=world.postman.faults(),
        **dict(count[0]),
    )


def _store_shown(store: Json) -> Json:
    rows = here().database.rows("SELECT body FROM orders WHERE store = ?", store["domain"])
    docs = orders.read(rows)
    statuses = [orders.fulfillment_status(doc) or "unfulfilled" for doc in docs]
    return {
        "domain": store["domain"],
        "name": store["name"],
        "installed": store["installed"],
        "orders": len(docs),
        "cancelled": sum(1 for doc in docs if doc["cancelled_at"]),
        "fulfillment": {status: statuses.count(status) for status in sorted(set(statuses))},
    }


def _tracking() -> dict[str, int]:
    """How many parcels have each sub-status at the moment."""
    world, counts = here(), dict[str, int]()
    now = world.clock.seconds()
    for row in world.database.rows("SELECT body FROM parcels"):
        sub = parcels.sub_status(json.loads(row["body"]), now)
        counts[sub] = counts.get(sub, 0) + 1
    return dict(sorted(counts.items()))
