"""What we ask of Shopify's Admin GraphQL API is what it answers to."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    NoDeprecatedCustomRule,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_client_schema,
    build_schema,
    get_named_type,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql.execution.values import get_variable_values

from sandbox.shopify import bulk_query
from sandbox.shopify.cost import MAXIMUM, Cost
from shopify_app.domain.facts import Parcel
from shopify_app.domain.order_marks import Marks
from shopify_app.domain.status_map import MERCHANT, SEVENTEENTRACK
from shopify_app.settings import DEFAULT_SCOPES
from shopify_app.shopify import admin, bulk, client, fulfilling, writing
from tests import nodes
from tests.stubs import AdminApi
from tests.support import ALICE, SHOP_IDS

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared/data/shopify/admin_2026-10.json.gz"
SANDBOX = ROOT / "sandbox/shopify/schema.graphql"
FOLDER = ROOT / "shopify_app/shopify/operations"
DOCUMENTS = sorted(path.stem for path in FOLDER.iterdir())
VERSION = "2026-10"
OPERATION = {
    "id": "gid://shopify/BulkOperation/1",
    "status": "CREATED",
    "errorCode": None,
    "createdAt": "2026-11-24T12:00:00Z",
    "objectCount": "0",
    "rootObjectCount": "0",
    "fileSize": None,
    "url": None,
}
COST = r"^# Cost: (\d+)\.\n(?:query|mutation) (\w+)"
AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@cache
def sandbox() -> GraphQLSchema:
    return build_schema(SANDBOX.read_text())


@cache
def introspection() -> Any:
    with gzip.open(REAL) as file:
        return json.load(file)["data"]


@cache
def real() -> GraphQLSchema:
    return build_client_schema(introspection(), assume_valid=True)


NEEDS_REAL = [
    pytest.mark.skipif(
        not REAL.exists(), reason="Shopify's own schema is not beside the repository"
    ),
    pytest.mark.xdist_group("shopifys-schema"),  # read once: it takes its time
]
SCHEMAS = [
    pytest.param(sandbox, id="sandbox"),
    pytest.param(real, id="shopify", marks=NEEDS_REAL),
]


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_operation_is_valid_and_uses_nothing_deprecated(
    name: str, schema: Callable[[], GraphQLSchema]
) -> None:
    rules = [*specified_rules, NoDeprecatedCustomRule]
    assert validate(schema(), parse(client.document(name)), rules) == []


@pytest.mark.parametrize("schema", SCHEMAS)
def test_what_is_found_in_bulk_is_a_valid_query_too(schema: Callable[[], GraphQLSchema]) -> None:
    rules = [*specified_rules, NoDeprecatedCustomRule]
    assert validate(schema(), parse(bulk.orders_query(AT)), rules) == []
    assert bulk_query.checked(bulk.orders_query(AT)), "Shopify would run it"
    assert "created_at:>='2026-11-24T12:00:00Z'" in bulk.orders_query(AT)


def test_what_an_operation_costs_is_noted_above_it(
    shopify: AdminApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `sandbox/shopify/cost.py` prices it beforehand, at the most that is ever asked."""
    _ask_everything(shopify, monkeypatch)
    prices: dict[str, int] = {}
    for name, variables in shopify.asked:
        document, operation = _operations()[name]
        price = Cost(sandbox(), document, operation, variables).requested()
        prices[name] = max(price, prices.get(name, 0))
    noted = {
        name: int(cost)
        for document in DOCUMENTS
        for cost, name in re.findall(COST, client.document(document), re.MULTILINE)
    }
    assert noted == prices
    assert max(prices.values()) < MAXIMUM


def _operations() -> dict[str, tuple[DocumentNode, OperationDefinitionNode]]:
    """Every operation by its name, with the document it stands in."""
    documents = [parse(client.document(name)) for name in DOCUMENTS]
    return {
        definition.name.value: (document, definition)
        for document in documents
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode) and definition.name
    }


