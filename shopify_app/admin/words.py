"""What the machine's words about parcels and orders are called on a page."""

from __future__ import annotations

from shopify_app.admin import formats
from shopify_app.admin.language import N_, _
from shopify_app.domain.status import Reason, Status
from shopify_app.models import CarrierAccount

_REASONS = {
    Reason.REFUSED: N_("refused by the recipient"),
    Reason.BAD_ADDRESS: N_("address wrong or incomplete"),
    Reason.STORAGE_EXPIRED: N_("storage time over"),
    Reason.RECIPIENT_ABSENT: N_("recipient absent"),
    Reason.CUSTOMS_PROHIBITED: N_("held by customs: prohibited goods"),
    Reason.CUSTOMS_RESTRICTED: N_("held by customs: import restricted"),
    Reason.CUSTOMS_UNSPECIFIED: N_("held by customs"),
    Reason.DAMAGED: N_("damaged"),
    Reason.LOST: N_("lost"),
    Reason.RECIPIENT_UNAVAILABLE: N_("recipient not available"),
    Reason.DELAYED_OR_RESCHEDULED: N_("delayed or rescheduled"),
    Reason.LATER_DELIVERY_REQUESTED: N_("recipient asked for later"),
    Reason.ADDRESS_NOT_FOUND: N_("address not found"),
    Reason.RURAL_OR_REMOTE: N_("rural or remote"),
    Reason.RETURNING: N_("on its way back"),
    Reason.DELAYED: N_("delayed"),
    Reason.CANCELLED: N_("shipment cancelled"),
    Reason.DESTROYED: N_("destroyed"),
    Reason.SECURITY_OR_FEE: N_("held for a fee or a security check"),
    Reason.OTHER: N_("reason not told"),
}

_CHECKPOINTS = {
    "NotFound_Other": N_("Not known to the carrier yet"),
    "NotFound_InvalidCode": N_("Number not valid"),
    "InfoReceived": N_("Label made, no scan yet"),
    "InTransit_PickedUp": N_("Picked up by the carrier"),
    "InTransit_Other": N_("On its way"),
    "InTransit_Departure": N_("Left the origin country"),
    "InTransit_Arrival": N_("Arrived in the destination country"),
    "InTransit_CustomsProcessing": N_("With customs"),
    "InTransit_CustomsReleased": N_("Released by customs"),
    "InTransit_CustomsRequiringInformation": N_("Customs asks for information"),
    "Expired_Other": N_("No news for too long"),
    "AvailableForPickup_Other": N_("Ready to collect"),
    "OutForDelivery_Other": N_("Out for delivery"),
    "DeliveryFailure_Other": N_("Delivery tried and failed"),
    "DeliveryFailure_NoBody": N_("Delivery tried, nobody there"),
    "DeliveryFailure_Security": N_("Delivery failed: a fee or a check"),
    "DeliveryFailure_Rejected": N_("Refused by the recipient"),
    "DeliveryFailure_InvalidAddress": N_("Address not found"),
    "Delivered_Other": N_("Delivered"),
    "Exception_Other": N_("The carrier reports a problem"),
    "Exception_Returning": N_("On its way back"),
    "Exception_Returned": N_("Back with the supplier"),
    "Exception_NoBody": N_("Recipient absent"),
    "Exception_Security": N_("Held by customs"),
    "Exception_Damage": N_("Damaged on the way"),
    "Exception_Rejected": N_("Refused by the recipient"),
    "Exception_Delayed": N_("Delayed"),
    "Exception_Lost": N_("Lost on the way"),
    "Exception_Destroyed": N_("Destroyed"),
    "Exception_Cancel": N_("Shipment cancelled"),
    "label_printed": N_("Label made, no scan yet"),
    "label_purchased": N_("Label made, no scan yet"),
    "confirmed": N_("Label made, no scan yet"),
    "carrier_picked_up": N_("Picked up by the carrier"),
    "in_transit": N_("On its way"),
    "delayed": N_("Delayed"),
    "ready_for_pickup": N_("Ready to collect"),
    "out_for_delivery": N_("Out for delivery"),
    "attempted_delivery": N_("Delivery tried and failed"),
    "delivered": N_("Delivered"),
    "failure": N_("The carrier reports a problem"),
}

