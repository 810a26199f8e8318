"""What the words of each source mean: one table a source, from its code to ours.

A code that is not in a table falls back to its main status; an unknown main status means nothing
(`None`): the shipment keeps what it has, and the unknown word is counted. Nothing raises.
"""

from __future__ import annotations

from dataclasses import dataclass

from shopify_app.domain.status import Reason, Status

VERSION = 1
"""Raised with every change of a table, so that an explanation can name the rule it came from."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A status, its reason, and Shopify's FulfillmentEventStatus for it (None: write none)."""

    status: Status
    reason: Reason | None = None
    shopify: str | None = None
    not_found: bool = False


# 17TRACK's nine main statuses and thirty sub-statuses of API v2.4.
SEVENTEENTRACK: dict[str, Meaning] = {
    "NotFound_Other": Meaning(Status.PENDING, not_found=True),
    "NotFound_InvalidCode": Meaning(Status.NOT_RECOGNIZED, None, "FAILURE"),
    "InfoReceived": Meaning(Status.PENDING, None, "CONFIRMED"),
    "InTransit_PickedUp": Meaning(Status.IN_TRANSIT, None, "CARRIER_PICKED_UP"),
    "InTransit_Other": Meaning(Status.IN_TRANSIT, None, "IN_TRANSIT"),
    "InTransit_Departure": Meaning(Status.IN_TRANSIT, None, "IN_TRANSIT"),
    "InTransit_Arrival": Meaning(Status.IN_TRANSIT, None, "IN_TRANSIT"),
    "InTransit_CustomsProcessing": Meaning(Status.IN_TRANSIT, None, "IN_TRANSIT"),
    "InTransit_CustomsReleased": Meaning(Status.IN_TRANSIT, None, "IN_TRANSIT"),
    # The provider keeps it under "in transit", and so do we; Shopify hears that it is delayed.
    "InTransit_CustomsRequiringInformation": Meaning(Status.IN_TRANSIT, None, "DELAYED"),
    "Expired_Other": Meaning(Status.EXPIRED, None, "DELAYED"),
    "AvailableForPickup_Other": Meaning(Status.PICK_UP, None, "READY_FOR_PICKUP"),
    "OutForDelivery_Other": Meaning(Status.PICK_UP, None, "OUT_FOR_DELIVERY"),
    "DeliveryFailure_Other": Meaning(Status.UNDELIVERED, Reason.OTHER, "ATTEMPTED_DELIVERY"),
    "DeliveryFailure_NoBody": Meaning(
        Status.UNDELIVERED, Reason.RECIPIENT_UNAVAILABLE, "ATTEMPTED_DELIVERY"
    ),
    "DeliveryFailure_Security": Meaning(
        Status.UNDELIVERED, Reason.SECURITY_OR_FEE, "ATTEMPTED_DELIVERY"
    ),
    # A refusal is an alert wherever it is said: the product lists it there alone.
    "DeliveryFailure_Rejected": Meaning(Status.ALERT, Reason.REFUSED, "ATTEMPTED_DELIVERY"),
    "DeliveryFailure_InvalidAddress": Meaning(
        Status.UNDELIVERED, Reason.ADDRESS_NOT_FOUND, "ATTEMPTED_DELIVERY"
    ),
    "Delivered_Other": Meaning(Status.DELIVERED, None, "DELIVERED"),
    "Exception_Other": Meaning(Status.ALERT, Reason.OTHER, "FAILURE"),
    # On its way back is a warning; `returned` only once the supplier has it.
    "Exception_Returning": Meaning(Status.ALERT, Reason.RETURNING, "FAILURE"),
    "Exception_Returned": Meaning(Status.RETURNED, None, "FAILURE"),
    "Exception_NoBody": Meaning(Status.ALERT, Reason.RECIPIENT_ABSENT, "ATTEMPTED_DELIVERY"),
    "Exception_Security": Meaning(Status.ALERT, Reason.CUSTOMS_UNSPECIFIED, "DELAYED"),
    "Exception_Damage": Meaning(Status.ALERT, Reason.DAMAGED, "FAILURE"),
    "Exception_Rejected": Meaning(Status.ALERT, Reason.REFUSED, "FAILURE"),
    "Exception_Delayed": Meaning(Status.ALERT, Reason.DELAYED, "DELAYED"),
    "Exception_Lost": Meaning(Status.ALERT, Reason.LOST, "FAILURE"),
    "Exception_Destroyed": Meaning(Status.ALERT, Reason.DESTROYED, "FAILURE"),
    "Exception_Cancel": Meaning(Status.ALERT, Reason.CANCELLED, "FAILURE"),
}

