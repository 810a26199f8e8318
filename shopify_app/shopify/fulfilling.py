"""Fulfilling an order at Shopify: what can be, and doing it.

Source: shopify.dev, fulfillmentCreate: line items are named by their fulfillment order, of which an
order has one a location; those of one call have to be at one location.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shopify_app.domain.facts import FulfillmentFacts, Parcel, plain
from shopify_app.shopify import graphql_facts
from shopify_app.shopify.admin import run
from shopify_app.shopify.client import agreed
from shopify_app.shopify.writing import tracking_input

OPEN = frozenset({"OPEN", "IN_PROGRESS"})


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces of a line that one fulfillment order still has to ship."""

    id: str
    order_id: str
    title: str
    remaining: int
    sku: str = ""

    @property
    def field(self) -> str:
        """What its quantity is called in a form."""
        return f"quantity-{graphql_facts.numeric_id(self.id)}"

    @property
    def names(self) -> set[str]:
        """What a file may call it, in lower case."""
        return {self.title.casefold(), self.sku.casefold()}


def lines(shop_id: int, domain: str, order_id: int) -> list[Line]:
    """What of an order can be fulfilled now. Raises client.ShopifyError."""
    variables = {"id": f"gid://shopify/Order/{order_id}"}
    told = run(shop_id, domain, "Fulfillable", variables, of="fulfilling")["order"]
    parts = told["fulfillmentOrders"]["nodes"] if told else []
    return [
        Line(row["id"], part["id"], _title(row), row["remainingQuantity"], row["sku"] or "")
        for part in parts
        if part["status"] in OPEN
        for row in part["lineItems"]["nodes"]
        if row["remainingQuantity"] > 0 and row["requiresShipping"]
    ]


def fulfill(
    shop_id: int,
    domain: str,
    order_id: int,
    wanted: Mapping[Line, int],
    parcels: Sequence[Parcel],
    *,
    tell: bool,
) -> FulfillmentFacts:
    """Fulfill so many pieces of these lines, with these numbers; `tell`: Shopify mails it.

    Raises client.ShopifyError; Rejected has Shopify's own words.
    """
    fulfillment = {
        "lineItemsByFulfillmentOrder": _by_order(wanted),
        "notifyCustomer": tell,
        "trackingInfo": tracking_input(parcels),
    }
    told = run(shop_id, domain, "Fulfill", {"fulfillment": fulfillment}, of="fulfilling")
    made = agreed(told["fulfillmentCreate"], "fulfillment")
    return graphql_facts.fulfillment(made, order_id)


def _by_order(wanted: Mapping[Line, int]) -> list[dict[str, object]]:
    by_order: dict[str, list[dict[str, object]]] = {}
    for line, quantity in wanted.items():
        by_order.setdefault(line.order_id, []).append({"id": line.id, "quantity": quantity})
    return [
        {"fulfillmentOrderId": order, "fulfillmentOrderLineItems": rows}
        for order, rows in by_order.items()
    ]


def _title(row: Mapping[str, str | None]) -> str:
    names = (row["productTitle"], row["variantTitle"])
    return plain(" - ".join(name for name in names if name))
