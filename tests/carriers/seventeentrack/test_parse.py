"""17TRACK's answers as our facts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shopify_app.carriers.base import Ref, Refusal
from shopify_app.carriers.seventeentrack import parse
from shopify_app.domain.facts import Snapshot
from tests import payloads
from tests.payloads import NUMBER, Body, step, track_info, tracked
from tests.support import NOON, TestClock

STEPS = (
    step("Delivered_Other", "2026-11-24T09:30:00Z", "Delivered", "New York"),
    step("InTransit_Departure", "2026-11-20T22:00:00Z", "Left the country", "Shenzhen", "CN"),
)


def snapshot(item: Body) -> Snapshot:
    told = parse.snapshot(item)
    assert told
    return told


def first_step(**more: Any) -> Any:
    """The checkpoint that a parcel's only event becomes."""
    event = step("InTransit_Other", "2026-11-20T22:00:00Z") | more
    [found] = snapshot(tracked(NUMBER, event, code="InTransit_Other")).checkpoints
    return found


def test_a_parcel_comes_with_its_whole_way() -> None:
    told = snapshot(tracked(NUMBER, *STEPS))
    assert (told.source, told.number, told.code) == ("17track", NUMBER, "Delivered_Other")
    assert (told.carrier, told.carrier_name) == ("190008", "YunExpress")
    assert told.synced_at == datetime(2026, 11, 24, 11, 50, tzinfo=UTC)
    assert told.happened_at == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    newest, oldest = told.checkpoints
    assert (newest.text, newest.place, newest.country) == ("Delivered", "New York", "US")
    assert (oldest.code, oldest.country, oldest.carrier) == (
        "InTransit_Departure",
        "CN",
        "YunExpress",
    )


def test_the_steps_of_all_carriers_stand_newest_first_and_the_last_ones_number_with_its_own() -> (
    None
):
    item = tracked(NUMBER, STEPS[1])
    last = {
        "provider": {"key": 21051, "name": "USPS", "country": "US"},
        "latest_sync_time": "2026-11-24T11:59:00Z",
        "events": [STEPS[0]],
    }
    item["track_info"]["tracking"]["providers"].append(last)
    item["track_info"]["misc_info"] = {"local_number": "9400110", "local_key": 21051}
    told = snapshot(item)
    assert [(c.carrier, c.carrier_number) for c in told.checkpoints] == [
        ("USPS", "9400110"),
        ("YunExpress", ""),
    ]
    assert told.synced_at == datetime(2026, 11, 24, 11, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("times", "moment", "local"),
    [
        pytest.param(
            {"time_iso": "2026-11-21T06:00:00+08:00", "time_utc": "2026-11-20T22:00:00Z"},
            datetime(2026, 11, 20, 22, tzinfo=UTC),
            "2026-11-21T06:00:00+08:00",
            id="all times",
        ),
        pytest.param(
            {"time_iso": "2026-11-21T06:00:00+08:00", "time_utc": None},
            datetime(2026, 11, 20, 22, tzinfo=UTC),
            "2026-11-21T06:00:00+08:00",
            id="no time in UTC",
        ),
        pytest.param(
            {
                "time_iso": None,
                "time_utc": None,
                "time_raw": {"date": "2026-11-21", "time": "06:00:00", "timezone": "+08:00"},
            },
            datetime(2026, 11, 20, 22, tzinfo=UTC),
            "2026-11-21T06:00:00+08:00",
            id="as the carrier wrote it alone",
        ),
        pytest.param(
            {
                "time_iso": None,
                "time_utc": None,
                "time_raw": {"date": "2026-11-21", "time": None, "timezone": None},
            },
            datetime(2026, 11, 20, 17, tzinfo=UTC),
            "2026-11-21T00:00:00",
            id="a date alone",
        ),
        pytest.param(
            {"time_iso": "2026-11-21T06:00:00", "time_utc": None},
            datetime(2026, 11, 20, 23, tzinfo=UTC),
            "2026-11-21T06:00:00",
            id="no zone: the place's own",
        ),
        pytest.param(
            {"time_iso": "soon", "time_utc": 7, "time_raw": None}, None, "soon", id="no time at all"
        ),
        pytest.param(
            {"time_iso": "0001-01-01T00:00:00+08:00", "time_utc": None, "time_raw": None},
            None,
            "0001-01-01T00:00:00+08:00",
            id="before all time",
        ),
        pytest.param(
            {"time_iso": "9999-12-31T23:59:59-08:00", "time_utc": None, "time_raw": None},
            None,
            "9999-12-31T23:59:59-08:00",
            id="after all time",
        ),
    ],
)
def test_a_steps_time_is_found_wherever_it_stands(
    times: Body, moment: datetime | None, local: str
) -> None:
    vietnam = {"location": "Hà Nội", "address": {"country": "VN"}}
    found = first_step(**(vietnam | times))
    assert (found.happened_at, found.local) == (moment, local)


