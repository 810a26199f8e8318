"""What goes on behind a bulk query: its file is written, it ends, the app hears of it.

The file is JSONL: an object a line without its connections, whose objects have lines of their own
with a `__parentId`. They follow their parent if the objects are grouped; else all are at the end.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Row
from typing import Any

from flask import Blueprint, Response, abort, send_file
from graphql import DocumentNode, ExecutionResult, execute_sync

from sandbox.database import Json, dump
from sandbox.moments import from_seconds, in_zone, parse, stamp
from sandbox.shopify import bulk, bulk_query, stores
from sandbox.shopify.access import Call, resolve_field
from sandbox.shopify.payloads.common import gid
from sandbox.shopify.schema import SCHEMA
from sandbox.shopify.webhooks import fire, new_event
from sandbox.world import World, here

blueprint = Blueprint("bulk_files", __name__)
log = logging.getLogger(__name__)
ROOTS, NESTED = 50, 250
"""How many objects are read at a time, and how many of each of them at most."""


class Denied(Exception):
    """A field needs a scope that the app has not got."""


@blueprint.get("/bulk/<int:number>/<key>.jsonl")
def file(number: int, key: str) -> Response:
    """The file of an operation: whoever has its address may read it, for seven days."""
    world = here()
    row = world.database.row("SELECT * FROM bulk_operations WHERE id = ?", number) or abort(404)
    told = json.loads(row["body"])
    over = world.clock.now() > parse(told.get("completed_at", "2000-01-01")) + bulk.READABLE
    if told.get("key") != key or over or world.providers.get("shopify", "bulk") == "expired":
        return Response("<Error><Code>ExpiredToken</Code></Error>", 403, mimetype="text/xml")
    return send_file(
        bulk.path(world, number).resolve(), "application/jsonl", conditional=True, etag=str(number)
    )


def go_on(world: World) -> None:
    """Work on every bulk query that is under way."""
    wanted = "SELECT * FROM bulk_operations WHERE status IN (?, ?) ORDER BY id"
    for row in world.database.rows(wanted, *bulk.AT_WORK):
        try:
            _step(world, row)
        except Exception:
            log.exception("a bulk query could not go on")
            _end(world, row, "FAILED", "INTERNAL_SERVER_ERROR")


def _step(world: World, row: Row) -> None:
    """Begin an operation, or end it if its time has come."""
    told = json.loads(row["body"])
    if row["status"] == "CREATED":
        _begin(world, row)
    elif "error" in told:
        _end(world, row, "FAILED", told["error"])
    elif world.clock.seconds() >= row["created_at"] + bulk.seconds(world):
        fails = world.providers.get("shopify", "bulk") == "fail"
        _end(world, row, *(("FAILED", "INTERNAL_SERVER_ERROR") if fails else ("COMPLETED", None)))


def _begin(world: World, row: Row) -> None:
    """Find everything as it is now, and keep it until the time of the operation has come."""
    try:
        found = _write(world, row)
    except Denied:
        found = {"error": "ACCESS_DENIED"}
    _change(world, row, "RUNNING", found)


def _write(world: World, row: Row) -> Json:
    """Write the file. Returns how much there is in it. Raises Denied."""
    told, goal = json.loads(row["body"]), bulk.path(world, row["id"])
    goal.parent.mkdir(parents=True, exist_ok=True)
    objects = roots = 0
    later: list[Json] = []
    with goal.open("w", encoding="utf-8") as lines:
        for node in _nodes(world, row, told):
            roots += 1
            first, *children = _split(node)
            written = [first, *(children if told["grouped"] else [])]
            later += [] if told["grouped"] else children
            lines.writelines(dump(each) + "\n" for each in written)
            objects += 1 + len(children)
        lines.writelines(dump(each) + "\n" for each in later)
    size = goal.stat().st_size
    return {"objects": objects, "roots": roots, "size": size} | (
        {"key": secrets.token_urlsafe(16)} if size else {}
    )


def _nodes(world: World, row: Row, told: Json) -> Iterator[Json]:
    """The objects at the root, page by page."""
    document = bulk_query.paged(bulk_query.checked(told["query"]), ROOTS, NESTED)
    after = None
    while not world.stopping.is_set():
        store = stores.get(world, row["store"])
        assert store
        result = _ask(Call(world, store, frozenset(told["scopes"])), document, after)
        (page,) = (result.data or {}).values()
        yield from page["nodes"] if "nodes" in page else (e["node"] for e in page["edges"])
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _ask(call: Call, document: DocumentNode, after: str | None) -> ExecutionResult:
    with call.world.database.transaction():
        result = execute_sync(
            SCHEMA,
            document,
            context_value=call,
            variable_values={"after": after},
            field_resolver=resolve_field,
        )
    # Protected fields are null, and that is all; a scope that is missing ends the operation.
    if any("requiredAccess" in (error.extensions or {}) for error in result.errors or []):
        raise Denied
    if result.data is None:
        raise ValueError("nothing was found at the root")
    return result


def _split(node: Json, parent: str | None = None) -> list[Json]:
    """An object without its connections, and then what is in them."""
    own, children = _apart(node, node.get("id"))
    return [own | ({"__parentId": parent} if parent else {}), *children]


def _apart(value: Json, owner: str | None) -> tuple[Json, list[Json]]:
    own: Json = {}
    children: list[Json] = []
    for key, each in value.items():
        if not isinstance(each, dict):
            own[key] = each
        elif "edges" in each or "nodes" in each:
            nodes = each.get("nodes") or [edge["node"] for edge in each.get("edges", [])]
            children += [line for node in nodes for line in _split(node, owner)]
        else:
            own[key], more = _apart(each, each.get("id", owner))
            children += more
    return own, children


def _end(world: World, row: Row, status: str, error: str | None) -> None:
    if status == "FAILED":
        _cut(bulk.path(world, row["id"]))
    ended: dict[str, Any] = {"completed_at": stamp(world.clock.now())}
    _change(world, row, status, ended | ({"error": error} if error else {}))
    store = stores.get(world, row["store"])
    if store:
        fire(world, store, "bulk_operations/finish", _webhook(store, row, status, error, ended),
             new_event())  # fmt: skip


def _cut(path: Path) -> None:
    """Of an operation that failed half is there: whole lines."""
    if path.exists():
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")


def _webhook(store: Json, row: Row, status: str, error: str | None, ended: Json) -> Json:
    created = stamp(from_seconds(row["created_at"]))
    return {
        "admin_graphql_api_id": gid("BulkOperation", row["id"]),
        "completed_at": in_zone(ended["completed_at"], store["zone"]),
        "created_at": in_zone(created, store["zone"]),
        "error_code": error and error.lower(),
        "status": status.lower(),
        "type": "query",
    }


def _change(world: World, row: Row, status: str, more: Json) -> None:
    """A step of an operation that was not canceled meanwhile."""
    with world.database.transaction():
        now = world.database.row("SELECT * FROM bulk_operations WHERE id = ?", row["id"])
        if now is not None and now["status"] in bulk.AT_WORK:
            world.database.run(
                "UPDATE bulk_operations SET status = ?, body = ? WHERE id = ?",
                status, dump(json.loads(now["body"]) | more), row["id"],
            )  # fmt: skip
