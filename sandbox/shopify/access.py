"""Which scope each type and mutation needs: one of those named here (Admin API 2026-10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    get_named_type,
)

from sandbox.database import Json
from sandbox.shopify import protected, stores
from sandbox.world import World

ORDERS = ("read_orders",)
FULFILLMENT_ORDERS = (
    "read_assigned_fulfillment_orders",
    "read_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders",
)
WRITE_FULFILLMENT_ORDERS = tuple(scope.replace("read", "write") for scope in FULFILLMENT_ORDERS)
WRITE_ORDERS = ("write_orders",)
"""The schema names no scope for tags and metafields: what changing an order takes."""
TYPES: dict[str, tuple[str, ...]] = {
    "Order": ORDERS,
    "LineItem": ORDERS,
    "FulfillmentLineItem": ORDERS,
    "FulfillmentEvent": ORDERS,
    "Customer": ("read_customers",),
    "Fulfillment": (*ORDERS, *FULFILLMENT_ORDERS),
    "FulfillmentTrackingInfo": (*ORDERS, *FULFILLMENT_ORDERS),
    "CustomerEmailAddress": ("read_customers",),
    "CustomerPhoneNumber": ("read_customers",),
    "FulfillmentOrder": FULFILLMENT_ORDERS,
    "FulfillmentOrderAssignedLocation": FULFILLMENT_ORDERS,
    "FulfillmentOrderDestination": FULFILLMENT_ORDERS,
    "FulfillmentOrderLineItem": FULFILLMENT_ORDERS,
    "FulfillmentOrderSupportedAction": FULFILLMENT_ORDERS,
    "FulfillmentService": ("read_fulfillments", "read_products"),
    "Location": ("read_locations", "read_inventory"),
    "ShopLocale": ("read_locales",),
}
FIELDS: dict[str, tuple[str, ...]] = {
    "ordersCount": ORDERS,
    "fulfillmentEventCreate": ("write_fulfillments",),
    "fulfillmentTrackingInfoUpdate": WRITE_FULFILLMENT_ORDERS,
    "fulfillmentCreate": WRITE_FULFILLMENT_ORDERS,
    "fulfillmentCancel": ("write_fulfillments", *WRITE_FULFILLMENT_ORDERS),
    **dict.fromkeys(("metafieldsSet", "tagsAdd", "tagsRemove"), WRITE_ORDERS),
}


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks: a token of a store with its scopes."""

    world: World
    store: Json
    scopes: frozenset[str]


def resolve_field(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
    """A field of a view: its value, or what its function makes of the arguments."""
    value = source.get(info.field_name)
    return value(**arguments) if callable(value) else value


def resolve_root(answer: Callable[..., Any]) -> Callable[..., Any]:
    """A root field that is answered from the call and the arguments."""

    def resolve(_source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        return answer(info.context, **arguments)

    return resolve


def guard(schema: GraphQLSchema) -> None:
    """Let every field that needs a scope ask for it before it answers."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for name, field in kind.fields.items():
                returned = get_named_type(field.type).name.removesuffix("Connection")
                needed = FIELDS.get(name) or TYPES.get(returned)
                if needed and not kind.name.endswith("Payload"):
                    _guard_field(field, name, needed)
                group = protected.FIELDS.get(kind.name, {}).get(name)
                if group:
                    _protect_field(field, name, group)


def _guard_field(field: GraphQLField, name: str, needed: tuple[str, ...]) -> None:
    resolve = field.resolve or resolve_field

    def guarded(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        implied = {scope.replace("write_", "read_") for scope in info.context.scopes}
        if not (info.context.scopes | implied) & set(needed):
            raise denied(name, needed)
        return resolve(source, info, **arguments)

    field.resolve = guarded


def _protect_field(field: GraphQLField, name: str, group: str) -> None:
    resolve = field.resolve or resolve_field

    def guarded(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        if group in stores.withheld(info.context.store):
            raise protected.refused(name)
        return resolve(source, info, **arguments)

    field.resolve = guarded


def denied(name: str, needed: tuple[str, ...]) -> GraphQLError:
    """The error that Shopify gives instead of a field one may not see."""
    access = " or ".join(f"`{scope}` access scope" for scope in needed)
    return GraphQLError(
        f"Access denied for {name} field. Required access: {access}.",
        extensions={
            "code": "ACCESS_DENIED",
            "documentation": "https://shopify.dev/api/usage/access-scopes",
            "requiredAccess": f"{access}.",
        },
    )
