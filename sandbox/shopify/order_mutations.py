"""The mutations of an order itself: its tags and metafields."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from sandbox.database import Json
from sandbox.shopify import order_actions, orders
from sandbox.shopify.access import Call
from sandbox.shopify.queries import parse_gid, visible
from sandbox.shopify.views.common import View
from sandbox.shopify.views.order import metafield
from sandbox.shopify.views.order import order as order_view

TYPES = ("boolean", "date_time", "json", "multi_line_text_field", "single_line_text_field")
"""The types of metafields that the sandbox knows."""
LONGEST_TAG = 40
NAME = re.compile(r"[\w-]{2,64}")


def add_tags(call: Call, id: str, tags: list[str]) -> View:  # noqa: A002
    if any(len(tag) > LONGEST_TAG for tag in tags):
        return _refused("node", ["tags"], "Tags must be less than 40 characters")

    def added(known: list[str]) -> list[str]:
        have = {tag.casefold() for tag in known}
        return known + [tag for tag in tags if tag.casefold() not in have]

    return _tag(call, id, added)


def remove_tags(call: Call, id: str, tags: list[str]) -> View:  # noqa: A002
    gone = {tag.casefold() for tag in tags}
    return _tag(call, id, lambda known: [tag for tag in known if tag.casefold() not in gone])


def _tag(call: Call, order_id: str, change: Callable[[list[str]], list[str]]) -> View:
    doc = _order(call, order_id)
    if doc is None:
        return _refused("node", ["id"], "Order does not exist")
    tags = change(doc["tags"])
    if tags != doc["tags"]:
        order_actions.change_contact(call.world, doc, {"tags": tags})
    return {"node": order_view(call.store, doc), "userErrors": []}


def set_metafields(call: Call, metafields: list[Json]) -> View:
    """All of them or none."""
    for place, asked in enumerate(metafields):
        wrong = _wrong(call, asked)
        if wrong:
            return _refused("metafields", ["metafields", str(place), wrong], f"{wrong} is invalid")
    return {"metafields": [_set(call, asked) for asked in metafields], "userErrors": []}


def _wrong(call: Call, asked: Json) -> str:
    """The field that is not as it has to be; empty if all are."""
    if _order(call, asked["ownerId"]) is None:
        return "ownerId"
    for name in ("namespace", "key"):
        if not NAME.fullmatch(asked.get(name) or ""):
            return name
    if asked.get("type") not in TYPES:
        return "type"
    return "" if asked["type"] != "json" or _is_json(asked["value"]) else "value"


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def _set(call: Call, asked: Json) -> View:
    doc = _order(call, asked["ownerId"])
    assert doc is not None  # `_wrong` has looked
    place = f"{asked['namespace']}.{asked['key']}"
    known = doc.get("metafields", {})
    kept = {"id": known.get(place, {}).get("id") or call.world.database.next_id()}
    kept |= {name: asked[name] for name in ("namespace", "key", "type", "value")}
    if kept != known.get(place):
        order_actions.change_contact(call.world, doc, {"metafields": known | {place: kept}})
    return metafield(kept)


def _order(call: Call, text: str) -> Json | None:
    _, number = parse_gid(text, "Order")
    return visible(call, orders.get(call.world, number))


def _refused(name: str, field: list[str], message: str) -> View:
    return {name: None, "userErrors": [{"field": field, "message": message}]}


RESOLVERS: dict[str, Callable[..., Any]] = {
    "metafieldsSet": set_metafields,
    "tagsAdd": add_tags,
    "tagsRemove": remove_tags,
}
