"""Writing to a store: a parcel's way, a fulfillment's tracking, an order's tags and metafield.

Each raises client.ShopifyError; Rejected has Shopify's own words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from shopify_app.domain import order_marks
from shopify_app.domain.facts import Parcel
from shopify_app.domain.order_marks import Marks
from shopify_app.shopify.admin import run, stamp
from shopify_app.shopify.client import Rejected, agreed


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
    return str(agreed(told["fulfillmentEventCreate"], "fulfillmentEvent")["id"])


def set_numbers(
    shop_id: int, domain: str, fulfillment_id: int, parcels: Sequence[Parcel], *, tell: bool
) -> None:
    """Replace a fulfillment's tracking numbers, unless they are these: a second write of the same
    numbers could be a second mail to the customer. Raises Rejected.
    """
    known = _tracking(shop_id, domain, fulfillment_id)
    if [parcel.number for parcel in known] != [parcel.number for parcel in parcels]:
        _set_tracking(shop_id, domain, fulfillment_id, parcels, tell=tell)


def tracking_input(parcels: Sequence[Parcel]) -> dict[str, Any]:
    """The numbers of a fulfillment as both mutations take them; links only if each has its own."""
    companies = {parcel.company for parcel in parcels if parcel.company}
    told: dict[str, Any] = {
        "numbers": [parcel.number for parcel in parcels],
        # Shopify has one carrier a fulfillment: that of all of them, none if they differ.
        "company": companies.pop() if len(companies) == 1 else None,
    }
    urls = [parcel.url for parcel in parcels if parcel.url]
    return told | ({"urls": urls} if urls and len(urls) == len(parcels) else {})


def set_links(
    shop_id: int, domain: str, fulfillment_id: int, link: Callable[[Parcel], str]
) -> None:
    """Let each number of a fulfillment lead to its link; the customer is not written to.

    Numbers and company stay as Shopify has them. Raises Rejected.
    """
    known = _tracking(shop_id, domain, fulfillment_id)
    wanted = [replace(parcel, url=link(parcel)) for parcel in known]
    if wanted != known:
        _set_tracking(shop_id, domain, fulfillment_id, wanted, tell=False)


def _tracking(shop_id: int, domain: str, fulfillment_id: int) -> list[Parcel]:
    variables = {"id": f"gid://shopify/Fulfillment/{fulfillment_id}"}
    told = run(shop_id, domain, "tracking_info", variables)["fulfillment"]
    return [
        Parcel(row["number"] or "", row["company"] or "", row["url"] or "")
        for row in (told or {}).get("trackingInfo") or []
    ]


def _set_tracking(
    shop_id: int, domain: str, fulfillment_id: int, parcels: Sequence[Parcel], *, tell: bool
) -> None:
    variables = {
        "id": f"gid://shopify/Fulfillment/{fulfillment_id}",
        "tracking": tracking_input(parcels),
        "notify": tell,
    }
    told = run(shop_id, domain, "tracking_info_update", variables)
    agreed(told["fulfillmentTrackingInfoUpdate"])


def set_marks(shop_id: int, domain: str, order_id: int, marks: Marks) -> None:
    """Let an order have these tags of ours and this metafield; what is there already is not
    written, and nobody else's tag is touched. Raises Rejected.
    """
    gid = f"gid://shopify/Order/{order_id}"
    place = {"namespace": order_marks.NAMESPACE, "key": order_marks.KEY}
    told = run(shop_id, domain, "OrderMarks", {"id": gid, **place}, of="order_marks")["order"]
    if not told:
        raise Rejected("the order is gone")
    if marks.metafield is not None and not _same(told["metafield"], marks.metafield):
        value = {"ownerId": gid, **place, "type": "json", "value": marks.metafield}
        _write(shop_id, domain, "SetMetafield", "metafieldsSet", {"metafield": value})
    if marks.tags is not None:
        add, remove = order_marks.tag_changes(told["tags"], marks.tags)
        if remove:
            _write(shop_id, domain, "RemoveTags", "tagsRemove", {"id": gid, "tags": remove})
        if add:
            _write(shop_id, domain, "AddTags", "tagsAdd", {"id": gid, "tags": add})


def _same(known: Mapping[str, str] | None, wanted: str) -> bool:
    """Shopify may write the same JSON in other words."""
    return known is not None and bool(json.loads(known["value"]) == json.loads(wanted))


def _write(shop_id: int, domain: str, name: str, field: str, variables: dict[str, Any]) -> None:
    agreed(run(shop_id, domain, name, variables, of="order_marks")[field])
