"""The nine statuses of a shipment, their reasons, and which of several counts for the whole."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    """What is known of a parcel. `UNFULFILLED` is said of an order that has none."""

    UNFULFILLED = "unfulfilled"
    PENDING = "pending"
    NOT_RECOGNIZED = "not_recognized"
    IN_TRANSIT = "in_transit"
    PICK_UP = "pick_up"
    EXPIRED = "expired"
    ALERT = "alert"
    UNDELIVERED = "undelivered"
    RETURNED = "returned"
    DELIVERED = "delivered"


class Reason(StrEnum):
    """Why a shipment is `alert` or `undelivered`."""

    REFUSED = "refused"
    BAD_ADDRESS = "bad_address"
    STORAGE_EXPIRED = "storage_expired"
    RECIPIENT_ABSENT = "recipient_absent"
    CUSTOMS_PROHIBITED = "customs_prohibited"
    CUSTOMS_RESTRICTED = "customs_restricted"
    CUSTOMS_UNSPECIFIED = "customs_unspecified"
    DAMAGED = "damaged"
    LOST = "lost"
    RECIPIENT_UNAVAILABLE = "recipient_unavailable"
    DELAYED_OR_RESCHEDULED = "delayed_or_rescheduled"
    LATER_DELIVERY_REQUESTED = "later_delivery_requested"
    ADDRESS_NOT_FOUND = "address_not_found"
    RURAL_OR_REMOTE = "rural_or_remote"
    RETURNING = "returning"
    DELAYED = "delayed"
    CANCELLED = "cancelled"
    DESTROYED = "destroyed"
    SECURITY_OR_FEE = "security_or_fee"
    OTHER = "other"


REASONS: dict[Status, tuple[Reason, ...]] = {
    Status.ALERT: (
        Reason.REFUSED,
        Reason.BAD_ADDRESS,
        Reason.STORAGE_EXPIRED,
        Reason.RECIPIENT_ABSENT,
        Reason.CUSTOMS_PROHIBITED,
        Reason.CUSTOMS_RESTRICTED,
        Reason.CUSTOMS_UNSPECIFIED,
        Reason.DAMAGED,
        Reason.LOST,
        Reason.DESTROYED,
        Reason.DELAYED,
        Reason.CANCELLED,
        Reason.RETURNING,
        Reason.OTHER,
    ),
    Status.UNDELIVERED: (
        Reason.RECIPIENT_UNAVAILABLE,
        Reason.DELAYED_OR_RESCHEDULED,
        Reason.LATER_DELIVERY_REQUESTED,
        Reason.ADDRESS_NOT_FOUND,
        Reason.RURAL_OR_REMOTE,
        Reason.SECURITY_OR_FEE,
        Reason.OTHER,
    ),
}
"""The reasons that belong to a status; the other statuses have none."""

SHIPMENT_STATUSES = tuple(status for status in Status if status is not Status.UNFULFILLED)
"""The nine a shipment can have, and the merchant can set by hand."""

TERMINAL = frozenset({Status.RETURNED, Status.DELIVERED})
"""An end: an older event does not undo it, and only these undo what the merchant set by hand."""

PROBLEMS = frozenset({Status.ALERT, Status.EXPIRED, Status.UNDELIVERED})
"""What requires attention by itself, whatever the order's age."""

TO_MEND = frozenset({Status.NOT_RECOGNIZED, Status.EXPIRED})
"""Whose number is broken or expired."""

_BY_NEED = (
    Status.ALERT,
    Status.UNDELIVERED,
    Status.EXPIRED,
    Status.NOT_RECOGNIZED,
    Status.PENDING,
    Status.IN_TRANSIT,
    Status.PICK_UP,
    Status.RETURNED,
    Status.DELIVERED,
)

_BY_ADVANCE = (
    Status.NOT_RECOGNIZED,
    Status.PENDING,
    Status.IN_TRANSIT,
    Status.PICK_UP,
    Status.EXPIRED,
    Status.ALERT,
    Status.UNDELIVERED,
    Status.RETURNED,
    Status.DELIVERED,
)


def neediest(statuses: Iterable[Status]) -> Status:
    """The status that needs the merchant most: the order's. `UNFULFILLED` where there is none."""
    return min(statuses, key=_BY_NEED.index, default=Status.UNFULFILLED)


def advance(status: Status) -> int:
    """How far along its way a parcel of this status is; the least counts for a fulfillment."""
    return _BY_ADVANCE.index(status)
