"""Where an event of DHL was, and in which zone its clock stood.

DHL's divisions write places each in their own way (`TOKYO - JAPAN`, `Radefeld, Germany`,
`LOS ANGELES, CA - USA`), and its Express and German parcel divisions give times without a zone:
they are the place's own. Source: the API's reference, and answers of each division.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from functools import cache
from typing import Any

from babel import Locale

from shopify_app.carriers import told
from shopify_app.domain import customer_zone

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
_A_WINTER = datetime(2026, 1, 1)  # noqa: DTZ001 - what its offset is, each zone says


def place(address: Mapping[str, Any]) -> tuple[str, str]:
    """The place's name and its country (ISO 3166-1 alpha-2); empty what is not said."""
    locality = told.text(address.get("addressLocality")).strip()
    code = told.text(address.get("countryCode")).upper()
    for separator in (" - ", ", "):
        name, _, last = locality.rpartition(separator)
        if found := _country(last):
            return name, code or found
    return locality, code


def moment(written: object, name: str, country: str) -> datetime | None:
    """A timestamp as UTC. Without a zone it is local time; of an unknown place, taken for UTC."""
    return told.moment(written, _zone(name, country))


def _zone(name: str, country: str) -> tzinfo:
    """The zone of a place. Where the state does not tell it, the middle one of the country's."""
    state = re.search(r", ([A-Z]{2,3})$", name)
    if state and (likely := customer_zone.zones_of_province(country, state[1])):
        return likely[0]
    zones = customer_zone.zones(country, "")
    return sorted(zones, key=lambda zone: zone.utcoffset(_A_WINTER) or timedelta())[len(zones) // 2]


def _country(name: str) -> str:
    known = _countries()
    return known.get(name.casefold(), "") or (name if name in known.values() else "")


@cache
def _countries() -> dict[str, str]:
    territories = Locale("en").territories.items()
    return {name.casefold(): code for code, name in territories if len(code) == 2} | _OWN_NAMES
