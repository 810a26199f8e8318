"""In which time zones a customer may live.

They go by the shipping address, not by the phone number. Where a province lies in several, or a
country does and the province does not tell, an hour has to be fit in all of them.
"""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

_MOSTLY = {
    "US": {
        "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
        "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
        "America/Denver": "CO ID MT NM UT WY",
        "America/Phoenix": "AZ",
        "America/Los_Angeles": "CA NV OR WA",
        "America/Anchorage": "AK",
        "Pacific/Honolulu": "HI",
        "America/Puerto_Rico": "PR VI",
        "Pacific/Guam": "GU MP",
        "Pacific/Pago_Pago": "AS",
    },
    "CA": {
        "America/St_Johns": "NL",
        "America/Halifax": "NB NS PE",
        "America/Toronto": "ON QC",
        "America/Winnipeg": "MB",
        "America/Regina": "SK",
        "America/Edmonton": "AB NT",
        "America/Vancouver": "BC",
        "America/Whitehorse": "YT",
        "America/Iqaluit": "NU",
    },
    "AU": {
        "Australia/Sydney": "NSW ACT VIC TAS",
        "Australia/Brisbane": "QLD",
        "Australia/Adelaide": "SA",
        "Australia/Darwin": "NT",
        "Australia/Perth": "WA",
    },
}
_PARTLY = {
    "US": {
        "America/New_York": "TN",
        "America/Chicago": "FL IN KY MI",
        "America/Denver": "AZ KS ND NE NV OR SD TX",
        "America/Los_Angeles": "ID",
        "America/Adak": "AK",
    },
    "CA": {
        "America/Halifax": "NL QC",
        "America/Winnipeg": "NU ON",
        "America/Edmonton": "BC NU SK",
    },
    "AU": {"Australia/Adelaide": "NSW"},
}
"""Provinces that lie in more than one zone, with the others."""


def zones(country_code: str, province_code: str) -> list[ZoneInfo]:
    """The zones the address may lie in; UTC for a country nobody named."""
    of_province = zones_of_province(country_code, province_code)
    return of_province or _of_country(country_code) or [ZoneInfo("UTC")]


def zones_of_province(country_code: str, province_code: str) -> list[ZoneInfo]:
    """The zones of a province, first that of its most people; none where the country has one."""
    return [
        ZoneInfo(zone)
        for table in (_MOSTLY, _PARTLY)
        for zone, provinces in table.get(country_code, {}).items()
        if province_code in provinces.split()
    ]


@cache
def _of_country(country_code: str) -> list[ZoneInfo]:
    names = get_global("territory_zones").get(country_code, [])
    return [zone for zone in map(_zone, names) if zone]


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return None
