"""17TRACK's error codes, by what follows from them. Source: its help page on error codes."""

from __future__ import annotations

from shopify_app.carriers.base import Kind

TOO_MANY = 429
KEY_REFUSED = frozenset({-18010001, -18010002, -18010004, -18010005})
"""The address is not allowed, the key is wrong, the account is disabled or not authorised."""

_KINDS: dict[int, Kind] = {
    -18010012: "bad_number",
    -18010013: "bad_number",
    -18010016: "need_field",
    -18010018: "need_field",
    -18010019: "need_field",
    -18010020: "need_field",
    -18010022: "need_field",
    -18019901: "already",
    -18019902: "not_registered",
    -18019903: "no_carrier",
    -18019907: "quota",
    -18019908: "quota",
    -18019909: "no_info",
    -18019910: "no_carrier",
    -18019911: "no_carrier",
}


def kind(code: int) -> Kind:
    """What an error about one number amounts to; a code we were not taught is `other`."""
    return _KINDS.get(code, "other")
