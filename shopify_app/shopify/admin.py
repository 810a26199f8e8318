"""What we ask of a shop's Admin API, in our own terms: facts come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shopify_app.domain.facts import OrderFacts, ShopFacts
from shopify_app.shopify import client, graphql_facts
from shopify_app.shopify.client import Rejected
from shopify_app.shopify.tokens import NoToken, access_token, renewed

ORDERS_A_PAGE = 5
SIZES = {"lines": 30, "fulfillments": 10}
"""How much of an order a page asks for; the few that have more are read alone, with these:"""
WHOLE_SIZES = {"lines": 250, "fulfillments": 40}


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """Some orders, and where the next ones begin (empty: these were the last)."""

    orders: list[OrderFacts]
    next_cursor: str


def shop(domain: str, token: str) -> ShopFacts:
    """The store behind this token; its language only if the token may read locales."""
    told = client.execute(domain, token, "shop")["shop"]
    return graphql_facts.shop(told, _primary_locale(domain, token))


def orders_page(shop_id: int, domain: str, since: datetime, cursor: str) -> OrdersPage:
    """The orders created from `since` on, after `cursor` (empty: from the newest)."""
    sort = {"sort": "CREATED_AT", "newestFirst": True}
    return _page(shop_id, domain, f"created_at:>='{stamp(since)}'", cursor, sort)


def changed_orders(
    shop_id: int, domain: str, since: datetime, until: datetime, cursor: str
) -> OrdersPage:
    """The orders changed between two moments, after `cursor` (empty: from the longest ago)."""
    query = f"updated_at:>='{stamp(since)}' updated_at:<='{stamp(until)}'"
    sort = {"sort": "UPDATED_AT", "newestFirst": False}
    return _page(shop_id, domain, query, cursor, sort)


def _page(
    shop_id: int, domain: str, query: str, cursor: str, sort: Mapping[str, Any]
) -> OrdersPage:
    of_page = {"first": ORDERS_A_PAGE, "after": cursor or None, "query": query}
    variables = {**of_page, **sort, **SIZES}
    told = run(shop_id, domain, "OrdersPage", variables, of="orders")["orders"]
    page = told["pageInfo"]
    nodes = [_whole(shop_id, domain, node) for node in told["nodes"]]
    orders = [graphql_facts.order(node) for node in nodes]
    return OrdersPage(orders, page["endCursor"] if page["hasNextPage"] else "")


def stamp(at: datetime) -> str:
    """A moment as Shopify takes it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _whole(shop_id: int, domain: str, node: dict[str, Any]) -> dict[str, Any]:
    """The order, read again if it may have more lines or fulfillments than the page asked for."""
    found = (len(node["lineItems"]["nodes"]), len(node["fulfillments"]))
    if found[0] < SIZES["lines"] and found[1] < SIZES["fulfillments"]:
        return node
    variables = {"id": node["id"], **WHOLE_SIZES}
    alone = run(shop_id, domain, "OneOrder", variables, of="orders")["order"]
    return alone or node


def order(shop_id: int, domain: str, order_id: int) -> OrderFacts | None:
    """One order as it is now; None if the store has it no more."""
    variables = {"id": f"gid://shopify/Order/{order_id}", **WHOLE_SIZES}
    told = run(shop_id, domain, "OneOrder", variables, of="orders")["order"]
    return graphql_facts.order(told) if told else None


def token_is_dead(shop_id: int, domain: str) -> bool:
    """Whether Shopify refuses the shop's token and what refreshes it: then the app is off."""
    try:
        run(shop_id, domain, "shop", {})
    except (NoToken, client.TokenRefused):
        return True
    return False


def _primary_locale(domain: str, token: str) -> str:
    try:
        told = client.execute(domain, token, "primary_locale")
    except Rejected:
        return ""
    return next((row["locale"] for row in told["shopLocales"] if row["primary"]), "")


def run(
    shop_id: int, domain: str, name: str, variables: dict[str, Any], *, of: str = ""
) -> dict[str, Any]:
    """Run an operation with the shop's token, once more with a new one if that is refused.

    Raises client.ShopifyError.
    """
    token = access_token(shop_id)
    try:
        return client.execute(domain, token, name, variables, of=of)
    except client.TokenRefused:
        return client.execute(domain, renewed(shop_id, token), name, variables, of=of)
