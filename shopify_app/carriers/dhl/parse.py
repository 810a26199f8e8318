"""DHL's answers as our facts. What is missing or new in them is passed over, never raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shopify_app import clock
from shopify_app.carriers import local_time
from shopify_app.carriers.base import Ref
from shopify_app.carriers.dhl import places, words
from shopify_app.carriers.told import mapping, mappings, newest_first, text
from shopify_app.domain.facts import Checkpoint, Snapshot
from shopify_app.domain.tracking_number import normalise

SOURCE = "dhl"
_DIVISIONS = {
    "express": "DHL Express",
    "parcel-de": "DHL Paket",
    "parcel-nl": "DHL Parcel Netherlands",
    "parcel-pl": "DHL Parcel Poland",
    "parcel-uk": "DHL Parcel UK",
    "post-de": "Deutsche Post",
    "ecommerce": "DHL eCommerce",
    "ecommerce-apac": "DHL eCommerce",
    "ecommerce-europe": "DHL eCommerce",
    "dgf": "DHL Global Forwarding",
    "dsc": "DHL Supply Chain",
    "freight": "DHL Freight",
    "sameday": "DHL SameDay",
}
"""By the API's `service`; another one is plainly DHL."""


def snapshot(ref: Ref, told: Mapping[str, Any]) -> Snapshot | None:
    """What an answer says of the number that was asked for; None if it holds no shipment.

    An answer may be about another number: a parcel that changes hands within DHL has several, and
    the API answers with the one it prefers. If it holds several shipments, ours is taken.
    """
    shipments = mappings(told.get("shipments"))
    ours = (s for s in shipments if normalise(text(s.get("id"))) == normalise(ref.number))
    shipment = next(ours, shipments[0] if shipments else None)
    if shipment is None:
        return None
    status = mapping(shipment.get("status"))
    events = mappings(shipment.get("events")) or ([status] if status else [])
    found = [_checkpoint(event, shipment, ref) for event in events]
    return Snapshot(
        source=SOURCE,
        number=ref.number,
        code=_code(status, events, returning=shipment.get("returnFlag") is True),
        synced_at=clock.now(),  # DHL reads its own systems at the moment of the call
        carrier_name=_division(shipment),
        checkpoints=newest_first(found),
    )


def _code(
    status: Mapping[str, Any], events: Iterable[Mapping[str, Any]], *, returning: bool
) -> str:
    """The word for the whole shipment: where its status code says nothing, the newest that does."""
    telling = next((e for e in (status, *events) if e.get("statusCode") in words.KNOWN), status)
    status_code = text(telling.get("statusCode")) or "unknown"
    return words.word(status_code, _said(telling), returning=returning)


def _checkpoint(event: Mapping[str, Any], shipment: Mapping[str, Any], ref: Ref) -> Checkpoint:
    name, country = places.place(mapping(mapping(event.get("location")).get("address")))
    own_number = normalise(text(shipment.get("id")))
    return Checkpoint(
        happened_at=local_time.moment(event.get("timestamp"), name, country),
        local=text(event.get("timestamp")),
        text=_text(event),
        code=words.word(text(event.get("statusCode")), _said(event)),
        place=name,
        country=country,
        carrier=_division(shipment),
        carrier_number=own_number if own_number != normalise(ref.number) else "",
    )


def _text(event: Mapping[str, Any]) -> str:
    """The event in DHL's words: some divisions use `status`, some `description`, some both."""
    status = text(event.get("status")).replace("_", " ")
    description = text(event.get("description"))
    if not description or status.casefold() in {
        "",
        description.casefold(),
        event.get("statusCode"),
    }:
        return description or status
    return f"{status}: {description}"


def _said(event: Mapping[str, Any]) -> str:
    """All that is said of an event, to look for phrases in."""
    return " | ".join(text(event.get(key)) for key in ("status", "description", "remark"))


def _division(shipment: Mapping[str, Any]) -> str:
    return _DIVISIONS.get(text(shipment.get("service")), "DHL")
