"""The `query` argument of orders, and paging by cursors: both become SQL."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

from sandbox.database import Json
from sandbox.moments import parse, stamp
from sandbox.world import World

TERM = re.compile(r"(?P<field>\w+):(?P<op>>=|<=|>|<)?(?P<value>\"[^\"]*\"|'[^']*'|\S+)")
MOMENTS = ("created_at", "updated_at", "processed_at")
SORT = {
    "CREATED_AT": "created_at",
    "UPDATED_AT": "updated_at",
    "PROCESSED_AT": "processed_at",
    "ORDER_NUMBER": "number",
    "ID": "id",
}
STATUS = {
    "any": "1",
    "open": "json_extract(body, '$.closed_at') IS NULL",
    "not_closed": "json_extract(body, '$.closed_at') IS NULL",
    "closed": "json_extract(body, '$.closed_at') IS NOT NULL",
    "cancelled": "json_extract(body, '$.cancelled_at') IS NOT NULL",
}
LARGEST_PAGE = 250


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL that is true for the orders wanted, and its values."""

    sql: str
    values: tuple[object, ...] = ()


def conditions(query: str | None) -> list[Condition]:
    """The terms of a search, all of which have to hold.

    Known are created_at, updated_at, processed_at, name, id and status. Shopify passes silently
    by what it does not know; the sandbox raises, so that a mistake is seen.
    """
    text = re.sub(r"\bAND\b", " ", query or "")
    found = [_condition(match) for match in TERM.finditer(text)]
    if TERM.sub("", text).strip():
        raise GraphQLError(f"the sandbox cannot search orders for {query!r}")
    return found


def _condition(match: re.Match[str]) -> Condition:
    field, op, value = match["field"], match["op"] or "=", match["value"].strip("\"'")
    if field in MOMENTS:
        return Condition(f"{field} {op} ?", (_moment(value),))
    if field == "name":
        return Condition("number = ?", (value.removeprefix("#"),))
    if field == "id":
        return Condition(f"id {op} ?", (int(value),))
    if field == "status" and value in STATUS:
        return Condition(STATUS[value])
    raise GraphQLError(f"the sandbox cannot search orders by {match[0]!r}")


def _moment(value: str) -> str:
    try:
        return stamp(parse(value))
    except ValueError as error:
        raise GraphQLError(f"{value!r} is no moment") from error


def page(
    world: World, store: Json, wanted: list[Condition], sort: str, arguments: Json
) -> tuple[list[Json], Json]:
    """One page of orders with their cursors, and its pageInfo.

    `arguments` are first, last, after, before and reverse as GraphQL has them.
    """
    column = SORT[sort]
    limit, backward = limits(arguments)
    descending = bool(arguments.get("reverse")) != backward
    cursors = [
        _beyond(column, arguments[name], bool(arguments.get("reverse")) != (name == "before"))
        for name in ("after", "before")
        if arguments.get(name)
    ]
    where = [Condition("store = ?", (store["domain"],)), *wanted, *cursors]
    sql, values = _where("SELECT * FROM orders", where)
    way = "DESC" if descending else "ASC"
    rows = world.database.rows(
        f"{sql} ORDER BY {column} {way}, id {way} LIMIT ?", *values, limit + 1
    )
    more, rows = len(rows) > limit, rows[:limit]
    edges = [{"cursor": _cursor(r[column], r["id"]), "node": json.loads(r["body"])} for r in rows]
    return (edges[::-1] if backward else edges), page_info(arguments, backward, more)


def limits(arguments: Json) -> tuple[int, bool]:
    """How many are asked for, and whether from the end. Raises GraphQLError as Shopify does."""
    first, last = arguments.get("first"), arguments.get("last")
    if (first is None) == (last is None):
        raise GraphQLError("you must provide one of first or last", extensions=_bad_request())
    limit = int(first if first is not None else last or 0)
    if not 0 <= limit <= LARGEST_PAGE:
        raise GraphQLError(
            f"first and last have to be between 0 and {LARGEST_PAGE}", extensions=_bad_request()
        )
    return limit, first is None


def _bad_request() -> dict[str, Any]:
    return {"code": "BAD_REQUEST"}


def page_info(arguments: Json, backward: bool, more: bool) -> Json:
    """Whether there is more before and after."""
    return {
        "hasNextPage": bool(arguments.get("before")) if backward else more,
        "hasPreviousPage": more if backward else bool(arguments.get("after")),
    }


def _cursor(value: object, order_id: int) -> str:
    return base64.b64encode(json.dumps([value, order_id]).encode()).decode()


def _beyond(column: str, cursor: str, smaller: bool) -> Condition:
    try:
        value, order_id = json.loads(base64.b64decode(cursor))
    except ValueError as error:
        raise GraphQLError("invalid cursor for current pagination sort") from error
    return Condition(f"({column}, id) {'<' if smaller else '>'} (?, ?)", (value, order_id))


def _where(select: str, wanted: list[Condition]) -> tuple[str, list[object]]:
    """A statement with its conditions, and their values in order."""
    told = " AND ".join(condition.sql for condition in wanted)
    return f"{select} WHERE {told}", [value for c in wanted for value in c.values]


def count(world: World, store: Json, wanted: list[Condition]) -> int:
    """How many orders of a store meet all conditions."""
    own = Condition("store = ?", (store["domain"],))
    sql, values = _where("SELECT count(*) AS n FROM orders", [own, *wanted])
    return int(world.database.rows(sql, *values)[0]["n"])
