"""The fields of QueryRoot."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from graphql import GraphQLError

from sandbox.database import Json
from sandbox.moments import parse, stamp
from sandbox.shopify import orders
from sandbox.shopify.access import Call
from sandbox.shopify.payloads.common import gid
from sandbox.shopify.search import Condition, conditions, count, page
from sandbox.shopify.views import fulfillment as fulfillment_views
from sandbox.shopify.views import fulfillment_order as fulfillment_order_views
from sandbox.shopify.views import order as order_views
from sandbox.shopify.views import shop as shop_views
from sandbox.shopify.views.common import View, connection, from_edges

GID = re.compile(r"gid://shopify/(\w+)/(\d{1,18})")
RECENT = timedelta(days=60)


def parse_gid(text: str, kind: str | None = None) -> tuple[str, int]:
    """The kind and number of a global id. Raises GraphQLError for anything else."""
    match = GID.fullmatch(text)
    if not match or (kind and match[1] != kind):
        raise GraphQLError(f"Invalid global id '{text}'")
    return match[1], int(match[2])


def _oldest(call: Call) -> str | None:
    """Orders before this are hidden from apps without read_all_orders."""
    if "read_all_orders" in call.scopes:
        return None
    return stamp(call.world.clock.now() - RECENT)


def visible(call: Call, doc: Json | None) -> Json | None:
    """An order that the caller may see: of its store, and not too old."""
    oldest = _oldest(call)
    if doc is None or doc["store"] != call.store["domain"]:
        return None
    return doc if oldest is None or parse(doc["created_at"]) >= parse(oldest) else None


def _wanted(call: Call, query: str | None) -> list[Condition]:
    oldest = _oldest(call)
    recent = [Condition("created_at >= ?", (oldest,))] if oldest else []
    return conditions(query) + recent


def shop(call: Call) -> View:
    return shop_views.shop(call.store, call.world.clock.now())


def shop_locales(call: Call, **_: Any) -> list[View]:
    return shop_views.locales(call.store)


def installation(call: Call) -> View:
    return {
        "__typename": "AppInstallation",
        "id": gid("AppInstallation", call.store["id"]),
        "launchUrl": call.world.config.app_url,
        "accessScopes": [
            {"handle": scope, "description": scope.replace("_", " ").capitalize()}
            for scope in sorted(call.scopes)
        ],
    }


def all_orders(
    call: Call,
    query: str | None = None,
    sortKey: str = "PROCESSED_AT",  # noqa: N803 the schema's name
    **arguments: Any,
) -> View:
    edges, about = page(call.world, call.store, _wanted(call, query), sortKey, arguments)
    views = [edge | {"node": order_views.order(call.store, edge["node"])} for edge in edges]
    return from_edges(views, about)


def orders_count(call: Call, query: str | None = None, limit: int | None = None) -> View:
    found = count(call.world, call.store, _wanted(call, query))
    exact = limit is None or found <= limit
    return {
        "count": found if exact else limit,
        "precision": "EXACT" if exact else "AT_LEAST",
    }


def order(call: Call, id: str) -> View | None:  # noqa: A002
    return _found(call, "Order", id)


def customer(call: Call, id: str) -> View | None:  # noqa: A002
    return _found(call, "Customer", id)


def fulfillment(call: Call, id: str) -> View | None:  # noqa: A002
    return _found(call, "Fulfillment", id)


def fulfillment_order(
    call: Call,
    id: str,  # noqa: A002
) -> View | None:
    return _found(call, "FulfillmentOrder", id)


def fulfillment_orders(
    call: Call,
    includeClosed: bool = False,  # noqa: N803
    **arguments: Any,
) -> View:
    arguments.pop("query", None)
    rows = call.world.database.rows(
        "SELECT DISTINCT o.id, o.body FROM order_parts p JOIN orders o ON o.id = p.order_id"
        " WHERE p.kind = 'FulfillmentOrder' AND o.store = ? ORDER BY p.id",
        call.store["domain"],
    )
    docs = orders.read(rows)
    views = [view for doc in docs for view in _fulfillment_orders_of(call, doc, includeClosed)]
    return connection(views, **arguments)


def _fulfillment_orders_of(call: Call, doc: Json, closed: bool) -> list[View]:
    return [
        fulfillment_order_views.fulfillment_order(call.store, doc, whole, _order_view(call, doc))
        for whole in doc["fulfillment_orders"]
        if closed or orders.fulfillment_order_status(doc, whole) not in orders.OVER
    ]


def _order_view(call: Call, doc: Json) -> Callable[[], View]:
    return lambda: order_views.order(call.store, doc)


def _found(call: Call, kind: str, text: str) -> View | None:
    """The view of one thing by its global id; None if the caller cannot see it."""
    _, number = parse_gid(text, kind)
    if kind == "Order":
        doc = visible(call, orders.get(call.world, number))
        return order_views.order(call.store, doc) if doc else None
    doc = visible(call, orders.by_part(call.world, kind, number))
    if doc is None:
        return None
    if kind == "Customer":
        return order_views.customer(call.store, doc)
    if kind == "Fulfillment":
        one = orders.fulfillment(doc, number)
        return fulfillment_views.fulfillment(call.store, doc, one, _order_view(call, doc))
    whole = next(each for each in doc["fulfillment_orders"] if each["id"] == number)
    return fulfillment_order_views.fulfillment_order(call.store, doc, whole, _order_view(call, doc))


def node(call: Call, id: str) -> View | None:  # noqa: A002
    kind, _ = parse_gid(id)
    if kind == "Shop":
        return shop(call)
    if kind not in ("Order", "Customer", "Fulfillment", "FulfillmentOrder"):
        raise GraphQLError(f"the sandbox cannot look up nodes of type {kind}")
    return _found(call, kind, id)


def nodes(call: Call, ids: list[str]) -> list[View | None]:
    return [node(call, each) for each in ids]


RESOLVERS: dict[str, Callable[..., Any]] = {
    "currentAppInstallation": installation,
    "customer": customer,
    "fulfillment": fulfillment,
    "fulfillmentOrder": fulfillment_order,
    "fulfillmentOrders": fulfillment_orders,
    "node": node,
    "nodes": nodes,
    "order": order,
    "orders": all_orders,
    "ordersCount": orders_count,
    "shop": shop,
    "shopLocales": shop_locales,
}
