"""DHL's answers as snapshots. The shapes are those of its divisions, the parcels are made up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shopify_app import clock
from shopify_app.carriers import local_time
from shopify_app.carriers.base import Ref
from shopify_app.carriers.dhl import parse, places
from shopify_app.domain.facts import Snapshot

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
REF = Ref("7777777770")


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def event(timestamp: str, locality: str = "", **more: Any) -> dict[str, Any]:
    return {"timestamp": timestamp, "location": {"address": {"addressLocality": locality}}, **more}


def express(*events: dict[str, Any], code: str = "transit", **more: Any) -> dict[str, Any]:
    """As DHL Express answers: no status code in the events, the newest first."""
    status = {**events[0], "statusCode": code, "status": code}
    shipment = {"id": REF.number, "service": "express", "status": status, "events": list(events)}
    return {"shipments": [{**shipment, **more}]}


def read(told: dict[str, Any], ref: Ref = REF) -> Snapshot:
    found = parse.snapshot(ref, told)
    assert found
    return found


def test_express_tells_local_times_which_are_those_of_the_place() -> None:
    told = express(
        event(
            "2026-11-23T08:35:00",
            "LOS ANGELES, CA - USA",
            description="Shipment is out with courier for delivery",
        ),
        event("2026-11-22T23:47:00", "TOKYO - JAPAN", description="Processed at TOKYO - JAPAN"),
        event(
            "2026-11-22T20:10:00",
            "HONG KONG - HONG KONG SAR, CHINA",
            description="Shipment picked up",
        ),
    )
    snapshot = read(told)
    assert (snapshot.source, snapshot.number, snapshot.code) == (
        "dhl",
        REF.number,
        "transit_courier",
    )
    assert (snapshot.carrier, snapshot.carrier_name) == ("", "DHL Express")
    assert snapshot.synced_at == NOW
    assert [(c.happened_at, c.place, c.country) for c in snapshot.checkpoints] == [
        (datetime(2026, 11, 23, 16, 35, tzinfo=UTC), "LOS ANGELES, CA", "US"),
        (datetime(2026, 11, 22, 14, 47, tzinfo=UTC), "TOKYO", "JP"),
        (datetime(2026, 11, 22, 12, 10, tzinfo=UTC), "HONG KONG", "HK"),
    ]
    assert snapshot.checkpoints[0].local == "2026-11-23T08:35:00"
    assert snapshot.happened_at == datetime(2026, 11, 23, 16, 35, tzinfo=UTC)


def test_parcels_of_the_netherlands_tell_offsets_and_words_with_underscores() -> None:
    newest = event("2026-11-20T10:24:00+01:00", statusCode="transit", status="OUT_FOR_DELIVERY")
    told = {"shipments": [{"id": REF.number, "service": "parcel-nl", "status": newest}]}
    (checkpoint,) = read(told).checkpoints
    assert checkpoint.happened_at == datetime(2026, 11, 20, 9, 24, tzinfo=UTC)
    assert (checkpoint.text, checkpoint.code) == ("OUT FOR DELIVERY", "transit_courier")


def test_status_and_description_are_told_once_each() -> None:
    said = {"status": "DELIVERED", "description": "IN/AT MAILBOX"}
    told = express(
        event("2026-11-20T10:00:00", "Wilmette, IL, US", **said),
        event("2026-11-19T10:00:00", "Germany", status="Same words", description="Same words"),
    )
    assert [c.text for c in read(told).checkpoints] == ["DELIVERED: IN/AT MAILBOX", "Same words"]


@pytest.mark.parametrize(
    ("written", "locality", "expected"),
    [
        ("2026-11-20T10:00:00Z", "SYDNEY - AUSTRALIA", "2026-11-20T10:00:00+00:00"),
        ("2026-11-20T10:00:00.331986369+01:00", "", "2026-11-20T09:00:00.331986+00:00"),
        ("2026-11-20T10:00:00", "Radefeld, Germany", "2026-11-20T09:00:00+00:00"),
        ("2026-07-20T10:00:00", "Germany", "2026-07-20T08:00:00+00:00"),
        ("2026-11-20T10:00:00", "BROOKLYN, NY - USA", "2026-11-20T15:00:00+00:00"),
        ("2026-11-20T10:00:00", "VANCOUVER, BC - CANADA", "2026-11-20T18:00:00+00:00"),
        ("2026-11-20T10:00:00", "HO CHI MINH CITY - VIETNAM", "2026-11-20T03:00:00+00:00"),
        ("2026-11-20T10:00:00", "EAST MIDLANDS - UK", "2026-11-20T10:00:00+00:00"),
        ("2026-11-20T10:00:00", "SHENZHEN - CHINA MAINLAND", "2026-11-20T02:00:00+00:00"),
        ("2026-11-20T10:00:00", "NOWHERE AT ALL", "2026-11-20T10:00:00+00:00"),
        ("2026-11-20", "", "2026-11-20T00:00:00+00:00"),
        ("yesterday", "", None),
        ("0001-01-01T00:00:00", "TOKYO - JAPAN", None),
        (20261120, "", None),
        (None, "", None),
    ],
)
def test_a_time_without_a_zone_is_the_places_own(
    written: object, locality: str, expected: str | None
) -> None:
    moment = local_time.moment(written, *places.place({"addressLocality": locality}))
    assert (moment.isoformat() if moment else None) == expected


def test_a_country_with_many_zones_is_taken_in_its_middle() -> None:
    moment = local_time.moment("2026-11-20T12:00:00", "SOMEWHERE", "US")
    assert moment
    assert 17 <= moment.hour <= 19


def test_a_country_code_wins_over_the_name() -> None:
    address = {"addressLocality": "Oderweg 2, AMSTERDAM", "countryCode": "nl"}
    assert places.place(address) == ("Oderweg 2, AMSTERDAM", "NL")


@pytest.mark.parametrize(
    ("code", "flag", "expected"),
    [
        ("transit", {"returnFlag": True}, "transit_returning"),
        ("delivered", {"returnFlag": True}, "delivered_returned"),
        ("delivered", {"returnFlag": False}, "delivered"),
        ("delivered", {}, "delivered"),
    ],
)
def test_the_flag_of_a_return_counts(code: str, flag: dict[str, bool], expected: str) -> None:
    told = express(event("2026-11-20T10:00:00", description="Processed"), code=code, **flag)
    assert read(told).code == expected


def test_where_the_status_says_nothing_the_newest_event_that_does_counts() -> None:
    told = express(
        event("2026-11-20T12:00:00", statusCode="unknown", description="Note taken"),
        event("2026-11-20T11:00:00", statusCode="transit", description="Out for delivery"),
        event("2026-11-20T10:00:00", statusCode="pre-transit"),
        code="unknown",
    )
    assert read(told).code == "transit_courier"


def test_of_several_shipments_ours_is_taken() -> None:
    other = express(event("2026-11-19T10:00:00"), code="delivered", id="1099255990")
    ours = express(event("2026-11-20T10:00:00"), code="transit", id=7777777770)
    both = {"shipments": other["shipments"] + ours["shipments"]}
    snapshot = read(both)
    assert (snapshot.code, snapshot.checkpoints[0].carrier_number) == ("transit", "")


def test_an_answer_about_another_number_of_the_parcel_says_so() -> None:
    told = express(event("2026-11-20T10:00:00"), id="1099255990")
    snapshot = read(told, Ref("00340434292135100148"))
    assert snapshot.number == "00340434292135100148"
    assert snapshot.checkpoints[0].carrier_number == "1099255990"


@pytest.mark.parametrize("told", [{}, {"shipments": []}, {"shipments": None}])
def test_an_answer_without_a_shipment_is_none(told: dict[str, Any]) -> None:
    assert parse.snapshot(REF, told) is None
