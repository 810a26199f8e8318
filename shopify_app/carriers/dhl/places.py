"""Where an event of DHL was.

DHL's divisions write places each in their own way (`TOKYO - JAPAN`, `Radefeld, Germany`,
`LOS ANGELES, CA - USA`). Source: the API's reference, and answers of each division.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from babel import Locale

from shopify_app.carriers import told

_OWN_NAMES = {
    "usa": "US",
    "uk": "GB",
    "china mainland": "CN",
    "china, peoples republic": "CN",
    "hong kong sar, china": "HK",
    "hong kong": "HK",
    "macau sar, china": "MO",
    "korea, republic of": "KR",
    "czech republic, the": "CZ",
    "netherlands, the": "NL",
}
"""Names of countries that DHL Express writes otherwise than the CLDR."""


def place(address: Mapping[str, Any]) -> tuple[str, str]:
    """The place's name and its country (ISO 3166-1 alpha-2); empty what is not said."""
    locality = told.text(address.get("addressLocality")).strip()
    code = told.text(address.get("countryCode")).upper()
    for separator in (" - ", ", "):
        name, _, last = locality.rpartition(separator)
        if found := _country(last):
            return name, code or found
    return locality, code


def _country(name: str) -> str:
    known = _countries()
    return known.get(name.casefold(), "") or (name if name in known.values() else "")


@cache
def _countries() -> dict[str, str]:
    territories = Locale("en").territories.items()
    return {name.casefold(): code for code, name in territories if len(code) == 2} | _OWN_NAMES
