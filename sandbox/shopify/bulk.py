"""Bulk queries: started by a mutation, at work behind it, found again by their id."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from operator import eq, ge, gt, le, lt
from pathlib import Path
from sqlite3 import Row
from typing import Any

from graphql import GraphQLError

from sandbox.database import Json, dump
from sandbox.moments import from_seconds, parse, stamp
from sandbox.shopify import bulk_query, queries
from sandbox.shopify.access import Call
from sandbox.shopify.payloads.common import gid
from sandbox.shopify.views.common import View, connection
from sandbox.world import World

AT_A_TIME = 5
"""Bulk queries of an app in a store (since 2026-01)."""
READABLE = timedelta(days=7)
AT_WORK = ("CREATED", "RUNNING")
TERM = re.compile(r"(status|operation_type|id|created_at):(>=|<=|>|<)?('[^']*'|\S+)")


def path(world: World, number: int) -> Path:
    """Where the file of an operation is."""
    data = world.config.data
    return data.with_name(f"{data.stem}-bulk") / f"{number}.jsonl"


def run_query(call: Call, query: str, groupObjects: bool = False) -> View:  # noqa: N803
    """Start an operation, if it may be run."""
    if call.world.providers.get("shopify", "bulk") == "limit" or _at_work(call) >= AT_A_TIME:
        message = f"An app runs {AT_A_TIME} bulk queries in a shop at a time."
        return _refused("LIMIT_REACHED", message)
    try:
        bulk_query.checked(query)
    except bulk_query.Invalid as invalid:
        return _refused("INVALID", str(invalid))
    number = call.world.database.next_id()
    body = {"query": query, "grouped": groupObjects, "scopes": sorted(call.scopes)}
    call.world.database.run(
        "INSERT INTO bulk_operations VALUES (?, ?, 'CREATED', ?, ?)",
        number, call.store["domain"], call.world.clock.seconds(), dump(body),
    )  # fmt: skip
    return {"bulkOperation": _found(call, number), "userErrors": []}


def _at_work(call: Call) -> int:
    sql = "SELECT count(*) AS n FROM bulk_operations WHERE store = ? AND status IN (?, ?)"
    return int(call.world.database.rows(sql, call.store["domain"], *AT_WORK)[0]["n"])


def _refused(code: str, message: str) -> View:
    error = {"field": ["query"], "message": message, "code": code}
    return {"bulkOperation": None, "userErrors": [error]}


def cancel(call: Call, id: str) -> View:  # noqa: A002
    """Stop an operation that is at work."""
    _, number = queries.parse_gid(id, "BulkOperation")
    sql = "UPDATE bulk_operations SET status = 'CANCELED' WHERE id = ? AND store = ?"
    at_work = f"{sql} AND status IN (?, ?)"
    if not call.world.database.run(at_work, number, call.store["domain"], *AT_WORK):
        error = {"field": ["id"], "message": "A bulk operation cannot be canceled now."}
        return {"bulkOperation": _found(call, number), "userErrors": [error]}
    return {"bulkOperation": _found(call, number), "userErrors": []}


def one(call: Call, id: str) -> View | None:  # noqa: A002
    """An operation by its id."""
    return _found(call, queries.parse_gid(id, "BulkOperation")[1])


def node(call: Call, id: str) -> View | None:  # noqa: A002
    """Anything by its id, an operation among it."""
    return one(call, id) if queries.parse_gid(id)[0] == "BulkOperation" else queries.node(call, id)


def current(call: Call, type: str = "QUERY") -> View | None:  # noqa: A002
    """The newest of them."""
    found = _all(call) if type == "QUERY" else []
    return _view(call.world, found[0]) if found else None


def every(
    call: Call,
    query: str | None = None,
    sortKey: str = "CREATED_AT",  # noqa: N803
    **page: Any,
) -> View:
    """The app's operations in this store, the newest first."""
    views = [_view(call.world, row) for row in _all(call)]
    wanted = [view for view in views if _meets(view, query or "")]
    if sortKey == "COMPLETED_AT":
        wanted.sort(key=lambda view: view["completedAt"] or "", reverse=True)
    return connection(wanted, **page)


def _meets(view: View, query: str) -> bool:
    if TERM.sub("", query).strip():
        raise GraphQLError(f"the sandbox cannot search bulk operations for {query!r}")
    return all(_holds(view, *match.groups()) for match in TERM.finditer(query))


def _holds(view: View, name: str, op: str | None, value: str) -> bool:
    told: Any = view[{"status": "status", "operation_type": "type"}.get(name, "createdAt")].lower()
    asked: Any = value
    if name == "created_at":
        told, asked = parse(view["createdAt"]), parse(value.strip("'"))
    elif name == "id":
        told, asked = int(view["id"].rpartition("/")[2]), int(value)
    return bool({None: eq, ">": gt, "<": lt, ">=": ge, "<=": le}[op](told, asked))


def _all(call: Call) -> list[Row]:
    sql = "SELECT * FROM bulk_operations WHERE store = ? ORDER BY id DESC LIMIT 250"
    return call.world.database.rows(sql, call.store["domain"])


def _found(call: Call, number: int) -> View | None:
    sql = "SELECT * FROM bulk_operations WHERE id = ? AND store = ?"
    row = call.world.database.row(sql, number, call.store["domain"])
    return _view(call.world, row) if row else None


def _view(world: World, row: Row) -> View:
    told = json.loads(row["body"])
    expired = _expired(world, told)
    address = f"{world.url}/bulk/{row['id']}/{told['key']}.jsonl" if "key" in told else None
    done, failed = row["status"] == "COMPLETED", row["status"] == "FAILED"
    objects, roots = _counts(world, row, told)
    return {
        "__typename": "BulkOperation",
        "id": gid("BulkOperation", row["id"]),
        "type": "QUERY",
        "query": told["query"],
        "status": "EXPIRED" if done and expired else row["status"],
        "errorCode": told.get("error"),
        "createdAt": stamp(from_seconds(row["created_at"])),
        "completedAt": told.get("completed_at") if done else None,
        "objectCount": str(objects),
        "rootObjectCount": str(roots),
        "fileSize": str(told["size"]) if done and told.get("size") else None,
        "url": address if done and not expired else None,
        "partialDataUrl": address if failed and not expired else None,
    }


def _expired(world: World, told: Json) -> bool:
    return "completed_at" in told and world.clock.now() > parse(told["completed_at"]) + READABLE


def _counts(world: World, row: Row, told: Json) -> tuple[int, int]:
    """How much has been found. While it works, that grows with the time."""
    objects, roots = told.get("objects", 0), told.get("roots", 0)
    if row["status"] not in AT_WORK:
        return objects, roots
    share = min((world.clock.seconds() - row["created_at"]) / (seconds(world) or 1), 1)
    return int(objects * share), int(roots * share)


def seconds(world: World) -> float:
    """How long an operation takes, by the sandbox's clock."""
    return float(world.providers.get("shopify", "bulk_seconds"))


QUERIES: dict[str, Callable[..., Any]] = {
    "bulkOperation": one,
    "bulkOperations": every,
    "currentBulkOperation": current,
    "node": node,
}
MUTATIONS: dict[str, Callable[..., Any]] = {
    "bulkOperationCancel": cancel,
    "bulkOperationRunQuery": run_query,
}