def test_what_a_step_leaves_out_is_empty_or_taken_from_the_carrier() -> None:
    bare = dict.fromkeys(step("x", "2026-11-20T22:00:00Z")) | {"stage": "PickedUp"}
    found = first_step(**bare)
    assert (found.code, found.text, found.place, found.country) == ("PickedUp", "", "", "CN")
    there = {"location": None, "address": {"city": "Hà Nội", "country": "VN"}}
    assert first_step(**there).place == "Hà Nội"


@pytest.mark.parametrize(
    "text", ["left\x00the hub", "left \ud83d the hub"], ids=["nul", "half a sign"]
)
def test_signs_that_no_database_takes_are_left_out(text: str) -> None:
    found = first_step(description=text, location=text)
    for kept in (found.text, found.place):
        assert "\x00" not in kept
        kept.encode()


@pytest.mark.parametrize(
    "info",
    [None, {}, [], "none", track_info() | {"latest_status": None}, {"latest_status": {}}],
    ids=["none", "empty", "a list", "a text", "no status", "an empty status"],
)
def test_a_number_without_information_yet_gives_no_snapshot(info: object) -> None:
    assert parse.snapshot(tracked() | {"track_info": info}) is None


def test_an_unknown_sub_status_is_handed_on_as_it_is() -> None:
    assert snapshot(tracked(code="InTransit_Teleported")).code == "InTransit_Teleported"
    only_main = track_info() | {"latest_status": {"status": "Delivered", "sub_status": None}}
    assert snapshot(tracked() | {"track_info": only_main}).code == "Delivered"


def test_a_provider_that_does_not_say_when_it_looked_looked_now(test_clock: TestClock) -> None:
    item = tracked(NUMBER, *STEPS)
    del item["track_info"]["tracking"]["providers"][0]["latest_sync_time"]
    assert snapshot(item).synced_at == NOON


@pytest.mark.parametrize("value", [3011, "3011", " 3011 "])
def test_a_carriers_code_is_a_text_however_it_is_told(value: object) -> None:
    assert parse.carrier_code(value) == "3011"


@pytest.mark.parametrize("value", [0, "0", None, "", True, [], 30.5, "USPS", "³", "9" * 5000])
def test_what_is_no_carriers_code_is_none(value: object) -> None:
    assert parse.carrier_code(value) == ""


@pytest.mark.parametrize("carrier", [3011, "3011"], ids=["int", "text"])
def test_a_refused_number_comes_with_its_carrier_and_why(carrier: int | str) -> None:
    data = {"rejected": [payloads.rejected(NUMBER, -18019909, carrier)]}
    assert parse.refusals(data) == [Refusal(Ref(NUMBER, "3011"), "no_info", -18019909)]


@pytest.mark.parametrize("junk", [None, {}, "x", [None, 7, "x"]])
def test_what_is_no_list_of_refusals_refuses_nothing(junk: object) -> None:
    assert parse.refusals({"rejected": junk}) == []


@pytest.mark.parametrize("error", [None, [], {}, {"code": None}, {"code": [1]}])
def test_a_refusal_without_a_known_reason_is_another(error: object) -> None:
    [refusal] = parse.refusals({"rejected": [{"number": NUMBER, "error": error}]})
    assert (refusal.kind, refusal.code) == ("other", 0)
