"""What a merchant is to do about an order, and why it requires attention, in words."""

from __future__ import annotations

from datetime import timedelta

from shopify_app import clock
from shopify_app.admin import formats, words
from shopify_app.admin.language import N_, _, ngettext
from shopify_app.admin.shipment import problems
from shopify_app.domain.shipment import RECOGNIZED_WITHIN
from shopify_app.domain.status import Reason, Status
from shopify_app.models import Order, Shipment

SILENT_AFTER = timedelta(days=14)
"""Without news for so long it is worth asking."""

_BY_REASON = {
    Reason.REFUSED: N_("Ask the customer why"),
    Reason.BAD_ADDRESS: N_("Ask the customer for the address"),
    Reason.STORAGE_EXPIRED: N_("Ask the supplier to stop the return"),
    Reason.RECIPIENT_ABSENT: N_("Tell the customer to collect it"),
    Reason.CUSTOMS_PROHIBITED: N_("Ask the carrier what customs want"),
    Reason.CUSTOMS_RESTRICTED: N_("Ask the carrier what customs want"),
    Reason.CUSTOMS_UNSPECIFIED: N_("Send the carrier an invoice"),
    Reason.DAMAGED: N_("Refund or send again"),
    Reason.LOST: N_("Refund or send again"),
    Reason.DESTROYED: N_("Refund or send again"),
    Reason.RECIPIENT_UNAVAILABLE: N_("Tell the customer to collect it"),
    Reason.DELAYED_OR_RESCHEDULED: N_("Tell the customer it is late"),
    Reason.DELAYED: N_("Tell the customer it is late"),
    Reason.LATER_DELIVERY_REQUESTED: N_("Wait for the day agreed"),
    Reason.ADDRESS_NOT_FOUND: N_("Ask the customer for the address"),
    Reason.RURAL_OR_REMOTE: N_("Tell the customer to collect it"),
    Reason.RETURNING: N_("Ask the supplier to stop the return"),
    Reason.CANCELLED: N_("Ask the supplier to send it again"),
    Reason.SECURITY_OR_FEE: N_("Ask the customer to pay the fee"),
    Reason.OTHER: N_("Ask the carrier what happened"),
}

_BY_STATUS = {
    Status.EXPIRED: N_("Ask the supplier where it is"),
    Status.NOT_RECOGNIZED: N_("Ask the supplier for the right number"),
    Status.RETURNED: N_("Refund or send again"),
}


def step(order: Order, shipment: Shipment | None) -> str:
    """What the merchant is to do about an order because of this shipment; empty: nothing."""
    if shipment is None or shipment.resolved_at:
        return _by_age(order)
    if shipment.problem and shipment.to_mend:
        return problems.step(shipment.problem)
    status = Status(shipment.status)
    if status in {Status.ALERT, Status.UNDELIVERED} and shipment.reason:
        return _(_BY_REASON[Reason(shipment.reason)])
    if status is Status.PENDING:
        return _while_pending(shipment)
    return _(_BY_STATUS[status]) if status in _BY_STATUS else _by_age(order)


def _while_pending(shipment: Shipment) -> str:
    if _unnamed(shipment):
        return _("Ask the supplier for the number")
    if is_fresh(shipment):
        until = formats.day(shipment.status_since + RECOGNIZED_WITHIN)
        return _("Wait for a first scan until %(day)s", day=until)
    return _("Ask the supplier whether it left")


def _by_age(order: Order) -> str:
    now = clock.now()
    if left_to_fulfill(order):
        return _("Fulfill the rest")
    if order.unfulfilled_from and order.unfulfilled_from <= now:
        return _("Fulfill it or write to the customer")
    if order.late_from and order.late_from <= now:
        return _("Ask the supplier; offer a refund")
    if order.silent_since and order.silent_since <= now - SILENT_AFTER:
        return _("No news for %(age)s: retrack", age=formats.age(order.silent_since))
    return ""


def left_to_fulfill(order: Order) -> int:
    """How many items of a partly fulfilled order are still to be fulfilled."""
    if order.fulfillment_status != "partially_fulfilled" or order.cancelled_at or order.closed_at:
        return 0
    return sum(item["unfulfilled"] for item in order.items if item["requires_shipping"])


def still_to_fulfill(order: Order) -> str:
    """The same in words; empty where nothing of it is left, or all of it."""
    left = left_to_fulfill(order)
    if not left:
        return ""
    return ngettext("%(n)s item still to fulfill", "%(n)s items still to fulfill", left)


def is_fresh(shipment: Shipment) -> bool:
    """Whether its number may still come alive."""
    return clock.now() < shipment.status_since + RECOGNIZED_WITHIN


def meaning(shipment: Shipment) -> str:
    """What its status means, in a sentence."""
    if shipment.status != Status.PENDING or shipment.pinned:
        return words.meaning(shipment.status)
    if _unnamed(shipment):
        return _("It has no tracking number, so nobody can be asked where it is.")
    if is_fresh(shipment):
        return words.meaning(shipment.status)
    return _("For %(age)s no scan of it is known.", age=formats.age(shipment.status_since))


def _unnamed(shipment: Shipment) -> bool:
    return not shipment.number and not shipment.status_source


def attention(order: Order) -> str:
    """Why an order requires attention, and since when; empty if it does not."""
    if not order.requires_attention:
        return ""
    now, whys = clock.now(), []
    if order.unfulfilled_from and order.unfulfilled_from <= now:
        whys.append(_("not fulfilled for 7 days"))
    if order.problem_from and order.problem_from <= now:
        whys.append(words.status(order.status))
    if order.late_from and order.late_from <= now:
        whys.append(_("over 45 days"))
    since = formats.short_moment(order.attention_from)
    return _("Since %(since)s: %(why)s", since=since, why="; ".join(whys))


def neediest(order: Order) -> Shipment | None:
    """The shipment that makes the order's status what it is; of several one that is to be mended,
    and none whose trouble was put aside while there is another.
    """
    alike = (s for s in order.shipments if s.status == order.status)
    return min(alike, key=lambda s: (s.resolved_at is not None, not s.to_mend), default=None)


def to_mend(order: Order) -> Shipment | None:
    """The shipment whose number is to be mended."""
    return next((s for s in order.shipments if s.to_mend), None)
