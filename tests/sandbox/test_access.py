"""Scopes and protected fields are those of Shopify's own schema, and hold store by store."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.shopify import access, protected
from sandbox.shopify.admin_api import SCHEMA
from tests.sandbox.support import App, Client
from tests.waiting import eventually

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared/data/shopify/admin_2026-10.json.gz"
needs_real = [
    pytest.mark.skipif(
        not REAL.exists(), reason="Shopify's own schema is not beside the repository"
    ),
    pytest.mark.xdist_group("shopifys-schema"),
]
SAID_ELSEWHERE = {"fulfillmentCancel", "metafieldsSet", "tagsAdd", "tagsRemove"}
"""Mutations whose scope the documentation names, and the schema does not."""
IN_OTHER_WORDS = {"FulfillmentService"}
"""The schema describes its scopes without naming them."""
ORDER = """
{ orders(first: 1) { nodes {
  name email phone
  customer { firstName email }
  shippingAddress { name address1 city zip phone }
} } }
"""


@cache
def types() -> dict[str, Any]:
    with gzip.open(REAL) as file:
        told = json.load(file)["data"]["__schema"]["types"]
    return {kind["name"]: kind for kind in told if kind["name"] in SCHEMA.type_map}


def scopes(text: str | None) -> set[str]:
    return set(re.findall(r"`(\w+)` access scope", text or ""))


@pytest.mark.parametrize("real", [pytest.param(types, id="shopify", marks=needs_real)])
def test_each_type_and_mutation_takes_the_scopes_that_shopify_names(real: Any) -> None:
    told = {name: scopes(kind["requiredAccess"]) for name, kind in real().items()}
    for root in ("Mutation", "QueryRoot"):
        ours = access.FIELDS.keys() if root == "QueryRoot" else SCHEMA.type_map[root].fields
        fields = {f["name"]: scopes(f["requiredAccess"]) for f in real()[root]["fields"]}
        told |= {name: fields[name] for name in ours if name in fields}
    needed = {n: any_of for n, any_of in told.items() if any_of and n not in IN_OTHER_WORDS}
    asked = access.TYPES | access.FIELDS
    missing = set(needed) - set(asked)
    wrong = {
        name: any_of for name, any_of in needed.items() if not set(asked.get(name, ())) <= any_of
    }
    assert (missing, wrong) == (set(), {})
    assert set(asked) - set(needed) == SAID_ELSEWHERE | IN_OTHER_WORDS


@pytest.mark.parametrize("real", [pytest.param(types, id="shopify", marks=needs_real)])
def test_the_protected_fields_are_those_of_shopifys_schema(real: Any) -> None:
    theirs = {
        (kind["name"], field["name"]): field["protectedContent"]
        for kind in real().values()
        for field in kind["fields"] or []
        if field.get("protectedSubject") and field["name"] in SCHEMA.type_map[kind["name"]].fields
    }
    ours = {
        (kind, field): group
        for kind, fields in protected.FIELDS.items()
        for field, group in fields.items()
        if field in SCHEMA.type_map[kind].fields
    }
    assert ours == theirs


def test_a_withheld_field_is_null_with_an_error_beside_it(client: Client, app: App) -> None:
    client.install()
    client.control("app/protected", withheld=["email", "phone", "name"])
    client.control("orders", customer="Ada Byron", country="GB", email="ada@example.com")
    answer = client.graphql(ORDER).json()
    [order] = answer["data"]["orders"]["nodes"]
    assert (order["name"], order["email"], order["phone"]) == ("#1001", None, None)
    assert order["customer"] == {"firstName": None, "email": None}
    address = order["shippingAddress"]
    assert (address["name"], address["phone"]) == (None, None)
    assert address["address1"]
    assert {tuple(error["path"][3:]) for error in answer["errors"]} == {
        ("email",),
        ("phone",),
        ("customer", "firstName"),
        ("customer", "email"),
        ("shippingAddress", "name"),
        ("shippingAddress", "phone"),
    }
    assert all("not approved to use" in error["message"] for error in answer["errors"])
    eventually(lambda: app.heard)
    body = app.heard[0].body.decode()
    assert "#1001" in body
    assert [word for word in ("Ada", "Byron", "ada@example.com") if word in body] == []


def test_an_optional_scope_is_granted_store_by_store(client: Client, app: App) -> None:
    client.install()
    order = client.control("orders")
    tag = 'mutation ($id: ID!) { tagsAdd(id: $id, tags: ["x"]) { userErrors { message } } }'
    gid = f"gid://shopify/Order/{order['id']}"
    denied = client.graphql(tag, id=gid).json()
    assert denied["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    answer = requests.post(f"{client.admin}/scopes", json={"scopes": ["write_orders"]}, timeout=5)
    assert "write_orders" in answer.json()["granted"]
    assert client.graphql(tag, id=gid).json()["data"]["tagsAdd"] == {"userErrors": []}
    eventually(lambda: "app/scopes_update" in app.topics())
    told = next(h.body for h in app.heard if h.headers["X-Shopify-Topic"] == "app/scopes_update")
    body = json.loads(told)
    assert set(body["current"]) - set(body["previous"]) == {"write_orders"}


def test_two_stores_know_nothing_of_each_other(client: Client, app: App) -> None:
    second = client.beside("second.myshopify.com")
    client.install()
    client.control("orders", count=2)
    assert second.graphql("{ shop { name } }").status_code == 401
    second.token = client.token
    assert second.graphql("{ shop { name } }").status_code == 401
    second.install()
    assert second.graphql("{ ordersCount { count } }").json()["data"]["ordersCount"]["count"] == 0
    made = second.control("orders?store=second.myshopify.com")
    stolen = client.graphql("query ($id: ID!) { order(id: $id) { name } }", id=gid_of(made)).json()
    assert stolen["data"] == {"order": None}
    assert client.graphql("{ shop { name } }").status_code == 200, "its token lives on"
    eventually(lambda: len(app.heard) == 3)
    shops = [each.headers["X-Shopify-Shop-Domain"] for each in app.heard]
    assert sorted(shops) == [*["second.myshopify.com"], *["tidewick.myshopify.com"] * 2]


def test_each_store_pays_from_a_bucket_of_its_own(client: Client) -> None:
    second = client.beside("second.myshopify.com")
    client.install()
    second.install()
    client.control("orders", count=3)
    client.control("providers/shopify", points=12, restore_rate=0)
    query = "{ orders(first: 5) { nodes { id } } }"
    assert "errors" in [client.graphql(query) for _ in range(9)][-1].json()
    assert "errors" not in second.graphql(query).json()


def test_who_installs_again_within_two_days_is_not_redacted(client: Client, app: App) -> None:
    client.install()
    client.control("app/uninstall")
    client.control("app/allow")
    client.install()
    client.control("clock", jump="49h")
    states = {d["topic"]: d["state"] for d in client.look("webhooks")["deliveries"]}
    assert states["shop/redact"] == "cancelled"


def gid_of(order: Any) -> str:
    return f"gid://shopify/Order/{order['id']}"
