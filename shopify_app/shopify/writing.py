"""Writing to a store: a parcel's way and a fulfillment's tracking, in our own terms.

Each raises client.ShopifyError; Rejected has Shopify's own words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shopify_app.domain.facts import Parcel
from shopify_app.shopify.admin import run, stamp
from shopify_app.shopify.client import Rejected


def find_event(
    shop_id: int, domain: str, fulfillment_id: int, value: str, at: datetime
) -> str | None:
    """The id of a fulfillment's event with this status and time (to the second), if it is there."""
    variables = {"id": f"gid://shopify/Fulfillment/{fulfillment_id}"}
    fulfillment = run(shop_id, domain, "fulfillment_events", variables)["fulfillment"]
    for event in fulfillment["events"]["nodes"] if fulfillment else []:
        happened = datetime.fromisoformat(event["happenedAt"]).replace(microsecond=0)
        if event["status"] == value and happened == at:
            return str(event["id"])
    return None


def create_event(shop_id: int, domain: str, fulfillment_id: int, value: str, at: datetime) -> str:
    """Write a step of the way to a fulfillment and return the event's id. Raises Rejected."""
    event = {
        "fulfillmentId": f"gid://shopify/Fulfillment/{fulfillment_id}",
        "status": value,
        "happenedAt": stamp(at),
    }
    told = run(shop_id, domain, "fulfillment_event_create", {"event": event})
    payload = _agreed(told["fulfillmentEventCreate"])
    if not payload.get("fulfillmentEvent"):
        raise Rejected("Shopify gave no reason")
    return str(payload["fulfillmentEvent"]["id"])


def set_numbers(
    shop_id: int, domain: str, fulfillment_id: int, parcels: Sequence[Parcel], *, tell: bool
) -> None:
    """Replace a fulfillment's tracking numbers, unless they are these: a second write of the same
    numbers could be a second mail to the customer. Raises Rejected.
    """
    if _numbers(shop_id, domain, fulfillment_id) == [parcel.number for parcel in parcels]:
        return
    companies = {parcel.company for parcel in parcels}
    variables = {
        "id": f"gid://shopify/Fulfillment/{fulfillment_id}",
        "tracking": {
            "numbers": [parcel.number for parcel in parcels],
            "company": companies.pop() if len(companies) == 1 else None,
        },
        "notify": tell,
    }
    told = run(shop_id, domain, "tracking_info_update", variables)
    _agreed(told["fulfillmentTrackingInfoUpdate"])


def _numbers(shop_id: int, domain: str, fulfillment_id: int) -> list[str]:
    variables = {"id": f"gid://shopify/Fulfillment/{fulfillment_id}"}
    told = run(shop_id, domain, "tracking_info", variables)["fulfillment"]
    return [str(row["number"]) for row in (told or {}).get("trackingInfo") or []]


def _agreed(payload: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """What a mutation answered. One that was denied its scope has no payload at all."""
    errors = (payload or {}).get("userErrors") or []
    if errors or payload is None:
        words = "; ".join(str(error.get("message", "")) for error in errors)
        raise Rejected(words or "Shopify gave no reason")
    return payload
