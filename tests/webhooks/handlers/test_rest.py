"""REST bodies become facts; what is missing is empty, what is wrong is named and never quoted."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.domain.facts import FulfilledItem, Item, Parcel, Recipient
from tests import payloads
from webhooks.handlers import fields, rest
from webhooks.handlers.fields import BadBody

Body = payloads.Body
CANARY = "maren.oakdale@secret.example"
READERS: dict[str, tuple[Callable[[Body], object], Body]] = {
    "order": (rest.order, payloads.fulfilled_order(cancelled_at=payloads.SHIPPED)),
    "fulfillment": (rest.fulfillment, payloads.fulfillment([payloads.NUMBER, "RR123456785CN"])),
    "event": (rest.fulfillment_event, payloads.fulfillment_event("in_transit", payloads.SHIPPED)),
}


def test_an_order_is_read_with_its_times_in_utc() -> None:
    facts = rest.order(payloads.fulfilled_order(closed_at=payloads.SHIPPED))
    assert (facts.id, facts.name) == (820982911946154508, "#1058")
    assert (facts.total, facts.currency) == ("48.00", "USD")
    assert facts.placed_at == datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
    assert facts.closed_at == facts.updated_at == datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
    assert facts.cancelled_at is None
    assert [f.id for f in facts.fulfillments] == [payloads.FULFILLMENT]
    throw = Item(466157049, "Linen throw, oat", "", 2, 0, requires_shipping=True)
    assert facts.items == (throw,)


def test_an_order_is_placed_when_it_was_processed_or_else_created() -> None:
    processed = payloads.order(processed_at="2026-11-19T00:00:00Z")
    assert rest.order(processed).placed_at == datetime(2026, 11, 19, tzinfo=UTC)
    assert rest.order(payloads.order(processed_at=None)).placed_at.day == 20


def test_a_time_without_a_zone_is_taken_for_utc() -> None:
    assert fields.moment({"at": "2026-11-20T09:30:00"}, "at").isoformat() == (
        "2026-11-20T09:30:00+00:00"
    )


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (None, "unfulfilled"),
        ("partial", "partially_fulfilled"),
        ("fulfilled", "fulfilled"),
        ("restocked", "restocked"),
        ("a new word", "unfulfilled"),
    ],
)
def test_the_fulfillment_status_is_told_as_graphql_tells_it(told: str | None, meant: str) -> None:
    assert rest.order(payloads.order(fulfillment_status=told)).fulfillment_status == meant


@pytest.mark.parametrize(
    ("line", "quantity", "unfulfilled"),
    [
        ({"quantity": 3, "current_quantity": 3, "fulfillable_quantity": 1}, 3, 1),
        ({"quantity": 3, "current_quantity": 0, "fulfillable_quantity": 3}, 0, 0),
        ({"quantity": 3, "current_quantity": None, "fulfillable_quantity": None}, 0, 0),
    ],
    ids=["partly shipped", "taken out of the order", "nothing told"],
)
def test_what_is_still_to_ship_is_never_more_than_the_line_holds(
    line: Body, quantity: int, unfulfilled: int
) -> None:
    [item] = rest.order(payloads.order(line_items=[payloads.line(**line)])).items
    assert (item.quantity, item.unfulfilled) == (quantity, unfulfilled)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param(
            {"phone": "+15550100", "shipping_address": payloads.address(phone="+15550199")},
            {"phone": "+15550100"},
            id="the order's own phone first",
        ),
        pytest.param(
            {"shipping_address": None, "customer": {"id": 7, "phone": "+15550123"}},
            {"phone": "+15550123", "name": "", "city": "", "country_code": ""},
            id="the customer's phone last, and no address",
        ),
        pytest.param({"email": ""}, {"email": "maren.oakdale@example.com"}, id="contact email"),
        pytest.param(
            {"shipping_address": payloads.address(first_name=None)},
            {"first_name": "Maren"},
            id="the customer's first name",
        ),
        pytest.param(
            {"customer": None, "email": None, "contact_email": None, "customer_locale": None},
            {"customer_id": None, "email": "", "locale": ""},
            id="nobody",
        ),
    ],
)
def test_the_recipient_is_found_wherever_shopify_tells(changed: Body, expected: Body) -> None:
    who = rest.order(payloads.order(**changed)).recipient
    assert {name: getattr(who, name) for name in expected} == expected


def test_an_order_of_which_only_ids_and_times_are_known_is_read() -> None:
    """Protected customer data that was not approved comes as null or not at all."""
    bare = {name: payloads.order()[name] for name in ("id", "created_at", "updated_at")}
    facts = rest.order(bare)
    assert (facts.recipient, facts.items, facts.name) == (Recipient(), (), "")


@pytest.mark.parametrize(
    ("told", "parcels"),
    [
        pytest.param(
            {"tracking_numbers": ["A1", "B2"], "tracking_urls": ["https://a.test"]},
            (Parcel("A1", "YunExpress", "https://a.test"), Parcel("B2", "YunExpress")),
            id="fewer addresses than numbers",
        ),
        pytest.param(
            {"tracking_numbers": [], "tracking_number": " A1 ", "tracking_urls": None},
            (Parcel("A1", "YunExpress"),),
            id="the single number, cleaned",
        ),
        pytest.param({"tracking_numbers": ["", "  ", None]}, (), id="blank numbers"),
        pytest.param({"tracking_numbers": None, "tracking_number": None}, (), id="no number"),
    ],
)
def test_a_fulfillment_holds_a_parcel_a_number(told: Body, parcels: tuple[Parcel, ...]) -> None:
    facts = rest.fulfillment(payloads.fulfillment(**told))
    assert facts.parcels == parcels
    assert facts.items == (FulfilledItem("Linen throw, oat", 2),)


def test_an_event_tells_its_place_and_moment() -> None:
    told = payloads.fulfillment_event(
        "delivered", payloads.SHIPPED, city="Hanoi", province="Ba Đình", message="Đã giao"
    )
    facts = rest.fulfillment_event(told)
    assert (facts.status, facts.message, facts.country) == ("delivered", "Đã giao", "CA")
    assert facts.place == "Hanoi, Ba Đình"
    assert facts.happened_at == datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reader", "field", "value"),
    [
        ("order", "id", CANARY),
        ("order", "id", True),
        ("order", "id", 2**63),
        ("order", "id", 0),
        ("order", "created_at", None),
        ("order", "created_at", CANARY),
        ("order", "updated_at", 1763632800),
        ("order", "updated_at", "0001-01-01T00:00:00+14:00"),
        ("order", "email", [CANARY]),
        ("order", "shipping_address", CANARY),
        ("order", "line_items", CANARY),
        ("order", "line_items", [CANARY]),
        ("order", "fulfillments", {"a": CANARY}),
        ("fulfillment", "order_id", None),
        ("fulfillment", "tracking_company", {"a": CANARY}),
        ("fulfillment", "tracking_numbers", 5),
        ("fulfillment", "tracking_urls", 5),
        ("fulfillment", "tracking_urls", {"a": CANARY}),
        ("event", "fulfillment_id", CANARY),
        ("event", "happened_at", CANARY),
        ("event", "message", 7),
    ],
)
def test_a_wrong_field_is_named_and_its_value_never(reader: str, field: str, value: Any) -> None:
    read, body = READERS[reader]
    with pytest.raises(BadBody, match=field) as caught:
        read(body | {field: value})
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("quantity", [CANARY, [CANARY], {"a": CANARY}, float("inf")])
@pytest.mark.parametrize("field", ["current_quantity", "fulfillable_quantity"])
def test_a_quantity_that_is_no_number_is_named_too(field: str, quantity: Any) -> None:
    with pytest.raises(BadBody, match=field) as caught:
        rest.order(payloads.order(line_items=[payloads.line(**{field: quantity})]))
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("reader", READERS)
@given(data=st.data())
def test_a_broken_body_ends_in_facts_or_in_a_value_error(reader: str, data: st.DataObject) -> None:
    read, body = READERS[reader]
    broken = data.draw(_broken(body))
    try:
        facts = read(broken)
    except ValueError:
        return
    assert type(facts) is type(read(body))


_JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from([[], {}, [None], [[]], [{}], {"id": "1"}, "0001-01-01T00:00:00+14:00"]),
)


@st.composite
def _broken(draw: st.DrawFn, body: Body) -> Body:
    """The body with up to three of its values taken out or replaced, at any depth."""
    broken = copy.deepcopy(body)
    for _ in range(draw(st.integers(1, 3))):
        where, key = draw(st.sampled_from(_places(broken)))
        if draw(st.booleans()):
            del where[key]
        else:
            where[key] = copy.deepcopy(draw(_JUNK))
    return broken


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container within, with each of its keys."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    found = [(value, key) for key in keys]
    for key in keys:
        if isinstance(value[key], dict | list):
            found += _places(value[key])
    return found
