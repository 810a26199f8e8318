"""What DHL tells of a parcel of its Express division.

As that division does: times are the place's own and carry no zone, places are in capitals with
the country's name, events have no status code, only the whole shipment has one.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sandbox import parcels
from sandbox.database import Json
from sandbox.moments import from_seconds

COUNTRIES = {
    "US": "USA", "GB": "UK", "CA": "CANADA", "NL": "NETHERLANDS", "VN": "VIETNAM",
    "CN": "CHINA MAINLAND", "HK": "HONG KONG SAR, CHINA",
}  # fmt: skip
"""As DHL writes them."""
STATUS_CODES = {
    "InfoReceived": "pre-transit",
    "InTransit": "transit",
    "AvailableForPickup": "transit",
    "OutForDelivery": "transit",
    "Delivered": "delivered",
    "DeliveryFailure": "failure",
    "Exception": "failure",
}
BACK = {"Exception_Returning": "transit", "Exception_Returned": "delivered"}
"""On its way back it is in transit, and delivered when the sender has it; a flag tells."""
DIVISIONS = ("freight", "dgf", "ecommerce", "parcel-de", "parcel-nl", "parcel-pl", "post-de")


def shipments(parcel: Json, now: float) -> Json | None:
    """The whole answer; None while DHL has nothing to tell of the number, or it is not DHL's."""
    events = [event for event in parcels.happened(parcel, now) if not event.get("silent")]
    if parcel["carrier"] != "dhl" or not events:
        return None
    others = [f"/track/shipments?trackingNumber={parcel['number']}&service={d}" for d in DIVISIONS]
    return {
        "shipments": [_shipment(parcel, events)],
        "possibleAdditionalShipmentsUrl": others,
    }


def _shipment(parcel: Json, events: list[Json]) -> Json:
    newest = events[-1]["sub_status"]
    code = BACK.get(newest) or STATUS_CODES[newest.split("_")[0]]
    told = [_event(event) for event in reversed(events)]
    return {
        "serviceUrl": f"http://www.dhl.com/en/express/tracking.html?AWB={parcel['number']}",
        **({"returnFlag": True} if newest in BACK else {}),
        "id": parcel["number"],
        "service": "express",
        "origin": {"address": {"addressLocality": _locality(parcel["origin"])}},
        "destination": {"address": {"addressLocality": _locality(parcel["destination"])}},
        "status": {**told[0], "statusCode": code, "status": code},
        "details": {"proofOfDeliverySignedAvailable": False, "totalNumberOfPieces": 1},
        "events": told,
    }


def _event(raw: Json) -> Json:
    local = from_seconds(raw["at"]).astimezone(ZoneInfo(raw["place"]["zone"]))
    return {
        "timestamp": local.strftime("%Y-%m-%dT%H:%M:%S"),
        "location": {"address": {"addressLocality": _locality(raw["place"])}},
        "description": raw["translation"] or raw["text"],
    }


def _locality(place: Json) -> str:
    state = place["province_code"] if place["country"] in ("US", "CA") else ""
    city = ", ".join(part for part in (place["city"].upper(), state) if part)
    return f"{city} - {COUNTRIES.get(place['country'], place['country'])}"
