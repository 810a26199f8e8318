"""One operation, one answer: what is tried again, what is not, what is kept of half an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses
import stamina

from shopify_app import queue
from shopify_app.shopify import client
from shopify_app.shopify.client import Rejected, Retry, TokenRefused
from tests.support import ALICE, BOB

URL = f"https://{ALICE}/admin/api/2026-10/graphql.json"
OPERATIONS = sorted(path.stem for path in client._OPERATIONS.glob("*.graphql"))
Http = responses.RequestsMock


@pytest.fixture(autouse=True)
def configured(redis_url: str) -> Iterator[None]:
    """The client, which waits for nothing before it tries again."""
    queue.configure(redis_url)
    client.configure("https://{shop}", "2026-10")
    with stamina.set_testing(True, attempts=5, cap=True):
        yield


def error(code: str, **more: Any) -> dict[str, Any]:
    return {"errors": [{"message": "for maren@example.com", "extensions": {"code": code}}]} | more


def ask(**variables: Any) -> dict[str, Any]:
    return client.execute(ALICE, "shpat_alice", "shop", variables)


def test_an_operation_goes_to_its_shop_with_its_token(http: Http) -> None:
    http.post(URL, json={"data": {"shop": {"name": "Alice"}}})
    assert ask(id="gid://shopify/Order/1") == {"shop": {"name": "Alice"}}
    [call] = http.calls
    assert call.request.headers["X-Shopify-Access-Token"] == "shpat_alice"
    asked = json.loads(call.request.body or "")
    assert set(asked) == {"query", "variables"}
    assert asked["variables"] == {"id": "gid://shopify/Order/1"}
    assert "myshopifyDomain" in asked["query"]
    assert call.request.req_kwargs["timeout"] == client.TIMEOUT


def test_one_of_several_operations_of_a_file_is_named(http: Http) -> None:
    http.post(URL, json={"data": {"order": None}})
    client.execute(ALICE, "shpat_alice", "OneOrder", {"id": "1"}, of="orders")
    asked = json.loads(http.calls[0].request.body or "")
    assert asked["operationName"] == "OneOrder"
    assert "query OrdersPage" in asked["query"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_can_be_read(name: str) -> None:
    assert client.document(name).strip()


AGAIN = [
    pytest.param({"json": error("THROTTLED")}, id="throttled"),
    pytest.param({"json": error("THROTTLED", data=None)}, id="throttled, data null"),
    pytest.param({"json": error("INTERNAL_SERVER_ERROR")}, id="its own mistake"),
    pytest.param({"status": 429}, id="429"),
    pytest.param({"status": 500}, id="500"),
    pytest.param({"status": 503, "body": "<html>"}, id="503"),
    pytest.param({"body": "<html>maintenance</html>"}, id="not JSON"),
    pytest.param({"body": ""}, id="empty"),
    pytest.param({"body": requests.ConnectTimeout("alice")}, id="connect timeout"),
    pytest.param({"body": requests.ReadTimeout("alice")}, id="read timeout"),
    pytest.param({"body": requests.ConnectionError("alice")}, id="connection broke"),
]


@pytest.mark.parametrize("answer", AGAIN)
def test_what_may_pass_is_tried_again(answer: dict[str, Any], http: Http) -> None:
    http.post(URL, **answer)
    http.post(URL, **answer)
    http.post(URL, json={"data": {"shop": {"name": "Alice"}}})
    assert ask() == {"shop": {"name": "Alice"}}
    assert len(http.calls) == 3


@pytest.mark.parametrize("answer", AGAIN)
def test_what_does_not_pass_ends_after_five_tries(answer: dict[str, Any], http: Http) -> None:
    http.post(URL, **answer)
    with pytest.raises(Retry):
        ask()
    assert len(http.calls) == 5


def test_a_dead_token_is_not_tried_again(http: Http) -> None:
    http.post(URL, status=401, json={"errors": "[API] Invalid API key or access token"})
    with pytest.raises(TokenRefused):
        ask()
    assert len(http.calls) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"json": error("ACCESS_DENIED")}, id="no access"),
        pytest.param({"json": error("MAX_COST_EXCEEDED")}, id="too dear"),
        pytest.param({"json": {"errors": [{"message": "no such field"}]}}, id="error without code"),
        pytest.param({"json": {"errors": "Not Found"}}, id="error in words"),
        pytest.param({"json": {"data": None}}, id="no data"),
        pytest.param({"json": {"data": []}}, id="data is a list"),
        pytest.param({"json": {}}, id="nothing"),
        pytest.param({"status": 402}, id="frozen shop"),
        pytest.param({"status": 404}, id="no such shop"),
        pytest.param({"status": 301, "headers": {"Location": f"https://{BOB}/"}}, id="elsewhere"),
    ],
)
def test_what_shopify_will_not_do_is_not_tried_again(answer: dict[str, Any], http: Http) -> None:
    http.post(URL, **answer)
    with pytest.raises(Rejected):
        ask()
    assert len(http.calls) == 1


@pytest.mark.parametrize("body", ["[]", "null", "7", '"THROTTLED"'])
def test_json_that_is_no_object_is_an_error_of_shopifys(body: str, http: Http) -> None:
    http.post(URL, body=body)
    with pytest.raises((Retry, Rejected)):
        ask()


def test_data_with_protected_fields_missing_is_kept(http: Http) -> None:
    order = {"name": "#1058", "email": None}
    http.post(URL, json=error("ACCESS_DENIED", data={"order": order}))
    assert ask() == {"order": order}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"json": error("ACCESS_DENIED")}, id="rejected"),
        pytest.param({"status": 401}, id="token refused"),
        pytest.param({"body": requests.ConnectionError("maren@example.com")}, id="retry"),
    ],
)
def test_an_error_tells_nothing_of_anybody(answer: dict[str, Any], http: Http) -> None:
    http.post(URL, **answer)
    with pytest.raises(client.ShopifyError) as raised:
        ask(email="maren@example.com")
    assert "shop" in str(raised.value), "it names the operation"
    assert not [word for word in ("maren", "shpat", "alice") if word in str(raised.value)]


def test_the_address_of_an_admin_is_that_of_its_shop() -> None:
    client.configure("http://127.0.0.1:8001/stores/{shop}", "2026-10")
    assert client.admin_url(BOB, "apps/1") == f"http://127.0.0.1:8001/stores/{BOB}/admin/apps/1"


@pytest.mark.parametrize(
    ("name", "of"), [("fulfillment_event_create", ""), ("Fulfill", "fulfilling")]
)
@pytest.mark.parametrize("lost", [requests.ReadTimeout(), 502])
def test_a_change_whose_answer_was_lost_is_not_sent_again(
    name: str, of: str, lost: requests.RequestException | int, http: Http
) -> None:
    if isinstance(lost, int):
        http.post(URL, status=lost)
    else:
        http.post(URL, body=lost)
    with pytest.raises(Retry):
        client.execute(ALICE, "shpat_alice", name, {}, of=of)
    assert len(http.calls) == 1


def test_a_change_that_was_throttled_is_sent_again(http: Http) -> None:
    http.post(URL, json=error("THROTTLED"))
    http.post(URL, json={"data": {"fulfillmentCreate": {}}})
    client.execute(ALICE, "shpat_alice", "Fulfill", {}, of="fulfilling")
    assert len(http.calls) == 2
