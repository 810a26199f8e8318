"""What the machine's words are called on a page."""

from __future__ import annotations

from shopify_app.actions.failures import DISMISSED
from shopify_app.actions.outbox import LINKS, MARKS, NUMBERS, OWNER
from shopify_app.actions.trial import TRIAL
from shopify_app.admin.language import N_, _
from shopify_app.domain.notification import EMAIL, SMS
from shopify_app.domain.status import Reason, Status

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

_SHOPIFY_VALUES = {
    NUMBERS: N_("Tracking numbers"),
    LINKS: N_("Tracking links"),
    MARKS: N_("Tags and metafield of the order"),
    "CONFIRMED": N_("Confirmed"),
    "CARRIER_PICKED_UP": N_("Picked up by carrier"),
    "IN_TRANSIT": N_("In transit"),
    "DELAYED": N_("Delayed"),
    "READY_FOR_PICKUP": N_("Ready for pickup"),
    "OUT_FOR_DELIVERY": N_("Out for delivery"),
    "ATTEMPTED_DELIVERY": N_("Attempted delivery"),
    "DELIVERED": N_("Delivered"),
    "FAILURE": N_("Failure"),
}

_CHANNELS = {
    EMAIL: N_("Email"),
    SMS: N_("SMS"),
    OWNER: N_("Email to you"),
    TRIAL: N_("Test to you"),
    "shopify": "Shopify",
}

_TOPICS = {
    "orders/create": N_("New order"),
    "orders/updated": N_("Order updated"),
    "orders/cancelled": N_("Order cancelled"),
    "orders/fulfilled": N_("Order fulfilled"),
    "orders/partially_fulfilled": N_("Order partially fulfilled"),
    "orders/edited": N_("Order edited"),
    "orders/delete": N_("Order deleted"),
    "fulfillments/create": N_("New fulfillment"),
    "fulfillments/update": N_("Fulfillment updated"),
    "fulfillment_events/create": N_("Event of a fulfillment"),
    "shop/update": N_("Store updated"),
    "app/uninstalled": N_("App taken off the store"),
    "app/scopes_update": N_("What the store grants changed"),
    "customers/data_request": N_("A customer asks for their data"),
    "customers/redact": N_("A customer is to be forgotten"),
    "shop/redact": N_("The store is to be forgotten"),
    "push": N_("News of a parcel"),
}

_SEND_DETAILS = {
    "broke": N_("The connection broke while sending. It may or may not have arrived."),
    "interrupted": N_("Sending was interrupted. It may or may not have arrived."),
    "bad_address": N_("The email address cannot be used."),
    "bad_phone": N_("The phone number does not exist."),
    "mail_sender": N_("The mail server refuses the sender's address."),
    "mail_login": N_("The mail server refuses our name and password."),
    "mail_unreachable": N_("The mail server cannot be reached."),
    "mail_later": N_("The mail server does not take the mail now."),
    "mail_refused": N_("The mail server refused the mail."),
    "sms_unreachable": N_("Twilio cannot be reached."),
    "sms_login": N_("Twilio refuses the account."),
    "sms_sender": N_("Twilio refuses the number that texts come from."),
    "sms_later": N_("Twilio takes no text now."),
    "sms_refused": N_("Twilio refused the text."),
    "gateway_unreachable": N_("The gateway for texts cannot be reached."),
    "gateway_login": N_("The gateway for texts does not accept our requests."),
    "gateway_later": N_("The gateway takes no text now."),
    "gateway_refused": N_("The gateway refused the text."),
    "sms_undelivered": N_("The text did not reach the phone."),
    "opted_out": N_("The customer wants no such messages."),
    "bounced": N_("A mail to this address came back: there is no such address."),
    "no_email": N_("The order has no email address any more."),
    "no_phone": N_("The order has no phone number any more."),
    "order_gone": N_("The order was cancelled or deleted."),
    "fulfillment_gone": N_("The fulfillment was cancelled."),
    "uninstalled": N_("The app was taken off the store."),
    "overtaken": N_("The status changed again before it went out."),
    "by_file": N_("It came by a file, of which nobody is told."),
    "switched_off": N_("These messages were switched off before it went out."),
    "mail_no_tls": N_("The mail server offers no encryption, so no password is sent to it."),
    "not_ready": N_("It could not be made ready."),
    "shopify_refused": N_("Shopify refused it."),
    "shopify_no_token": N_("It waits until Retrack was opened in the Shopify admin once."),
    "shopify_later": N_("Shopify cannot be reached."),
    DISMISSED: N_("Dismissed."),
}

_MESSAGE_STATES = {
    "waiting": N_("Waits"),
    "sending": N_("Sending"),
    "sent": N_("Sent"),
    "arrived": N_("Arrived"),
    "failed": N_("Failed"),
    "uncertain": N_("Uncertain"),
    "suppressed": N_("Not sent"),
}

EVENTS = {
    "shipping_confirmation": N_("Shipping confirmation"),
    "number_changed": N_("New tracking number"),
    "in_transit": N_("On its way"),
    "out_for_delivery": N_("Out for delivery, or ready to collect"),
    "delivered": N_("Delivered"),
    "delivery_failed": N_("Delivery tried and failed"),
    "needs_you": N_("The carrier needs the customer"),
    "delayed": N_("Delayed"),
}
"""The messages to customers."""

_EVENTS_TO_OWNER = {
    "digest": N_("What requires attention"),
    "token_dead": N_("Access to the store ended"),
    "key_refused": N_("A tracking key is refused"),
    "quota_out": N_("No tracking numbers left"),
    "mail_refused": N_("The mail server refuses the sender"),
    "sms_refused": N_("Twilio refuses the sender"),
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


def shopify_value(value: str) -> str:
    """What was written to Shopify: its word for a FulfillmentEventStatus, or the numbers."""
    return _(_SHOPIFY_VALUES.get(value, value))


def send_detail(value: str) -> str:
    """Why a message or a write is as it is, and in brackets what the other side said."""
    why, _colon, extra = value.partition(":")
    known = _(_SEND_DETAILS[why]) if why in _SEND_DETAILS else why
    if why == DISMISSED:
        return f"{known} {send_detail(extra)}"
    return f"{known} ({extra})" if extra else known


def message_state(value: str) -> str:
    """How far a message is."""
    return _(_MESSAGE_STATES[value])


def channel(value: str) -> str:
    """By which way something goes out."""
    return _(_CHANNELS[value])


def topic(value: str) -> str:
    """What a webhook or a push of this topic tells."""
    return _(_TOPICS.get(value, value))


def event(value: str) -> str:
    """The name of a message."""
    named = value.partition(":")[0]  # a test is named with its language and channel
    return _(EVENTS.get(named) or _EVENTS_TO_OWNER.get(value, value))
