"""The control API takes what it documents, and refuses the rest in a plain sentence of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.config import Config
from sandbox.control import order_fields, store_routes, world_routes
from sandbox.postman import FAULT_FIELDS
from sandbox.providers import DEFAULTS, FIELDS
from sandbox.server import start
from sandbox.shopify import orders
from tests.sandbox.support import DOMAIN, Client

NUMBER = "YT2600112233445566"
ADDRESS = {"first_name": "Ada", "last_name": "Byron", "city": "Leeds", "country": "GB"}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A sandbox with order 1001 on its way, for what needs no sandbox of its own."""
    data = tmp_path_factory.mktemp("control") / "sandbox.sqlite"
    sandbox = start(Config(port=0, smtp_port=0, data=data, orders=0))
    client = Client(sandbox)
    client.control("orders", country="US")
    client.control("orders/1001/fulfill", number=NUMBER)
    yield client
    sandbox.stop()


def post(client: Client, path: str, body: Any) -> requests.Response:
    raw = json.dumps(body)  # requests itself would not send NaN
    return requests.post(f"{client.sandbox.url}/control/{path}", data=raw, timeout=10)


def address(client: Client) -> Any:
    order = orders.find(client.world, DOMAIN, "1001")
    assert order
    return order["shipping_address"]


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("orders", {"count": 0}, "count has to be a whole number from 1 to 1,000, not 0"),
        ("orders", {"custumer": "Ada"}, "custumer: no such field here, the fields are customer,"),
        ("orders", {"country": "Atlantis"}, "country has to be a country's code such as US"),
        ("orders", {"email": 5}, "email has to be a text, not 5"),
        ("orders", {"tags": "x,y"}, 'tags has to be a list, not "x,y"'),
        ("orders", {"items": []}, "items has to be a list of 1 or more, not []"),
        ("orders", {"items": [{"price": "1"}]}, "items 1: title is missing"),
        ("orders", {"items": [{"title": "Mug", "price": "x"}]}, "items 1: price has to be a price"),
        ("orders/1001/edit", {"shipping_address": "Leeds"}, "shipping_address has to be an object"),
        ("orders/1001/edit", {"shipping_address": {"city": 5}}, "shipping_address city has to be"),
        ("orders/1001/edit", {"shipping_address": {"planet": "x"}}, "shipping_address planet: no"),
        ("orders/1001/edit", {"locale": "Vietnamese!"}, "locale has to be a language"),
        ("orders/1001/edit", {"remove": [{"title": "Mug", "quantity": 0}]}, "remove 1: quantity"),
        ("orders/1001/cancel", {"reason": "bored"}, "reason has to be one of customer, declined"),
        ("orders/1001/close", {"reason": "x"}, "reason: no such field here, there is nothing to"),
        ("orders/1001/fulfill", {"numbers": [7]}, "numbers 1: has to be a text, not 7"),
        ("fulfillments/1001.1/events", {}, "status is missing"),
        ("fulfillments/1001.1/events", {"status": "LOST"}, "status has to be one of ATTEMPTED"),
        (
            "fulfillments/1001.1/events",
            {"status": "in_transit", "happened_at": "noon"},
            "happened_at has to be a moment",
        ),
        (
            "shop",
            {"zone": "Mars/X"},
            'zone has to be a zone such as America/New_York, not "Mars/X"',
        ),
        ("shop", {"currency": "dong"}, "currency has to be a currency such as USD"),
        ("stores", {"domain": "example.com"}, "domain has to be NAME.myshopify.com"),
        ("webhooks/faults", {"drop": 7}, "drop has to be a number from 0 to 1, not 7"),
        ("webhooks/faults", {"repeat": 1.5}, "repeat has to be a whole number"),
        ("providers/17track", {"push_url": "here"}, "push_url has to be an address"),
        ("providers/mail", {"mode": "asleep"}, "mode has to be one of ok, down, busy"),
        ("clock", {"jump": "soon"}, "jump has to be seconds or a text such as 90m"),
        ("clock", {"jump": "99999d"}, "the clock goes from the year 2000 to the year 2099"),
        ("clock", {"speed": -1}, "speed has to be a number from 0 to 86,400, not -1"),
        (f"parcels/{NUMBER}/advance", {"steps": 0}, "steps has to be a whole number from 1"),
        (f"parcels/{NUMBER}/advance", {"to": "Teleported"}, "'Teleported' is no status of 17TRACK"),
        ("texts/reply", {"from": "+13025550123"}, "body is missing"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(
    shared: Client, path: str, body: Any, said: str
) -> None:
    answer = post(shared, path, body)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith(said)


@pytest.mark.parametrize(
    "query", ["orders?limit=x", "orders?limit=0", "mails?limit=-1", "webhooks?state=gone"]
)
def test_a_query_is_checked_too(shared: Client, query: str) -> None:
    answer = requests.get(f"{shared.sandbox.url}/control/{query}", timeout=10)
    assert answer.status_code == 422
    assert " has to be " in answer.json()["error"]


@pytest.mark.parametrize("path", ["webhooks", "mails", "orders", "parcels"])
def test_an_id_that_cannot_be_is_not_found(shared: Client, path: str) -> None:
    answer = requests.get(f"{shared.sandbox.url}/control/{path}/{10**30}", timeout=10)
    assert answer.status_code == 404
    assert answer.json()["error"]


@pytest.mark.parametrize("raw", [b"[]", b"{", b'"x"', b"\xff"])
def test_a_body_that_is_no_object_is_refused(shared: Client, raw: bytes) -> None:
    answer = requests.post(f"{shared.sandbox.url}/control/orders", data=raw, timeout=10)
    assert answer.status_code == 400
    assert answer.json() == {"error": "the body has to be a JSON object"}


def test_a_part_of_an_address_leaves_the_rest_as_it_was(client: Client) -> None:
    client.control("orders", country="US")
    before = address(client)
    client.control("orders/1001/edit", shipping_address={"city": "Reno", "zip": "89502"})
    assert address(client) == before | {"city": "Reno", "zip": "89502"}
    client.control("orders/1001/edit", shipping_address={"name": "Ada Byron", "country": "vn"})
    now = address(client)
    assert (now["first_name"], now["last_name"], now["name"]) == ("Ada", "Byron", "Ada Byron")
    assert (now["country"], now["country_code"]) == ("Vietnam", "VN")
    client.control("orders/1001/edit", shipping_address=now)
    assert address(client) == now


def test_an_order_without_an_address_can_get_one_with_a_country(client: Client) -> None:
    client.control("orders", address=False)
    refused = post(client, "orders/1001/edit", {"shipping_address": {"city": "Leeds"}})
    assert refused.status_code == 422
    assert refused.json()["error"].startswith("shipping_address country is missing")
    client.control("orders/1001/edit", shipping_address=ADDRESS)
    assert address(client)["name"] == "Ada Byron"
    client.control("orders/1001/edit", shipping_address=None)
    assert address(client) is None


BODIES = {
    "clock": world_routes.CLOCK,
    f"parcels/{NUMBER}/advance": world_routes.ADVANCE,
    "orders": order_fields.NEW_ORDER,
    "orders/1001/edit": order_fields.EDIT,
    "orders/1001/fulfill": order_fields.FULFILL,
    "fulfillments/1001.1/numbers": order_fields.TRACKING,
    "fulfillments/1001.1/events": order_fields.EVENT,
    "shop": store_routes.SHOP,
    "stores": store_routes.NEW_STORE,
    "webhooks/faults": FAULT_FIELDS,
    **{f"providers/{name}": fields for name, fields in FIELDS.items()},
}


@pytest.mark.parametrize("path", BODIES)
def test_nothing_that_is_sent_breaks_it(shared: Client, path: str) -> None:
    """Every field with every kind of value, beside one that is right."""

    @given(name=st.sampled_from(sorted(BODIES[path])), value=ANYTHING)
    @settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
    def send(name: str, value: Any) -> None:
        body = {"status": "DELIVERED"} if path.endswith("events") else {}
        answer = post(shared, path, body | {name: value})
        assert answer.status_code in {200, 201, 404, 422}, (name, value, answer.text)
        assert isinstance(answer.json(), dict)

    send()


def test_every_setting_of_a_stand_in_passes_its_own_check() -> None:
    for name, values in DEFAULTS.items():
        assert {field: FIELDS[name][field](value) for field, value in values.items()} == values
