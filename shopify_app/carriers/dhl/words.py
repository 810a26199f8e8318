"""What an event of DHL is called here: its status code, with what its text adds.

DHL has five status codes for everything, and says that "out for delivery", "return to origin" and
"ready for pick-up" are planned (its help page on status codes). Until then only the text tells, and
each division words it in its own way. The phrases are those of Express (DHL's page "Tracking
status explained"), of parcels in Germany and the Netherlands, and of eCommerce, as answers of the
API show them. They are few and plain: a wrong detail is worse than none.
"""

from __future__ import annotations

import re

KNOWN = ("pre-transit", "transit", "delivered", "failure")
"""The status codes that say something; the fifth is `unknown`."""

_TROUBLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("returned", ("delivered at shipper", "delivered to shipper", "delivered to sender")),
    (
        "returning",
        (
            "returned to shipper",
            "returned to sender",
            "returned to the sender",
            "return to shipper",
            "return to sender",
            "return to the sender",
            "on route to shipper",
        ),
    ),
    ("refused", ("refused", "declined by recipient")),
    ("storage", ("storage period ended", "storage period has expired", "not collected in time")),
    (
        "absent",
        (
            "not home",
            "recipient not available",
            "recipient was not available",
            "recipient was not present",
            "recipient not present",
            "business closed",
        ),
    ),
    (
        "unfound",
        ("address not found", "could not be found", "no name on the doorbell", "address unknown"),
    ),
    (
        "address",
        (
            "address information needed",
            "incorrect address",
            "address incorrect",
            "address is incorrect",
            "incomplete address",
            "address incomplete",
            "recipient moved",
            "recipient has moved",
        ),
    ),
    ("later", ("as agreed", "recipient requested delivery", "recipient requested a later")),
    ("rescheduled", ("rescheduled", "postponed")),
    ("damaged", ("damaged",)),
    ("lost", ("lost",)),
    ("destroyed", ("destroyed", "disposed of")),
    ("cancelled", ("shipment cancelled", "shipment canceled")),
    (
        "attempt",
        ("delivery attempted", "delivery not possible", "could not be delivered", "not delivered"),
    ),
)
_WAY: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "courier",
        (
            "out for delivery",
            "out with courier",
            "with delivery courier",
            "loaded onto the delivery vehicle",
        ),
    ),
    (
        "counter",
        (
            "ready for pick up",
            "ready for pickup",
            "available for pick up",
            "available for pickup",
            "ready for collection",
            "awaiting collection",
            "delivered at parcelshop",
            "notification for parcelshop collection has been sent",
        ),
    ),
    ("collected", ("shipment picked up", "shipment has been picked up")),
)
_HELD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("held", ("on hold",)),
    ("delayed", ("delayed",)),
    ("customs", ("customs", "clearance event", "clearance processing")),
)
_OF_CODE = {
    "transit": (*_TROUBLE, *_WAY, *_HELD),
    "unknown": _TROUBLE,
    "failure": (*_TROUBLE, *reversed(_HELD)),
    "delivered": _TROUBLE[:2],
}


def word(status_code: str, text: str, *, returning: bool = False) -> str:
    """The key that `status_map.DHL` is asked for, such as `transit_courier`.

    `returning` is DHL's own flag for a parcel on its way back to the sender.
    """
    if status_code == "delivered":
        back = returning or _detail(status_code, text)
        return "delivered_returned" if back else status_code
    detail = "returning" if returning else _detail(status_code, text)
    return f"{status_code}_{detail}" if detail else status_code


def _detail(status_code: str, text: str) -> str:
    plain = f" {' '.join(re.split('[^a-z0-9]+', text.casefold()))} "
    for detail, phrases in _OF_CODE.get(status_code, ()):
        if any(f" {phrase} " in plain for phrase in phrases):
            return detail
    return ""