def _ask_everything(api: AdminApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the app ask all that it ever asks, an order with many lines among it."""
    client.configure("https://{shop}", VERSION)
    monkeypatch.setattr(admin, "access_token", lambda _shop_id: "shpat_alice")
    shop = (SHOP_IDS[ALICE], ALICE)
    many = nodes.order() | {"lineItems": {"nodes": [nodes.line(n + 1) for n in range(30)]}}
    event = {"id": "gid://shopify/FulfillmentEvent/1"}
    api.answers = {
        "Shop": nodes.shop(),
        "PrimaryLocale": nodes.locales(),
        "OrdersPage": nodes.orders_page(many),
        "OneOrder": {"order": many},
        "FulfillmentEvents": {"fulfillment": None},
        "FulfillmentEventCreate": {
            "fulfillmentEventCreate": {"fulfillmentEvent": event, "userErrors": []}
        },
        "TrackingInfo": {
            "fulfillment": {"trackingInfo": [{"number": "B1", "company": "UPS", "url": None}]}
        },
        "OrderMarks": {"order": {"tags": ["Retrack: Pending"], "metafield": None}},
        "SetMetafield": {"metafieldsSet": {"userErrors": []}},
        "AddTags": {"tagsAdd": {"userErrors": []}},
        "RemoveTags": {"tagsRemove": {"userErrors": []}},
        "Fulfillable": nodes.fulfillable(),
        "Fulfill": {"fulfillmentCreate": {"fulfillment": nodes.fulfillment(), "userErrors": []}},
        "BulkOperations": {
            "bulkOperations": {"nodes": [OPERATION | {"query": "{ shop { id } }"}]},
            "ordersCount": {"count": 7},
        },
        "RunBulkQuery": {"bulkOperationRunQuery": {"bulkOperation": OPERATION, "userErrors": []}},
        "BulkOperation": {"bulkOperation": OPERATION},
        "SetNumbers": {"fulfillmentTrackingInfoUpdate": {"fulfillment": event, "userErrors": []}},
    }
    admin.shop(ALICE, "shpat_alice")
    for cursor in ("", "eyJsYXN0X2lkIjoxfQ=="):
        admin.orders_page(*shop, AT, cursor)
    for parcels in ([Parcel("A1", "UPS"), Parcel("A2", "UPS")], [Parcel("A1")], []):
        writing.set_numbers(*shop, 255858046077112345, parcels, tell=False)
    writing.set_links(*shop, 255858046077112345, lambda parcel: f"https://x.test/{parcel.number}")
    writing.set_marks(*shop, 1, Marks(frozenset({"Retrack: Delivered"}), "{}"))
    admin.changed_orders(*shop, AT, AT, "")
    bulk.find(*shop, AT)
    bulk.state(*shop, bulk.start(*shop, AT).id)
    lines = fulfilling.lines(*shop, 1)
    for parcels in ([Parcel("A1", "UPS")], []):
        fulfilling.fulfill(*shop, 1, dict.fromkeys(lines, 1), parcels, tell=True)
    values = {m.shopify for m in (*SEVENTEENTRACK.values(), *MERCHANT.values()) if m.shopify}
    for value in sorted(values):
        writing.find_event(*shop, 255858046077112345, value, AT)
        writing.create_event(*shop, 255858046077112345, value, AT)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_what_is_sent_with_an_operation_is_of_its_types(
    schema: Callable[[], GraphQLSchema], shopify: AdminApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ask_everything(shopify, monkeypatch)
    operations = _operations()
    assert {name for name, _ in shopify.asked} == set(operations), "every one of them was asked"
    for name, variables in shopify.asked:
        found = get_variable_values(
            schema(), operations[name][1].variable_definitions or (), variables
        )
        assert not isinstance(found, list), (name, variables, found)
        assert set(variables) <= _variables(operations[name][1]), name


TEXTS = {name: client.document(name) for name in DOCUMENTS} | {"in bulk": bulk.orders_query(AT)}


@pytest.mark.parametrize("name", [pytest.param(name, marks=NEEDS_REAL) for name in TEXTS])
def test_the_scopes_we_ask_for_let_us_see_every_field(name: str) -> None:
    """Shopify names the scopes beside a type or a field: any one of them is enough."""
    scopes = set(DEFAULT_SCOPES.split(","))
    needed = _needed_access(parse(TEXTS[name]))
    assert {what: any_of for what, any_of in needed.items() if not any_of & scopes} == {}


def test_the_app_is_described_to_shopify_as_it_is_run() -> None:
    told = tomllib.loads((ROOT / "shopify.app.toml").read_text())
    assert told["access_scopes"]["scopes"] == DEFAULT_SCOPES
    assert told["webhooks"]["api_version"] == VERSION


def _needed_access(document: DocumentNode) -> dict[str, set[str]]:
    types = {kind["name"]: kind for kind in introspection()["__schema"]["types"]}
    info, needed = TypeInfo(real()), {}

    class Fields(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            parent, shown = info.get_parent_type(), get_named_type(info.get_type())
            assert parent
            assert shown
            fields = {each["name"]: each for each in types[parent.name]["fields"]}
            for what, told in (
                (f"{parent.name}.{node.name.value}", fields[node.name.value]),
                (shown.name, types[shown.name]),
            ):
                access = told["requiredAccess"] or ""
                if "access scope" in access:
                    needed[what] = set(re.findall(r"`(\w+)` access scope", access))

    visit(document, TypeInfoVisitor(info, Fields()))
    return needed


def _variables(operation: OperationDefinitionNode) -> set[str]:
    return {each.variable.name.value for each in operation.variable_definitions or ()}
