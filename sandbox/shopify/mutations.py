"""The fields of Mutation. What the store refuses comes back as userErrors, never as an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLError

from sandbox.database import Json
from sandbox.moments import parse, stamp
from sandbox.shopify import fulfillment_actions, orders
from sandbox.shopify.access import Call
from sandbox.shopify.change import ActionError, Lines
from sandbox.shopify.queries import parse_gid, visible
from sandbox.shopify.views.common import View
from sandbox.shopify.views.fulfillment import event, fulfillment
from sandbox.shopify.views.order import order as order_view


class Refused(Exception):
    """A userError: the field it is about, and a message."""

    def __init__(self, field: list[str], message: str) -> None:
        super().__init__(message)
        self.field = field


def _payload(name: str, field: list[str], act: Callable[[], View]) -> View:
    """What a mutation answers: the thing it made or changed, or why it did not."""
    try:
        return {name: act(), "userErrors": []}
    except Refused as refused:
        return _refusal(name, refused.field, str(refused))
    except ActionError as error:
        return _refusal(name, field, str(error))


def _refusal(name: str, field: list[str], message: str) -> View:
    return {name: None, "userErrors": [{"field": field, "message": message}]}


def _fulfillment(call: Call, text: str, field: list[str]) -> tuple[Json, Json]:
    """The order and the fulfillment of a global id. Raises Refused if the store has none."""
    _, number = parse_gid(text, "Fulfillment")
    doc = visible(call, orders.by_part(call.world, "Fulfillment", number))
    if doc is None:
        raise Refused(field, "Fulfillment does not exist.")
    return doc, orders.fulfillment(doc, number)


def _view(call: Call, doc: Json, one: Json) -> View:
    return fulfillment(call.store, doc, one, lambda: order_view(call.store, doc))


def event_create(call: Call, fulfillmentEvent: Json) -> View:  # noqa: N803
    def act() -> View:
        field = ["fulfillmentEvent", "fulfillmentId"]
        doc, one = _fulfillment(call, fulfillmentEvent["fulfillmentId"], field)
        facts = _event_facts(fulfillmentEvent)
        return event(fulfillment_actions.add_event(call.world, doc, one, facts))

    return _payload("fulfillmentEvent", ["fulfillmentEvent"], act)


def _event_facts(asked: Json) -> Json:
    facts = dict(asked)
    for name, key in (
        ("happenedAt", "happened_at"),
        ("estimatedDeliveryAt", "estimated_delivery_at"),
    ):
        text = facts.pop(name, None)
        facts[key] = _moment(name, text) if text else None
    return facts


def _moment(name: str, text: str) -> str:
    try:
        return stamp(parse(text))
    except ValueError as error:
        raise GraphQLError(f"{name}: {text!r} is no DateTime") from error


def tracking_update(
    call: Call,
    fulfillmentId: str,  # noqa: N803
    trackingInfoInput: Json,  # noqa: N803
    **_: Any,
) -> View:
    def act() -> View:
        doc, one = _fulfillment(call, fulfillmentId, ["fulfillmentId"])
        fulfillment_actions.change_tracking(call.world, doc, one, *_tracking(trackingInfoInput))
        return _view(call, doc, one)

    return _payload("fulfillment", ["fulfillmentId"], act)


def _tracking(asked: Json) -> tuple[list[str], str | None, list[str]]:
    """Numbers, company and links of a FulfillmentTrackingInput."""
    numbers, urls = (
        asked.get(f"{name}s") or [one for one in (asked.get(name),) if one]
        for name in ("number", "url")
    )
    return numbers, asked.get("company"), urls


def create(
    call: Call,
    fulfillment: Json,
    **_: Any,
) -> View:
    def act() -> View:
        doc, lines = _lines(call, fulfillment["lineItemsByFulfillmentOrder"])
        tracking = _tracking(fulfillment.get("trackingInfo") or {})
        return _view(call, doc, fulfillment_actions.fulfill(call.world, doc, lines, *tracking))

    return _payload("fulfillment", ["fulfillment"], act)


def _lines(call: Call, asked: list[Json]) -> tuple[Json, Lines]:
    """The order that the fulfillment orders belong to, and the pieces wanted of its lines."""
    lines: Lines = {}
    docs = []
    for part in asked:
        doc, whole = _fulfillment_order(call, part["fulfillmentOrderId"])
        docs.append(doc)
        for line_id, quantity in _wanted(doc, whole, part.get("fulfillmentOrderLineItems")):
            lines[line_id] = lines.get(line_id, 0) + quantity
    if len({doc["id"] for doc in docs}) != 1:
        raise Refused(["fulfillment"], "Fulfillment orders have to belong to one order.")
    return docs[0], lines


def _fulfillment_order(call: Call, text: str) -> tuple[Json, Json]:
    _, number = parse_gid(text, "FulfillmentOrder")
    doc = visible(call, orders.by_part(call.world, "FulfillmentOrder", number))
    if doc is None:
        raise Refused(["fulfillment"], "Fulfillment order does not exist.")
    whole = next(each for each in doc["fulfillment_orders"] if each["id"] == number)
    status = orders.fulfillment_order_status(doc, whole)
    if status in orders.OVER:
        message = f"Fulfillment order {number} has an unfulfillable status= {status.lower()}."
        raise Refused(["fulfillment"], message)
    return doc, whole


def _wanted(doc: Json, whole: Json, asked: list[Json] | None) -> list[tuple[int, int]]:
    if not asked:
        return [(p["line_item_id"], orders.remaining(doc, whole, p)) for p in whole["lines"]]
    parts = {part["id"]: part for part in whole["lines"]}
    wanted = []
    for line in asked:
        _, number = parse_gid(line["id"], "FulfillmentOrderLineItem")
        part = parts.get(number)
        if part is None or not 0 < line["quantity"] <= orders.remaining(doc, whole, part):
            raise Refused(
                ["fulfillment"], "Invalid fulfillment order line item quantity requested."
            )
        wanted.append((part["line_item_id"], line["quantity"]))
    return wanted


def cancel(call: Call, id: str) -> View:  # noqa: A002
    def act() -> View:
        doc, one = _fulfillment(call, id, ["id"])
        return _view(call, doc, fulfillment_actions.cancel_fulfillment(call.world, doc, one))

    return _payload("fulfillment", ["id"], act)


RESOLVERS: dict[str, Callable[..., Any]] = {
    "fulfillmentCancel": cancel,
    "fulfillmentCreate": create,
    "fulfillmentEventCreate": event_create,
    "fulfillmentTrackingInfoUpdate": tracking_update,
}
