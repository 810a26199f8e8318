"""Protected customer data: what an app that was not granted a group of fields does not see.

GraphQL: the field is null, with an error beside it. (Admin API 2026-10, `protectedContent` of the
schema's fields.) In webhooks the sandbox leaves the same fields null: shopify.dev says that they
are redacted, not how.
"""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

GROUPS = ("name", "address", "email", "phone")
_PERSON = {"firstName": "name", "lastName": "name", "phone": "phone", "email": "email"}
_PLACE = dict.fromkeys(("address1", "address2", "zip", "latitude", "longitude"), "address")
FIELDS: dict[str, dict[str, str]] = {
    "Customer": _PERSON | {"displayName": "name"},
    "CustomerEmailAddress": {"emailAddress": "email"},
    "CustomerPhoneNumber": {"phoneNumber": "phone"},
    "FulfillmentEvent": _PLACE | {"city": "address"},
    "FulfillmentOrderDestination": _PERSON | _PLACE | {"city": "address"},
    "MailingAddress": _PERSON | _PLACE | {"name": "name", "formatted": "address"},
    "Order": {"email": "email", "phone": "phone", "statusPageUrl": "name"},
    "ShippingLine": {"phone": "phone"},
}
"""The group of each protected field by its type; a type may lack some of them."""
_TOPICS = ("orders", "fulfillments", "fulfillment_events")
_KEYS = _PLACE | {
    "first_name": "name",
    "last_name": "name",
    "order_status_url": "name",
    "email": "email",
    "contact_email": "email",
    "phone": "phone",
}
_PLACES = ("shipping_address", "billing_address", "destination", "default_address")


def refused(name: str) -> GraphQLError:
    """The error that stands beside a field that is null for this."""
    return GraphQLError(
        f"This app is not approved to use the {name} field. See"
        " https://shopify.dev/docs/apps/launch/protected-customer-data for more details.",
        extensions={"code": "ACCESS_DENIED"},
    )


def redacted(topic: str, body: Any, withheld: list[str]) -> Any:
    """The body of a webhook as an app may have it that was not granted these groups."""
    return _without(body, withheld) if topic.split("/")[0] in _TOPICS and withheld else body


def _without(value: Any, withheld: list[str], keys: dict[str, str] = _KEYS) -> Any:
    if isinstance(value, list):
        return [_without(each, withheld) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: None
        if keys.get(key) in withheld
        else _without(each, withheld, _KEYS | {"name": "name"} if key in _PLACES else _KEYS)
        for key, each in value.items()
    }