# Shopify's FulfillmentEventStatus (Admin GraphQL 2026-10), in REST's lower case as webhooks say it.
# Its own events are not written back to it, so the last column is only compared with.
SHOPIFY: dict[str, Meaning] = {
    "label_printed": Meaning(Status.PENDING, None, "LABEL_PRINTED"),
    "label_purchased": Meaning(Status.PENDING, None, "LABEL_PURCHASED"),
    "confirmed": Meaning(Status.PENDING, None, "CONFIRMED"),
    "carrier_picked_up": Meaning(Status.IN_TRANSIT, None, "CARRIER_PICKED_UP"),
    "in_transit": Meaning(Status.IN_TRANSIT, None, "IN_TRANSIT"),
    "delayed": Meaning(Status.IN_TRANSIT, None, "DELAYED"),
    "ready_for_pickup": Meaning(Status.PICK_UP, None, "READY_FOR_PICKUP"),
    "out_for_delivery": Meaning(Status.PICK_UP, None, "OUT_FOR_DELIVERY"),
    "attempted_delivery": Meaning(Status.UNDELIVERED, Reason.OTHER, "ATTEMPTED_DELIVERY"),
    "delivered": Meaning(Status.DELIVERED, None, "DELIVERED"),
    "failure": Meaning(Status.ALERT, Reason.OTHER, "FAILURE"),
}

# What a status set by hand is called at Shopify.
MERCHANT: dict[str, Meaning] = {
    Status.PENDING: Meaning(Status.PENDING, None, "CONFIRMED"),
    Status.NOT_RECOGNIZED: Meaning(Status.NOT_RECOGNIZED, None, "FAILURE"),
    Status.IN_TRANSIT: Meaning(Status.IN_TRANSIT, None, "IN_TRANSIT"),
    Status.PICK_UP: Meaning(Status.PICK_UP, None, "OUT_FOR_DELIVERY"),
    Status.EXPIRED: Meaning(Status.EXPIRED, None, "DELAYED"),
    Status.ALERT: Meaning(Status.ALERT, Reason.OTHER, "FAILURE"),
    Status.UNDELIVERED: Meaning(Status.UNDELIVERED, Reason.OTHER, "ATTEMPTED_DELIVERY"),
    Status.RETURNED: Meaning(Status.RETURNED, None, "FAILURE"),
    Status.DELIVERED: Meaning(Status.DELIVERED, None, "DELIVERED"),
}

_TABLES = {"17track": SEVENTEENTRACK, "shopify": SHOPIFY, "merchant": MERCHANT}


def rule(source: str, code: str) -> str:
    """The key of the row that applies, for "Why this status"; empty for an unknown word.

    A 17TRACK code is its sub-status (`InTransit_Departure`); of an unknown one the main status,
    the part before the underscore, counts.
    """
    main = code.split("_")[0]
    keys = (code, f"{main}_Other", main) if source == "17track" else (code,)
    return next((key for key in keys if key in _TABLES[source]), "")


def meaning(source: str, code: str) -> Meaning | None:
    """What `code` of `source` means, or None for a word nobody has taught us."""
    return _TABLES[source].get(rule(source, code))
