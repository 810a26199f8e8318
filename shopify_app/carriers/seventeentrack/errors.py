"""17TRACK's error codes, by what follows from them.

Source: its help page "Error Codes and Troubleshooting"; -18010022 is not on it, but in the
documentation of v2.4.
"""

from __future__ import annotations

from shopify_app.carriers.base import Field, Kind
from shopify_app.carriers.seventeentrack import asked

TOO_MANY = 429
KEY_REFUSED = frozenset({-18010001, -18010002, -18010004, -18010005})
"""The address is not allowed, the key is wrong, the account is disabled or not authorised."""

_BAD_FORMAT = -18010012
NOT_REGISTERED = -18019902
BAD_CARRIER = -18019910

_KINDS: dict[int, Kind] = {
    -18010011: "bad_field",
    _BAD_FORMAT: "bad_number",
    -18010015: "bad_field",
    -18010018: "need_field",
    -18010019: "need_field",
    -18010020: "need_field",
    -18010022: "need_field",
    -18010201: "no_push_address",
    -18010204: "no_push_address",
    # Of a change of the carrier or of what is known of the parcel.
    -18019802: "no_carrier",
    -18019803: "already",
    -18019805: "not_registered",
    -18019806: "stopped",
    -18019807: "too_many_changes",
    -18019808: "no_info",
    -18019809: "already",
    -18019811: "bad_field",
    -18019815: "carrier_unavailable",
    -18019816: "carrier_unavailable",
    # Of how a number is followed.
    -18019901: "already",
    NOT_REGISTERED: "not_registered",
    -18019903: "no_carrier",
    -18019904: "not_stopped",
    -18019905: "retracked_already",
    -18019906: "stopped",
    -18019907: "daily_limit",
    -18019908: "quota",
    -18019909: "no_info",
    BAD_CARRIER: "no_carrier",
    -18019911: "carrier_unavailable",
}
"""What is not here tells nothing of the number: data missing (-18010010) or broken (-18010013), a
last carrier that is no post (-18010016), one of several registrations not named (-18019801,
-18019810), no new carrier named (-18019804), a push that failed (-18010206), real-time tracking.
"""

_NEEDED: dict[int, tuple[Field, ...]] = {
    -18010018: ("country", "postcode"),
    -18010019: ("postcode",),
    -18010020: ("phone",),
    -18010022: ("date",),
}


def meaning(code: int, message: str) -> tuple[Kind, tuple[Field, ...]]:
    """What an error about one number amounts to, and the fields it is about.

    The message names the field where the code can be about several; a code we were not taught is
    `other`. A bad format is of the number unless a field is named.
    """
    kind = _KINDS.get(code, "other")
    named = asked.named(message)
    if code == _BAD_FORMAT and named:
        return "bad_field", named
    if kind == "need_field":
        return kind, named or _NEEDED[code]
    return kind, named if kind == "bad_field" else ()
