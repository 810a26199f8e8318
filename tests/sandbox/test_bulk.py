"""Bulk queries run, end and are refused as Shopify's are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import requests

from sandbox.config import DEFAULT_SCOPES
from tests.sandbox.support import App, Client
from tests.waiting import eventually

RUN = """
mutation ($text: String!, $grouped: Boolean!) {
  bulkOperationRunQuery(query: $text, groupObjects: $grouped) {
    bulkOperation { id status }
    userErrors { field message code }
  }
}
"""
STATE = """
query ($id: ID!) {
  bulkOperation(id: $id) {
    id status errorCode objectCount rootObjectCount fileSize url partialDataUrl completedAt query
  }
}
"""
ORDERS = """{ orders { edges { node {
  id name email
  fulfillments { id trackingInfo { number } }
  lineItems { edges { node { id title } } }
} } } }"""


def data(client: Client, query: str, **variables: Any) -> Any:
    answer = client.graphql(query, **variables).json()
    assert "errors" not in answer, answer
    return answer["data"]


def run(client: Client, query: str = ORDERS, *, grouped: bool = True) -> Any:
    return data(client, RUN, text=query, grouped=grouped)["bulkOperationRunQuery"]


def started(client: Client, query: str = ORDERS, *, grouped: bool = True) -> str:
    payload = run(client, query, grouped=grouped)
    assert payload["userErrors"] == []
    return str(payload["bulkOperation"]["id"])


def state(client: Client, operation: str) -> Any:
    return data(client, STATE, id=operation)["bulkOperation"]


def ended(client: Client, operation: str) -> Any:
    """The operation once its time has come."""
    eventually(lambda: state(client, operation)["status"] == "RUNNING")
    client.control("clock", jump="3s")
    eventually(lambda: state(client, operation)["status"] not in ("CREATED", "RUNNING"))
    return state(client, operation)


def lines(url: str) -> list[Any]:
    return [json.loads(line) for line in requests.get(url, timeout=10).text.splitlines()]


@pytest.fixture
def store(client: Client) -> Client:
    """A store with three orders and the app, whose clock stands still."""
    client.install()
    client.control("clock", speed=0)
    client.control("orders", count=3)
    return client


def test_a_query_runs_ends_and_leaves_a_file_anybody_may_read(store: Client, app: App) -> None:
    operation = started(store)
    told = ended(store, operation)
    found = lines(told["url"])
    orders = [line for line in found if "__parentId" not in line]
    assert (told["status"], told["errorCode"]) == ("COMPLETED", None)
    assert [order["name"] for order in orders] == ["#1001", "#1002", "#1003"]
    assert (told["rootObjectCount"], told["objectCount"]) == ("3", str(len(found)))
    assert int(told["fileSize"]) == len(requests.get(told["url"], timeout=10).content)
    assert "lineItems" not in orders[0]
    eventually(lambda: "bulk_operations/finish" in app.topics())
    [heard] = [h for h in app.heard if h.headers["X-Shopify-Topic"] == "bulk_operations/finish"]
    body = json.loads(heard.body)
    assert (body["admin_graphql_api_id"], body["status"]) == (operation, "completed")
    assert (body["error_code"], body["type"]) == (None, "query")


def test_grouped_objects_follow_their_parent_and_others_come_after_all(store: Client) -> None:
    grouped = lines(ended(store, started(store))["url"])
    parent = ""
    for line in grouped:
        assert line.get("__parentId", parent) == parent or "__parentId" not in line
        parent = parent if "__parentId" in line else line["id"]
    loose = lines(ended(store, started(store, grouped=False))["url"])
    assert ["__parentId" in line for line in loose] == sorted(
        "__parentId" in line for line in loose
    )
    assert sorted(map(str, loose)) == sorted(map(str, grouped))


def test_a_part_of_the_file_can_be_asked_for(store: Client) -> None:
    url = ended(store, started(store))["url"]
    whole = requests.get(url, timeout=10).content
    part = requests.get(url, headers={"Range": "bytes=10-"}, timeout=10)
    assert (part.status_code, part.content) == (206, whole[10:])
    assert part.headers["Content-Range"] == f"bytes 10-{len(whole) - 1}/{len(whole)}"


def test_a_file_can_be_read_for_seven_days(store: Client) -> None:
    operation = started(store)
    url = ended(store, operation)["url"]
    store.control("clock", jump="8d")
    store.install()
    assert requests.get(url, timeout=10).status_code == 403
    assert (state(store, operation)["status"], state(store, operation)["url"]) == ("EXPIRED", None)


def test_what_finds_nothing_has_no_file(client: Client) -> None:
    client.install()
    client.control("clock", speed=0)
    told = ended(client, started(client))
    assert (told["status"], told["url"], told["rootObjectCount"]) == ("COMPLETED", None, "0")


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(
            "{ orders { edges { node { id fulfillments { id events { edges { node { id }"
            " } } } } } } }",
            id="a connection in a list",
        ),
        pytest.param(
            "{ orders { edges { node { name lineItems { edges { node { id } } } } } } }",
            id="no id beside what is nested",
        ),
        pytest.param(
            "{ orders { edges { node { x: id lineItems { edges { node { id } } } } } } }",
            id="an id by another name",
        ),
        pytest.param(
            "{ orders { edges { node { id fulfillmentOrders { edges { node { id lineItems"
            " { edges { node { id } } } } } } } } } }",
            id="three levels",
        ),
        pytest.param(
            "{ orders { edges { node { id"
            + "".join(f" a{n}: lineItems {{ edges {{ node {{ id }} }} }}" for n in range(5))
            + " } } } }",
            id="six connections",
        ),
        pytest.param("{ shop { name } }", id="no connection"),
        pytest.param("{ shop { name } orders { edges { node { id } } } }", id="two fields"),
        pytest.param('{ nodes(ids: ["gid://shopify/Order/1"]) { id } }', id="nodes"),
        pytest.param("mutation { a: __typename }", id="a mutation"),
        pytest.param("{ orders { edges { node { nothing } } } }", id="an unknown field"),
        pytest.param("{ orders {", id="no GraphQL"),
    ],
)
def test_what_shopify_does_not_run_is_refused(client: Client, query: str) -> None:
    client.install()
    payload = run(client, query)
    assert payload["bulkOperation"] is None
    assert [error["code"] for error in payload["userErrors"]] == ["INVALID"]


def test_five_run_at_a_time(store: Client) -> None:
    running = [started(store) for _ in range(5)]
    assert [error["code"] for error in run(store)["userErrors"]] == ["LIMIT_REACHED"]
    cancel = "mutation ($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } } }"
    done = data(store, cancel, id=running[0])["bulkOperationCancel"]["bulkOperation"]
    assert done == {"status": "CANCELED"}
    assert run(store)["userErrors"] == []


def test_operations_are_found_again_the_newest_first(store: Client) -> None:
    first, second = started(store), started(store)
    found = '{ bulkOperations(first: 5, query: "operation_type:query status:%s") { nodes { id } } }'
    eventually(lambda: state(store, second)["status"] == "RUNNING")
    running = data(store, found % "running")["bulkOperations"]["nodes"]
    assert [node["id"] for node in running] == [second, first]
    assert data(store, found % "failed")["bulkOperations"]["nodes"] == []
    by_id = "query ($id: ID!) { node(id: $id) { id } }"
    assert data(store, by_id, id=first)["node"] == {"id": first}
    other = store.beside("second.myshopify.com")
    other.install()
    assert state(other, first) is None
    assert data(other, found % "running")["bulkOperations"]["nodes"] == []


def withhold(client: Client) -> None:
    client.control("app/protected", withheld=["email"])


def refuse(client: Client) -> None:
    scopes = DEFAULT_SCOPES.replace("read_orders,", "read_products,")
    client.world.config = replace(client.world.config, scopes=scopes)
    client.install()


@pytest.mark.parametrize(
    ("meddle", "status", "error"),
    [
        pytest.param(withhold, "COMPLETED", None, id="protected fields are empty"),
        pytest.param(refuse, "FAILED", "ACCESS_DENIED", id="without its scope it fails"),
    ],
)
def test_what_the_app_may_not_see(
    store: Client, meddle: Callable[[Client], None], status: str, error: str | None
) -> None:
    meddle(store)
    told = ended(store, started(store))
    assert (told["status"], told["errorCode"]) == (status, error)
    if told["url"]:
        assert {line["email"] for line in lines(told["url"]) if "email" in line} == {None}


def test_one_that_fails_leaves_a_part(store: Client) -> None:
    store.control("providers/shopify", bulk="fail")
    told = ended(store, started(store))
    assert (told["status"], told["errorCode"]) == ("FAILED", "INTERNAL_SERVER_ERROR")
    assert told["url"] is None
    assert lines(told["partialDataUrl"])


def test_it_can_take_long_and_tells_how_far_it_is(store: Client) -> None:
    store.control("providers/shopify", bulk_seconds=100)
    operation = started(store)
    eventually(lambda: state(store, operation)["status"] == "RUNNING")
    store.control("clock", jump="67s")
    told = state(store, operation)
    assert (told["status"], told["rootObjectCount"], told["url"]) == ("RUNNING", "2", None)
