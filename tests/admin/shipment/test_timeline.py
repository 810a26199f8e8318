"""A parcel's way in legs: by country and carrier, each with its length."""

from __future__ import annotations

from datetime import timedelta

from shopify_app.admin.shipment import timeline
from shopify_app.models import CheckpointRow
from tests.support import NOON


def told(*steps: tuple[str, str]) -> list[CheckpointRow]:
    """Checkpoints a day apart, newest first."""
    return [
        CheckpointRow(
            country=country,
            carrier=carrier,
            carrier_number="",
            happened_at=NOON - timedelta(days=age),
        )
        for age, (country, carrier) in enumerate(steps)
    ]


def test_a_leg_ends_where_the_country_or_the_carrier_changes() -> None:
    rows = told(("CA", "Canada Post"), ("CA", "Canada Post"), ("CA", "UPS"), ("CN", "YunExpress"))
    found = [(leg.country, leg.carrier, leg.length) for leg in timeline.legs(rows)]
    assert found == [
        ("CA", "Canada Post", timedelta(days=1)),
        ("CA", "UPS", None),
        ("CN", "YunExpress", None),
    ]


def test_who_names_no_carrier_breaks_no_leg() -> None:
    rows = told(("US", ""), ("US", "USPS"), ("US", ""), ("US", "USPS"), ("CN", ""), ("CN", ""))
    found = [(leg.country, leg.carrier, len(leg.checkpoints)) for leg in timeline.legs(rows)]
    assert found == [("US", "USPS", 4), ("CN", "", 2)]
