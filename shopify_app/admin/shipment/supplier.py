"""A message for the supplier, ready to be copied. It names no customer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shopify_app.admin import formats, language, words
from shopify_app.admin.language import N_, _
from shopify_app.admin.shipment import problems
from shopify_app.domain.status import Reason, Status
from shopify_app.models import Order, Shipment

_SEND_AGAIN = N_("Please send the goods again or refund them, and claim the loss from the carrier.")
_STOP_RETURN = N_(
    "Please ask the carrier to keep the parcel and not to send it back, and tell us until when."
)
_CUSTOMS = N_("Please send the carrier the commercial invoice, and whatever else customs ask for.")
_LABEL = N_("Please tell us what address stands on the label, so that we can compare it.")

_BY_REASON = {
    Reason.DAMAGED: _SEND_AGAIN,
    Reason.LOST: _SEND_AGAIN,
    Reason.DESTROYED: _SEND_AGAIN,
    Reason.CANCELLED: N_("Please send the goods again and give us the new tracking number."),
    Reason.REFUSED: _STOP_RETURN,
    Reason.RETURNING: _STOP_RETURN,
    Reason.STORAGE_EXPIRED: _STOP_RETURN,
    Reason.BAD_ADDRESS: _LABEL,
    Reason.ADDRESS_NOT_FOUND: _LABEL,
    Reason.CUSTOMS_PROHIBITED: _CUSTOMS,
    Reason.CUSTOMS_RESTRICTED: _CUSTOMS,
    Reason.CUSTOMS_UNSPECIFIED: _CUSTOMS,
    Reason.SECURITY_OR_FEE: N_("Please tell us what has to be paid or checked, and by whom."),
}

_BY_STATUS = {
    Status.PENDING: N_(
        "There is no scan yet. Please tell us whether the parcel has left, and when. "
        "If it has another tracking number, please send us that one."
    ),
    Status.NOT_RECOGNIZED: N_(
        "The carrier does not know this number. "
        "Please send us the right tracking number and the name of the carrier."
    ),
    Status.IN_TRANSIT: N_("Please ask the carrier when the parcel will arrive, and tell us."),
    Status.PICK_UP: N_("Please ask the carrier when the parcel will arrive, and tell us."),
    Status.EXPIRED: N_(
        "There has been no news for too long. Please ask the carrier where the parcel is. "
        "If it is lost, please send the goods again or refund them."
    ),
    Status.ALERT: N_("Please ask the carrier what happened, and tell us what is to be done."),
    Status.UNDELIVERED: N_("Please ask the carrier to try once more, and tell us what it needs."),
    Status.RETURNED: N_(
        "The parcel is back with you. Please tell us whether you send it again or refund it."
    ),
}


def messages(shipment: Shipment, order: Order) -> list[tuple[str, str]]:
    """The message in English, and in the page's language if that is another: (language, text).

    None for a parcel that arrived.
    """
    if shipment.status == Status.DELIVERED:
        return []
    found = []
    for spoken in dict.fromkeys(("en", language.current())):
        with language.speaking(spoken):
            found.append((spoken, _message(shipment, order)))
    return found


def _message(shipment: Shipment, order: Order) -> str:
    facts = "\n".join(f"{name}: {value}" for name, value in _facts(shipment, order))
    return "\n\n".join((_("Hello,"), facts, _ask(shipment), _("Thank you.")))


def _facts(shipment: Shipment, order: Order) -> Iterator[tuple[str, str]]:
    carrier = shipment.carrier_label
    yield _("Order"), order.name
    if shipment.number:
        yield _("Tracking number"), shipment.number
    if carrier:
        yield _("Carrier"), carrier
    yield _("Sent"), formats.day(shipment.fulfillment.created_at)
    yield _("Status"), _status(shipment)
    if shipment.last_text:
        yield _("The carrier says"), f"“{_without_name(shipment.last_text, order)}”"


def _status(shipment: Shipment) -> str:
    reason = f", {words.reason(shipment.reason)}" if shipment.reason else ""
    since = _("since %(day)s", day=formats.day(shipment.status_since))
    return f"{words.status(shipment.status)}{reason}, {since}"


def _without_name(text: str, order: Order) -> str:
    """Carriers write who signed for a parcel or refused it."""
    for name in (order.customer_name, *order.customer_name.split()):
        if len(name) > 1:
            text = re.sub(rf"\b{re.escape(name)}\b", "…", text, flags=re.IGNORECASE)
    return text


def _ask(shipment: Shipment) -> str:
    if not shipment.number:
        return _("Please send us the tracking number and the name of the carrier.")
    if shipment.problem and problems.form(shipment.problem) == "fields":
        asked = problems.names(problems.asked(shipment))
        return _("The carrier asks for this before it tells of the parcel: %(asked)s.", asked=asked)
    if shipment.problem and shipment.status == Status.PENDING:
        return _(_BY_STATUS[Status.NOT_RECOGNIZED])
    by_reason = _BY_REASON.get(Reason(shipment.reason)) if shipment.reason else None
    return _(by_reason or _BY_STATUS[Status(shipment.status)])
