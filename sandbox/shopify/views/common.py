"""Pages of lists, money and addresses, as the schema has them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.database import Json
from sandbox.shopify.payloads.common import gid, money
from sandbox.shopify.search import limits, page_info

View = dict[str, Any]
Resolver = Callable[..., Any]


def connection(views: list[View], **arguments: Any) -> View:
    """A page of a list that is all at hand. Cursors are the places in it."""
    places = list(enumerate(views))
    if arguments.get("reverse"):
        places.reverse()
    limit, backward = limits(arguments)
    positions = [place for place, _ in places]
    start = positions.index(_place(arguments["after"])) + 1 if arguments.get("after") else 0
    end = positions.index(_place(arguments["before"])) if arguments.get("before") else len(places)
    between = places[start:end]
    chosen = between[max(0, len(between) - limit) :] if backward else between[:limit]
    edges = [{"cursor": _cursor(place), "node": view} for place, view in chosen]
    return from_edges(edges, page_info(arguments, backward, len(between) > limit))


def from_edges(edges: list[View], info: View) -> View:
    ends = {"startCursor": edges[0]["cursor"], "endCursor": edges[-1]["cursor"]} if edges else {}
    return {
        "edges": edges,
        "nodes": [edge["node"] for edge in edges],
        "pageInfo": {"startCursor": None, "endCursor": None, **info, **ends},
    }


def _cursor(place: int) -> str:
    return base64.b64encode(str(place).encode()).decode()


def _place(cursor: str) -> int:
    return int(base64.b64decode(cursor))


def paged(views: Callable[[], list[View]]) -> Resolver:
    def resolve(**arguments: Any) -> View:
        arguments.pop("query", None)
        arguments.pop("sortKey", None)
        return connection(views(), **arguments)

    return resolve


def later(view: Callable[[], Any]) -> Resolver:
    """A field that is made only when asked for, so that views may name each other."""
    return lambda: view()


def money_bag(store: Json, amount: Decimal | str) -> View:
    one = {"amount": money(amount), "currencyCode": store["currency"]}
    return {"shopMoney": one, "presentmentMoney": one}


def address(raw: Json | None, owner: int, kind: str = "MailingAddress") -> View | None:
    """An address; its id is made of its owner's."""
    if raw is None:
        return None
    lines = [raw["address1"], raw["address2"], f"{raw['city']} {raw['zip'] or ''}".strip()]
    return {
        "__typename": kind,
        "id": gid(kind, owner),
        "address1": raw["address1"],
        "address2": raw["address2"],
        "city": raw["city"],
        "company": raw.get("company"),
        "coordinatesValidated": False,
        "country": raw["country"],
        "countryCode": raw["country_code"],
        "countryCodeV2": raw["country_code"],
        "firstName": raw.get("first_name"),
        "lastName": raw.get("last_name"),
        "name": raw.get("name"),
        "formatted": [line for line in (*lines, raw["country"]) if line],
        "formattedArea": ", ".join(
            part for part in (raw["city"], raw["province_code"], raw["country"]) if part
        ),
        "latitude": raw.get("latitude"),
        "longitude": raw.get("longitude"),
        "phone": raw.get("phone"),
        "province": raw["province"],
        "provinceCode": raw["province_code"],
        "timeZone": None,
        "zip": raw["zip"],
    }
