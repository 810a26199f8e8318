"""What GraphQL tells and what a webhook tells of the same order are the same facts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shopify_app.domain.facts import OrderFacts, Recipient
from shopify_app.shopify import graphql_facts
from tests import nodes, payloads
from tests.payloads import FULFILLMENT, NUMBER, ORDER, PLACED, SHIPPED, Body
from webhooks.handlers import rest

LATER = "2026-11-23T08:00:00-05:00"
PROTECTED: Body = {"email": None, "phone": None, "customer": None, "shippingAddress": None}


def comparable(order: OrderFacts) -> dict[str, Any]:
    """What both ways tell: GraphQL is not asked for a fulfillment's items, REST has no events."""
    told = asdict(order)
    told["total"] = Decimal(told["total"])
    for each in (told, *told["fulfillments"]):
        each.pop("version")
    for each in told["fulfillments"]:
        del each["items"], each["events"]
    return told


def two_parcels() -> tuple[Body, Body]:
    both = [NUMBER, "YT2412345678905678"]
    node = nodes.fulfillment()
    node["trackingInfo"] = [node["trackingInfo"][0] | _parcel(number) for number in both]
    return payloads.fulfillment(both), node


def _parcel(number: str) -> Body:
    return {"number": number, "url": f"https://carrier.example/{number}"}


def rows(**of_the_line: Any) -> Body:
    return {"line_items": [payloads.line(**of_the_line)]}


def shown(**of_the_line: Any) -> Body:
    return {"lineItems": {"nodes": [nodes.line() | of_the_line]}}


PARCELS_REST, PARCELS_NODE = two_parcels()


@pytest.mark.parametrize(
    ("body", "node"),
    [
        pytest.param(payloads.order(), nodes.order(), id="placed"),
        pytest.param(
            payloads.order(tags="gift, wholesale"),
            nodes.order(tags=["gift", "wholesale"]),
            id="tagged",
        ),
        pytest.param(
            payloads.fulfilled_order(),
            nodes.order(ORDER, nodes.fulfillment()),
            id="fulfilled",
        ),
        pytest.param(
            payloads.fulfilled_order(payloads.fulfillment(None)),
            nodes.order(ORDER, nodes.fulfillment("")),
            id="fulfilled without a number",
        ),
        pytest.param(
            payloads.fulfilled_order(PARCELS_REST),
            nodes.order(ORDER, PARCELS_NODE),
            id="two parcels",
        ),
        pytest.param(
            payloads.fulfilled_order(payloads.fulfillment(f" {NUMBER} ")),
            nodes.order(
                ORDER, nodes.fulfillment(trackingInfo=[
                    {"company": "YunExpress", "number": f" {NUMBER} ",
                     "url": f"https://carrier.example/ {NUMBER} "}
                ])
            ),
            id="number with spaces",
        ),
        pytest.param(
            payloads.fulfilled_order(payloads.fulfillment(status="cancelled", updated_at=LATER)),
            nodes.order(ORDER, nodes.fulfillment(status="CANCELLED", updatedAt=LATER)),
            id="fulfillment cancelled",
        ),
        pytest.param(
            payloads.order(cancelled_at=LATER, closed_at=LATER, updated_at=LATER),
            nodes.order(cancelledAt=LATER, closedAt=LATER, updatedAt=LATER),
            id="order cancelled and archived",
        ),
        pytest.param(
            payloads.order(fulfillment_status="partial", **rows(fulfillable_quantity=1)),
            nodes.order(
                displayFulfillmentStatus="PARTIALLY_FULFILLED", **shown(unfulfilledQuantity=1)
            ),
            id="partly fulfilled",
        ),
        pytest.param(
            payloads.order(**rows(current_quantity=1, variant_title="L", requires_shipping=False)),
            nodes.order(
                **shown(currentQuantity=1, variantTitle="L", requiresShipping=False)
            ),
            id="one piece refunded, digital",
        ),
        pytest.param(
            payloads.order(created_at=SHIPPED, updated_at=SHIPPED),
            nodes.order(createdAt=SHIPPED, updatedAt=SHIPPED),
            id="imported from elsewhere: placed before it was created",
        ),
        pytest.param(
            payloads.order(
                email=None, contact_email=None, customer=None, shipping_address=None,
                customer_locale=None,
            ),
            nodes.order(customerLocale=None, **PROTECTED),
            id="nobody known",
        ),
    ],
)  # fmt: skip
def test_both_ways_of_telling_an_order_are_the_same_facts(body: Body, node: Body) -> None:
    assert comparable(graphql_facts.order(node)) == comparable(rest.order(body))


def test_the_facts_are_these() -> None:
    event = nodes.event("OUT_FOR_DELIVERY", LATER) | {
        "message": "Out for delivery", "city": "Oakdale", "province": "CA", "country": "US",
    }  # fmt: skip
    node = nodes.fulfillment(events=(event,))
    order = graphql_facts.order(nodes.order(ORDER, node))
    assert (order.id, order.name, order.fulfillment_status) == (ORDER, "#1058", "fulfilled")
    assert order.placed_at == datetime.fromisoformat(PLACED).astimezone(UTC)
    assert order.placed_at.tzinfo is UTC
    [fulfillment] = order.fulfillments
    assert (fulfillment.id, fulfillment.order_id, fulfillment.live) == (FULFILLMENT, ORDER, True)
    assert [parcel.number for parcel in fulfillment.parcels] == [NUMBER]
    [told] = fulfillment.events
    assert (told.fulfillment_id, told.order_id) == (FULFILLMENT, ORDER)
    assert (told.status, told.place, told.country) == ("out_for_delivery", "Oakdale, CA", "US")


def test_protected_fields_that_shopify_keeps_back_are_empty() -> None:
    order = graphql_facts.order(nodes.order(ORDER, nodes.fulfillment(), **PROTECTED))
    assert order.recipient == Recipient(locale="en")
    address = dict.fromkeys(nodes.order()["shippingAddress"])
    order = graphql_facts.order(nodes.order(shippingAddress=address, email=None, customer=None))
    assert order.recipient == Recipient(locale="en")


def test_a_later_description_of_the_same_second_has_the_larger_version() -> None:
    placed = graphql_facts.order(nodes.order())
    shipped = graphql_facts.order(nodes.order(ORDER, nodes.fulfillment(), updatedAt=PLACED))
    cancelled = graphql_facts.order(nodes.order(cancelledAt=PLACED))
    assert placed.version < shipped.version < cancelled.version


def test_a_shop_is_told_with_its_language() -> None:
    shop = graphql_facts.shop(nodes.shop()["shop"], "vi")
    assert (shop.id, shop.domain, shop.locale) == (548380009, "alice.myshopify.com", "vi")
    assert (shop.email, shop.contact_email) == ("owner@alice.test", "hello@alice.test")
    assert (shop.timezone, shop.currency) == ("America/New_York", "USD")
    assert (shop.storefront, shop.address) == ("alice.test", "18 Ropewalk Yard, Portland ME 04101")


@pytest.mark.parametrize(
    ("gid", "number"),
    [("gid://shopify/Order/820982911946154508", ORDER), ("gid://shopify/Location/7?x=1", 7)],
)
def test_the_number_of_an_id_has_sixty_four_bits(gid: str, number: int) -> None:
    assert graphql_facts.numeric_id(gid) == number
