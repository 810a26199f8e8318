"""What goes out and what comes in, in words: messages, writes to Shopify, webhooks."""

from __future__ import annotations

from shopify_app.actions.failures import DISMISSED
from shopify_app.actions.outbox import LINKS, MARKS, NUMBERS, OWNER
from shopify_app.actions.trial import TRIAL
from shopify_app.admin.language import N_, _
from shopify_app.domain.notification import EMAIL, SMS

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
    "bulk_operations/finish": N_("Earlier orders are ready to be read"),
    "customers/data_request": N_("A customer asks for their data"),
    "customers/redact": N_("A customer is to be forgotten"),
    "shop/redact": N_("The store is to be forgotten"),
    "push": N_("News of a parcel"),
}

_DETAILS = {
    "broke": N_("The connection broke while sending. It may or may not have arrived."),
    "interrupted": N_("Sending was interrupted. It may or may not have arrived."),
    "restored": N_(
        "The data was brought back from a backup. It may have gone out before: check, then mark it "
        "as sent or send it again."
    ),
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
    "first_scan": N_("Waits for the carrier's first scan."),
    "came_back": N_("The mail came back: the customer's mail server did not keep it."),
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

_STATES = {
    "waiting": N_("Waits"),
    "sending": N_("Sending"),
    "sent": N_("Sent"),
    "arrived": N_("Arrived"),
    "failed": N_("Failed"),
    "uncertain": N_("Uncertain"),
    "suppressed": N_("Not sent"),
}

_EVENTS = {
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
    "sms_refused": N_("The sender of texts is refused"),
}


def shopify_value(value: str) -> str:
    """What was written to Shopify: its word for a FulfillmentEventStatus, or the numbers."""
    return _(_SHOPIFY_VALUES.get(value, value))


def detail(value: str) -> str:
    """Why a message or a write is as it is, and in brackets what the other side said."""
    why, _colon, extra = value.partition(":")
    known = _(_DETAILS[why]) if why in _DETAILS else why
    if why == DISMISSED:
        return f"{known} {detail(extra)}"
    return f"{known} ({extra})" if extra else known


def state(value: str) -> str:
    """How far a message is."""
    return _(_STATES[value])


def channel(value: str) -> str:
    """By which way something goes out."""
    return _(_CHANNELS[value])


def topic(value: str) -> str:
    """What a webhook or a push of this topic tells."""
    return _(_TOPICS.get(value, value))


def event(value: str) -> str:
    """The name of a message."""
    named = value.partition(":")[0]  # a test is named with its language and channel
    return _(_EVENTS.get(named) or _EVENTS_TO_OWNER.get(value, value))
