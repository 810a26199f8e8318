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

# DHL's five status codes, each with what the event's text adds (`carriers.dhl.words`). Source: the
# help page on the status codes of its Shipment Tracking - Unified API; the right side is ours.
DHL: dict[str, Meaning] = {
    "pre-transit": Meaning(Status.PENDING, None, "CONFIRMED"),
    "transit": Meaning(Status.IN_TRANSIT, None, "IN_TRANSIT"),
    "transit_collected": Meaning(Status.IN_TRANSIT, None, "CARRIER_PICKED_UP"),
    "transit_customs": Meaning(Status.IN_TRANSIT, None, "IN_TRANSIT"),
    "transit_held": Meaning(Status.IN_TRANSIT, None, "DELAYED"),
    "transit_delayed": Meaning(Status.IN_TRANSIT, None, "DELAYED"),
    "transit_courier": Meaning(Status.PICK_UP, None, "OUT_FOR_DELIVERY"),
    "transit_counter": Meaning(Status.PICK_UP, None, "READY_FOR_PICKUP"),
    "delivered": Meaning(Status.DELIVERED, None, "DELIVERED"),
    # The sender was the last to receive it.
    "delivered_returned": Meaning(Status.RETURNED, None, "FAILURE"),
    "failure": Meaning(Status.UNDELIVERED, Reason.OTHER, "ATTEMPTED_DELIVERY"),
    "failure_attempt": Meaning(Status.UNDELIVERED, Reason.OTHER, "ATTEMPTED_DELIVERY"),
    "failure_absent": Meaning(
        Status.UNDELIVERED, Reason.RECIPIENT_UNAVAILABLE, "ATTEMPTED_DELIVERY"
    ),
    "failure_unfound": Meaning(Status.UNDELIVERED, Reason.ADDRESS_NOT_FOUND, "ATTEMPTED_DELIVERY"),
    "failure_later": Meaning(Status.UNDELIVERED, Reason.LATER_DELIVERY_REQUESTED, "DELAYED"),
    "failure_rescheduled": Meaning(Status.UNDELIVERED, Reason.DELAYED_OR_RESCHEDULED, "DELAYED"),
    "failure_address": Meaning(Status.ALERT, Reason.BAD_ADDRESS, "DELAYED"),
    "failure_refused": Meaning(Status.ALERT, Reason.REFUSED, "ATTEMPTED_DELIVERY"),
    "failure_storage": Meaning(Status.ALERT, Reason.STORAGE_EXPIRED, "FAILURE"),
    "failure_customs": Meaning(Status.ALERT, Reason.CUSTOMS_UNSPECIFIED, "DELAYED"),
    "failure_held": Meaning(Status.ALERT, Reason.OTHER, "DELAYED"),
    "failure_delayed": Meaning(Status.ALERT, Reason.DELAYED, "DELAYED"),
    "failure_damaged": Meaning(Status.ALERT, Reason.DAMAGED, "FAILURE"),
    "failure_lost": Meaning(Status.ALERT, Reason.LOST, "FAILURE"),
    "failure_destroyed": Meaning(Status.ALERT, Reason.DESTROYED, "FAILURE"),
    "failure_cancelled": Meaning(Status.ALERT, Reason.CANCELLED, "FAILURE"),
    "failure_returning": Meaning(Status.ALERT, Reason.RETURNING, "FAILURE"),
    "failure_returned": Meaning(Status.RETURNED, None, "FAILURE"),
    # "A simplified status code is not available", and no event says more.
    "unknown": Meaning(Status.PENDING),
    # What a refusal amounts to is written down in 17TRACK's words, whoever refused.
    "NotFound_Other": SEVENTEENTRACK["NotFound_Other"],
    "NotFound_InvalidCode": SEVENTEENTRACK["NotFound_InvalidCode"],
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

_TABLES = {"17track": SEVENTEENTRACK, "dhl": DHL, "shopify": SHOPIFY, "merchant": MERCHANT}


def rule(source: str, code: str) -> str:
    """The key of the row that applies, for "Why this status"; empty for an unknown word.

    A 17TRACK code is its sub-status (`InTransit_Departure`); of an unknown one the main status,
    the part before the underscore, counts. Of DHL a trouble counts whether DHL calls it a failure
    or still transit.
    """
    return next((key for key in _keys(source, code) if key in _TABLES[source]), "")


def _keys(source: str, code: str) -> tuple[str, ...]:
    main, _, detail = code.partition("_")
    if source == "17track":
        return code, f"{main}_Other", main
    return (code, f"failure_{detail}", main) if source == "dhl" else (code,)


def meaning(source: str, code: str) -> Meaning | None:
    """What `code` of `source` means, or None for a word nobody has taught us."""
    return _TABLES[source].get(rule(source, code))