_FULFILLMENT = {
    "unfulfilled": N_("Unfulfilled"),
    "partially_fulfilled": N_("Partially fulfilled"),
    "fulfilled": N_("Fulfilled"),
    "restocked": N_("Restocked"),
    "on_hold": N_("On hold"),
    "scheduled": N_("Scheduled"),
    "in_progress": N_("In progress"),
    "open": N_("Unfulfilled"),
    "pending_fulfillment": N_("In progress"),
    "request_declined": N_("Request declined"),
    "fulfillment_not_required": N_("Not required"),
}

_SOURCES = {
    "17track": "17TRACK",
    "dhl": "DHL",
    "shopify": "Shopify",
    "merchant": N_("you"),
    "schedule": N_("by schedule"),
}

_STATUSES = {
    Status.UNFULFILLED: N_("Not fulfilled"),
    Status.PENDING: N_("Pending"),
    Status.NOT_RECOGNIZED: N_("Not recognized"),
    Status.IN_TRANSIT: N_("In transit"),
    Status.PICK_UP: N_("Pick up"),
    Status.EXPIRED: N_("Expired"),
    Status.ALERT: N_("Alert"),
    Status.UNDELIVERED: N_("Undelivered"),
    Status.RETURNED: N_("Returned"),
    Status.DELIVERED: N_("Delivered"),
}

_MEANINGS = {
    Status.PENDING: N_(
        "It left the warehouse lately. A number can take 5 to 7 days to come alive."
    ),
    Status.NOT_RECOGNIZED: N_(
        "The number the supplier gave is not valid, as far as carriers know."
    ),
    Status.IN_TRANSIT: N_("It is on its way, or waits for customs."),
    Status.PICK_UP: N_("It is at the local post office, or out for delivery."),
    Status.EXPIRED: N_("It took too long to be delivered, or the carrier lost it."),
    Status.ALERT: N_("Something went wrong on the way."),
    Status.UNDELIVERED: N_("The carrier tried to deliver it and could not."),
    Status.RETURNED: N_("The supplier took the parcel back."),
    Status.DELIVERED: N_("The customer has it."),
}


NUMBER_FLAWS = {
    "not_a_number": N_("A tracking number has digits in it."),
    "too_long": N_("A tracking number has at most 50 letters and digits."),
}


def number_flaw(value: str) -> str:
    """What keeps a text from being a tracking number; empty if nothing does."""
    return _(NUMBER_FLAWS[value]) if value else ""


def status(value: str) -> str:
    """A status in words."""
    return _(_STATUSES[Status(value)])


def meaning(value: str) -> str:
    """What a status means, in a sentence."""
    return _(_MEANINGS[Status(value)])


def reason(value: str) -> str:
    """A reason in words, empty for none."""
    return _(_REASONS[Reason(value)]) if value else ""


def checkpoint(code: str, text: str) -> str:
    """A checkpoint in plain words by its code; of an unknown one, the carrier's own."""
    known = _CHECKPOINTS.get(code) or _CHECKPOINTS.get(f"{code.split('_')[0]}_Other")
    return _(known) if known else text


def fulfillment(value: str) -> str:
    """Shopify's word for how far an order is fulfilled."""
    return _(_FULFILLMENT.get(value, "Unfulfilled"))


def source(value: str) -> str:
    """Who said or did it."""
    return _(_SOURCES.get(value, value)) if value else ""


_TROUBLES = {
    "auth": N_("%(provider)s refuses the key since %(since)s"),
    "quota": N_("No tracking numbers left at %(provider)s"),
    "unavailable": N_("%(provider)s has not answered since %(since)s"),
}


def trouble(account: CarrierAccount) -> str:
    """What is wrong with an account at a provider that has a problem."""
    since = formats.in_sentence(account.problem_since)
    return _(_TROUBLES[account.problem], provider=source(account.provider), since=since)
