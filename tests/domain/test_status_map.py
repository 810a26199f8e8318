"""What the words of each source mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.domain import status_map
from shopify_app.domain.status import SHIPMENT_STATUSES, Reason, Status

TABLE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "status_mapping.json"
SOURCES = ["17track", "shopify", "merchant"]
WITH_REASON = {Status.ALERT, Status.UNDELIVERED}
SHOPIFY_EVENTS = {
    "ATTEMPTED_DELIVERY",
    "CARRIER_PICKED_UP",
    "CONFIRMED",
    "DELAYED",
    "DELIVERED",
    "FAILURE",
    "IN_TRANSIT",
    "LABEL_PRINTED",
    "LABEL_PURCHASED",
    "OUT_FOR_DELIVERY",
    "READY_FOR_PICKUP",
}
"""FulfillmentEventStatus of the Admin API 2026-10, whole."""
MAIN_STATUSES = {
    "NotFound": Status.PENDING,
    "InfoReceived": Status.PENDING,
    "InTransit": Status.IN_TRANSIT,
    "Expired": Status.EXPIRED,
    "AvailableForPickup": Status.PICK_UP,
    "OutForDelivery": Status.PICK_UP,
    "DeliveryFailure": Status.UNDELIVERED,
    "Delivered": Status.DELIVERED,
    "Exception": Status.ALERT,
}
"""The nine main statuses of 17TRACK's API v2.4."""


@pytest.fixture(scope="module")
def mapping() -> dict[str, dict[str, Any]]:
    if not TABLE.exists():
        pytest.skip("the mapping tables that ours were made from are not at hand")
    told: dict[str, dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return told


def test_our_table_of_17track_says_what_the_decided_one_says(
    mapping: dict[str, dict[str, Any]],
) -> None:
    decided = {
        code: (row["oberlo"], row["reason"], row["shopify"])
        for code, row in mapping["seventeentrack_sub"].items()
    }
    ours = {
        code: (str(row.status), row.reason and str(row.reason), row.shopify)
        for code, row in status_map.SEVENTEENTRACK.items()
    }
    assert ours == decided


def test_a_main_status_falls_back_as_it_was_decided(mapping: dict[str, dict[str, Any]]) -> None:
    decided = mapping["seventeentrack_main_fallback"]
    assert {main: status_map.rule("17track", main) for main in decided} == decided


@pytest.mark.parametrize("main", MAIN_STATUSES)
@pytest.mark.parametrize("tail", ["", "_", "_Teleported", "_Held_By_Pirates"])
def test_an_unknown_sub_status_of_17track_means_its_main_status(main: str, tail: str) -> None:
    meaning = status_map.meaning("17track", main + tail)
    assert meaning
    assert meaning.status is MAIN_STATUSES[main]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("word", ["", "_", "Other", "_Other", "Teleported", "DELIVERED", "Đã giao"])
def test_an_unknown_word_means_nothing(source: str, word: str) -> None:
    assert status_map.meaning(source, word) is None
    assert status_map.rule(source, word) == ""


@given(st.sampled_from(SOURCES), st.text())
def test_no_word_raises(source: str, word: str) -> None:
    rule = status_map.rule(source, word)
    assert (rule == "") == (status_map.meaning(source, word) is None)


@pytest.mark.parametrize("source", SOURCES)
def test_a_reason_goes_with_alert_and_undelivered_alone(source: str) -> None:
    table: dict[str, status_map.Meaning] = status_map._TABLES[source]
    for code, row in table.items():
        assert (row.reason is not None) == (row.status in WITH_REASON), code
        assert row.shopify is None or row.shopify in SHOPIFY_EVENTS, code


def test_each_of_shopifys_events_means_itself() -> None:
    assert {code.upper() for code in status_map.SHOPIFY} == SHOPIFY_EVENTS
    assert all(row.shopify == code.upper() for code, row in status_map.SHOPIFY.items())


def test_the_merchant_can_say_each_status_and_shopify_hears_of_it() -> None:
    assert set(status_map.MERCHANT) == set(SHIPMENT_STATUSES)
    assert all(row.status == word and row.shopify for word, row in status_map.MERCHANT.items())


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        pytest.param("DeliveryFailure_Rejected", "alert", Reason.REFUSED, id="a refusal"),
        pytest.param("Exception_Returning", "alert", Reason.RETURNING, id="on its way back"),
        pytest.param("Exception_Returned", "returned", None, id="back at the supplier"),
        pytest.param("OutForDelivery_Other", "pick_up", None, id="out for delivery"),
        pytest.param("InTransit_CustomsProcessing", "in_transit", None, id="waits for customs"),
        pytest.param("NotFound_InvalidCode", "not_recognized", None, id="a bad number"),
    ],
)
def test_what_was_decided_by_judgement_stands(
    code: str, status: str, reason: Reason | None
) -> None:
    meaning = status_map.meaning("17track", code)
    assert meaning
    assert (meaning.status, meaning.reason) == (status, reason)
