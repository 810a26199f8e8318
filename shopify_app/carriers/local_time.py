"""The moments of carriers that write the time of the place without saying which zone that is."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from shopify_app import clock
from shopify_app.carriers import told
from shopify_app.domain import customer_zone

_A_WINTER = datetime(2026, 1, 1)  # noqa: DTZ001 - what its offset is, each zone says


def moment(written: object, place: str, country: str) -> datetime | None:
    """A time as UTC. Without a zone it is the place's; of an unknown place, taken for UTC.

    Nothing has happened after now: where the zone is guessed wrong, now is nearer to the truth.
    """
    at = told.moment(written, _zone(place, country))
    return min(at, clock.now()) if at else None


def _zone(place: str, country: str) -> tzinfo:
    """The zone of a place. Where the state does not tell it, the middle one of the country's."""
    state = re.search(r", ([A-Z]{2,3})$", place)
    if state and (likely := customer_zone.zones_of_province(country, state[1])):
        return likely[0]
    zones = customer_zone.zones(country, "")
    return sorted(zones, key=lambda zone: zone.utcoffset(_A_WINTER) or timedelta())[len(zones) // 2]
