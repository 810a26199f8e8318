"""Whatever a signed body says, it is answered, and then applied, left aside or kept with its error.

Bodies are Shopify's own shapes with pieces taken out, turned into something else or grown.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from shopify_app import database
from shopify_app.jobs import process_inbox
from shopify_app.models import Inbox
from tests import payloads
from tests.payloads import Body
from tests.stubs import AdminApi
from tests.support import ALICE, SHOP_IDS, App
from webhooks.handlers import TOPICS

pytestmark = pytest.mark.both_databases

OF_ALICE = {"shop_id": SHOP_IDS[ALICE], "shop_domain": ALICE}
CUSTOMER = {"id": 115310627314723954, "email": "maren.oakdale@example.com", "phone": None}
TWO = payloads.fulfillment(["YT2412345678901234", "YT2412345678905678"])
SHAPES: dict[str, Body] = {
    "orders/create": payloads.fulfilled_order(TWO),
    "orders/edited": {"order_edit": {"id": 1, "order_id": payloads.ORDER, "line_items": {}}},
    "orders/delete": {"id": payloads.ORDER},
    "fulfillments/update": TWO,
    "fulfillment_events/create": payloads.fulfillment_event("in_transit", payloads.SHIPPED),
    "shop/update": payloads.shop(),
    "app/uninstalled": payloads.shop(),
    "app/scopes_update": {
        "previous": ["read_orders"],
        "current": ["read_orders"],
        "shop_id": f"gid://shopify/Shop/{SHOP_IDS[ALICE]}",
        "updated_at": payloads.SHIPPED,
    },
    "bulk_operations/finish": payloads.bulk_finished("gid://shopify/BulkOperation/1"),
    "customers/data_request": OF_ALICE
    | {"orders_requested": [1], "customer": CUSTOMER, "data_request": {"id": 9}},
    "customers/redact": OF_ALICE | {"customer": CUSTOMER, "orders_to_redact": [1]},
    "shop/redact": OF_ALICE,
}
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    2**63,
    2**200,
    1.5,
    float("1e400"),
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202e<script>",
    "x" * 70_000,
    "9" * 5_000,
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2026-11-22T10:00:00",
    "gid://shopify/Order/1",
    [],
    [None],
    [[]],
    [{}],
    {},
    {"a": {}},
]
ENDED = {"done", "ignored", "waiting"}
IN_PROSE = ("Traceback", "OperationalError", "DataError", "InterfaceError", "UnnamedShop")
FEW = settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""To make a failing body smaller takes long on a database; it is said whole."""


def places(body: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every piece of a body."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(body, dict):
        pairs = list(body.items())
    elif isinstance(body, list):
        pairs = list(enumerate(body))
    below = [found for key, value in pairs for found in places(value, (*path, key))]
    return [*((*path, key) for key, _ in pairs), *below]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A topic, and a body of it in which up to three pieces are not what they should be."""
    topic = draw(st.sampled_from(sorted(SHAPES)))
    body = copy.deepcopy(SHAPES[topic])
    for _ in range(draw(st.integers(1, 3))):
        ways = places(body)
        if not ways:
            break
        *above, last = draw(st.sampled_from(ways))
        around: Any = body
        for key in above:
            around = around[key]
        kind = draw(st.sampled_from(["odd", "odd", "out", "twice"]))
        if kind == "odd":
            around[last] = copy.deepcopy(draw(st.sampled_from(ODD)))
        elif kind == "out":
            del around[last]
        elif isinstance(around, list):
            around.append(copy.deepcopy(around[last]))
    return topic, json.dumps(body).encode("utf-8", "surrogatepass")


RAW = st.binary(max_size=200) | st.sampled_from(
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"{",
        b'{"id":1}{"id":2}',
        b'{"id":1,"id":2}',
        b'{"id":' + b"9" * 5_000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"id":NaN}',
        b"\xff\xfe{}",
        b'\xef\xbb\xbf{"id":1}',
        b'{"id":1e999}',
    ]
)


@pytest.fixture
def installed(app: App, shopify: AdminApi) -> App:
    """Alice's token works, so that nobody can say the app was taken off."""
    shopify.answers = {"Shop": {"shop": {"id": "gid://shopify/Shop/1"}}}
    return app


@FEW
@given(st.lists(mutated(), min_size=1, max_size=3))
def test_a_body_that_is_not_as_it_should_be_breaks_nothing(
    installed: App, bodies: list[tuple[str, bytes]]
) -> None:
    _drained(installed, bodies)


@FEW
@given(st.sampled_from(sorted(TOPICS)), RAW)
def test_a_body_that_is_none_breaks_nothing(installed: App, topic: str, raw: bytes) -> None:
    _drained(installed, [(topic, raw)])


@FEW
@given(RAW)
def test_what_others_send_in_breaks_nothing(app: App, carrier_key: str, raw: bytes) -> None:
    """A push with the right key, and a mail that came back, of any content."""
    pushed = app.client.post(
        f"/webhooks/carriers/17track/{carrier_key}",
        data=raw,
        headers={"sign": payloads.sign_push(raw, "0123456789ABCDEFA")},
    )
    assert pushed.status_code == 200
    _settled(app, 1)


@pytest.fixture
def carrier_key(app: App) -> str:
    app.house.follow()
    return app.house.account().id


def _drained(app: App, bodies: list[tuple[str, bytes]]) -> None:
    """Each is answered 200, since it is signed; a good one beside them is applied all the same."""
    for topic, raw in bodies:
        assert app.webhook(topic, raw).status_code == 200
    good = payloads.order(payloads.ORDER + 999)
    assert app.webhook("orders/create", good).status_code == 200
    assert _settled(app, len(bodies) + 1)[-1].state == "done"


def _settled(app: App, count: int) -> list[Inbox]:
    """The job ends by itself; what it could not apply waits with its error, to be set aside."""
    process_inbox.run()
    rows = app.house.rows(Inbox)
    assert len(rows) == count
    for row in rows:
        assert row.state in ENDED, row.note
        assert row.attempts <= 2, "it is not tried again at once"
        assert [word for word in IN_PROSE if word in row.note] == [], (
            row.topic,
            row.note,
            row.body,
        )
    with database.writing() as session:
        session.execute(delete(Inbox))
    return rows


def test_what_cannot_be_applied_is_set_aside_in_the_end(app: App) -> None:
    app.webhook("orders/create", payloads.order(id="x"))
    for _ in range(8):
        app.house.clock.jump(hours=5)
        process_inbox.run()
    [row] = app.house.rows(Inbox)
    assert (row.state, row.failures) == ("set_aside", 5)
    assert "id" in row.note
