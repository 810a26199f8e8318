"""Admin GraphQL answers, refuses and charges as Shopify's does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.config import DEFAULT_SCOPES
from tests.sandbox.support import Client
from tests.waiting import eventually

ORDERS = """
query ($n: Int!, $after: String, $search: String) {
  orders(first: $n, after: $after, query: $search, sortKey: UPDATED_AT) {
    nodes { name }
    pageInfo { hasNextPage endCursor }
  }
}
"""
EVENT = """
mutation ($event: FulfillmentEventInput!) {
  fulfillmentEventCreate(fulfillmentEvent: $event) {
    fulfillmentEvent { id status happenedAt }
    userErrors { field message }
  }
}
"""


def data(client: Client, query: str, **variables: Any) -> Any:
    answer = client.graphql(query, **variables).json()
    assert "errors" not in answer, answer
    return answer["data"]


def test_orders_come_page_by_page_and_each_once(client: Client) -> None:
    client.install()
    client.control("orders", count=7)
    names: list[str] = []
    after = None
    while True:
        page = data(client, ORDERS, n=3, after=after)["orders"]
        names += [node["name"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert names == [f"#{number}" for number in range(1001, 1008)]


def test_orders_are_found_by_when_they_were_updated(client: Client) -> None:
    client.install()
    client.control("orders")
    client.control("clock", jump="50m")
    now = client.look("clock")["now"]
    client.control("orders")
    found = data(client, ORDERS, n=5, search=f"updated_at:>='{now}'")["orders"]["nodes"]
    assert found == [{"name": "#1002"}]


def test_orders_older_than_sixty_days_are_hidden(client: Client) -> None:
    client.install()
    client.control("orders")
    client.control("clock", jump="61d")
    client.install()
    assert data(client, ORDERS, n=5)["orders"]["nodes"] == []


def test_a_page_of_more_than_250_is_refused(client: Client) -> None:
    client.install()
    assert "errors" in client.graphql("{ orders(first: 251) { nodes { id } } }").json()


def test_a_field_without_its_scope_is_denied(client: Client) -> None:
    scopes = DEFAULT_SCOPES.replace("read_customers,", "")
    client.world.config = replace(client.world.config, scopes=scopes)
    client.install()
    client.control("orders")
    query = "{ orders(first: 1) { nodes { name customer { id } } } }"
    answer = client.graphql(query).json()
    assert answer["data"]["orders"]["nodes"] == [{"name": "#1001", "customer": None}]
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_an_event_is_written_and_a_wrong_fulfillment_is_a_user_error(client: Client) -> None:
    client.install()
    name = client.control("orders")["name"][1:]
    fulfillment = client.control(f"orders/{name}/fulfill", number="9261290000000000000000")
    event = {"fulfillmentId": f"gid://shopify/Fulfillment/{fulfillment['id']}"}
    event |= {"status": "DELIVERED", "happenedAt": "2026-11-24T10:00:00Z"}
    made = data(client, EVENT, event=event)["fulfillmentEventCreate"]
    assert (made["userErrors"], made["fulfillmentEvent"]["status"]) == ([], "DELIVERED")
    event["fulfillmentId"] = "gid://shopify/Fulfillment/1"
    refused = data(client, EVENT, event=event)["fulfillmentEventCreate"]
    assert refused["fulfillmentEvent"] is None
    assert refused["userErrors"][0]["message"]


def test_a_cancelled_fulfillment_can_be_made_again(client: Client) -> None:
    client.install()
    order = client.control("orders")
    one = client.control(f"orders/{order['name'][1:]}/fulfill")
    cancel = "mutation ($id: ID!) { fulfillmentCancel(id: $id) { userErrors { message } } }"
    data(client, cancel, id=f"gid://shopify/Fulfillment/{one['id']}")
    open_orders = "{ fulfillmentOrders(first: 5) { nodes { id status } } }"
    (whole,) = data(client, open_orders)["fulfillmentOrders"]["nodes"]
    create = """
    mutation ($of: ID!) {
      fulfillmentCreate(fulfillment: {
        lineItemsByFulfillmentOrder: [{fulfillmentOrderId: $of}],
        trackingInfo: {number: "RR123456785CN", company: "China Post"}
      }) { fulfillment { trackingInfo { number } } userErrors { message } }
    }
    """
    made = data(client, create, of=whole["id"])["fulfillmentCreate"]
    assert made["fulfillment"]["trackingInfo"] == [{"number": "RR123456785CN"}]
    again = data(client, create, of=whole["id"])["fulfillmentCreate"]
    assert again["userErrors"]


def test_an_operation_that_costs_too_much_is_refused(client: Client) -> None:
    client.install()
    inner = "fulfillments(first: 50) { events(first: 100) { nodes { id } } }"
    answer = client.graphql(f"{{ orders(first: 250) {{ nodes {{ {inner} }} }} }}").json()
    assert answer["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"


def test_an_empty_bucket_throttles_and_fills_again(client: Client) -> None:
    client.install()
    client.control("orders")
    lines = "lineItems(first: 20) { nodes { id } }"
    query = f"{{ orders(first: 100) {{ nodes {{ id customer {{ id }} {lines} }} }} }}"
    cost = client.graphql(query).json()["extensions"]["cost"]
    assert 0 < cost["actualQueryCost"] < cost["requestedQueryCost"]
    client.control("providers/shopify", points=cost["requestedQueryCost"] - 1)
    throttled = client.graphql(query).json()
    assert throttled["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in throttled
    client.control("providers/shopify", points=1000, restore_rate=1000)
    eventually(lambda: "data" in client.graphql(query).json())
