"""A change of an order: kept, and told to the app by webhook.

Everything that a store refuses is an ActionError, whose message may be shown: GraphQL makes it
a userError, the control API a 422.
"""

from __future__ import annotations

from sandbox.database import Json
from sandbox.moments import stamp
from sandbox.shopify import orders, stores
from sandbox.shopify.payloads.fulfillment import fulfillment as fulfillment_body
from sandbox.shopify.payloads.order import order as order_body
from sandbox.shopify.webhooks import fire, new_event
from sandbox.world import World

Lines = dict[int, int]
"""Ids of line items with the pieces of each to put into a fulfillment."""


class ActionError(Exception):
    """The store does not allow this; the message says why."""


def store_of(world: World, order: Json) -> Json:
    store = stores.get(world, order["store"])
    if store is None:
        raise ActionError(f"there is no store {order['store']}")
    return store


def keep(world: World, order: Json, *topics: str, one: Json | None = None) -> Json:
    """Save an order that was just changed and tell the app, each topic with its own body."""
    store = store_of(world, order)
    order["updated_at"] = max(stamp(world.clock.now()), order["updated_at"])
    if one is not None:
        one["updated_at"] = order["updated_at"]
    event = new_event()
    with world.database.transaction():
        orders.save(world, order)
        for topic in topics:
            if topic.startswith("fulfillments/") and one is not None:
                fire(world, store, topic, fulfillment_body(store, order, one), event)
            else:
                fire(world, store, topic, order_body(store, order), event)
    return order
