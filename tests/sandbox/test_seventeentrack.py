"""17TRACK's stand-in follows parcels, refuses and pushes as its documentation says."""

from __future__ import annotations

import hashlib
import json
from random import Random
from typing import Any

import pytest

from sandbox.journeys.plan import Way, plan
from sandbox.places import SHENZHEN, UNITED_STATES
from tests.sandbox.support import KEYS, App, Client
from tests.waiting import eventually

YUN, USPS = "YT2600112233445566", "9261290000000000000003"


@pytest.fixture
def tracked(client: Client) -> Client:
    """A client that may call as fast as it likes and is answered at once."""
    client.control("providers/17track", first_sync_seconds=0)
    client.world.calls.allow = lambda: True  # type: ignore[method-assign]
    return client


def register(client: Client, *numbers: str) -> Any:
    return client.track("register", [{"number": number} for number in numbers]).json()["data"]


def info(client: Client, number: str) -> Any:
    data = client.track("gettrackinfo", [{"number": number}]).json()["data"]
    return data["accepted"][0]["track_info"]


def test_a_wrong_key_is_refused_with_401(client: Client) -> None:
    answer = client.track("getquota", [], key="wrong")
    assert (answer.status_code, answer.json()["code"]) == (401, -18010002)


def test_more_than_three_calls_a_second_are_refused_with_429(client: Client) -> None:
    codes = [client.track("getquota", []).status_code for _ in range(5)]
    assert 429 in codes


def test_more_than_forty_numbers_are_refused(tracked: Client) -> None:
    answer = tracked.track("register", [{"number": f"YT26{n:014}"} for n in range(41)])
    assert answer.json()["code"] == -18010014


@pytest.mark.parametrize(
    ("number", "code"),
    [("1234", -18010012), ("YT26-ähm-1", -18010012), ("HELLO12345", -18019903), ("", -18010010)],
)
def test_a_number_that_cannot_be_is_rejected(tracked: Client, number: str, code: int) -> None:
    (rejected,) = register(tracked, number)["rejected"]
    assert rejected["error"]["code"] == code


def test_a_number_is_registered_once_and_costs_one_piece_of_quota(tracked: Client) -> None:
    assert register(tracked, YUN)["accepted"][0]["carrier"] == 190008
    assert register(tracked, YUN)["rejected"][0]["error"]["code"] == -18019901
    quota = tracked.track("getquota", []).json()["data"]
    assert (quota["quota_used"], quota["quota_remain"]) == (1, quota["quota_total"] - 1)


def test_an_unregistered_number_is_rejected_with_its_carrier_as_a_text(tracked: Client) -> None:
    answer = tracked.track("gettrackinfo", [{"number": YUN, "carrier": 190008}]).json()
    (rejected,) = answer["data"]["rejected"]
    assert (rejected["carrier"], rejected["error"]["code"]) == ("190008", -18019902)


def test_there_is_no_information_before_the_carrier_was_asked(client: Client) -> None:
    register(client, YUN)
    answer = client.track("gettrackinfo", [{"number": YUN}]).json()
    assert answer["data"]["rejected"][0]["error"]["code"] == -18019909


def test_a_parcel_goes_on_by_the_clock_and_changes_hands(tracked: Client) -> None:
    register(tracked, YUN)
    assert info(tracked, YUN)["latest_status"]["status"] == "NotFound"
    tracked.control("clock", jump="3d")
    assert info(tracked, YUN)["latest_status"]["status"] == "InTransit"
    tracked.control("clock", jump="30d")
    told = info(tracked, YUN)
    assert told["latest_status"]["sub_status"] == "Delivered_Other"
    assert len(told["tracking"]["providers"]) == 2
    assert told["milestone"][-1]["key_stage"] == "Delivered"
    newest = told["tracking"]["providers"][1]["events"][0]
    assert newest == told["latest_event"]
    assert {"time_iso", "time_utc", "time_raw", "stage", "address"} <= set(newest)


def test_the_same_number_always_travels_the_same_way() -> None:
    way = Way("yunexpress", SHENZHEN, UNITED_STATES[0])
    assert plan(Random(YUN), way) == plan(Random(YUN), way)


def test_an_impossible_number_is_never_found(tracked: Client) -> None:
    register(tracked, "RR123456789CN")
    tracked.control("clock", jump="3d")
    assert info(tracked, "RR123456789CN")["latest_status"]["sub_status"] == "NotFound_InvalidCode"


def test_a_status_can_be_made_to_happen(tracked: Client) -> None:
    register(tracked, USPS)
    tracked.control(f"parcels/{USPS}/advance", to="Exception_Damage", text="Crushed")
    told = info(tracked, USPS)
    assert told["latest_status"] == {
        "status": "Exception",
        "sub_status": "Exception_Damage",
        "sub_status_descr": "Crushed",
    }


def test_only_a_stopped_number_is_tracked_again_and_once(tracked: Client) -> None:
    register(tracked, YUN)

    def retrack() -> Any:
        data = tracked.track("retrack", [{"number": YUN}]).json()["data"]
        return data["rejected"][0]["error"]["code"] if data["rejected"] else "accepted"

    assert retrack() == -18019904
    tracked.track("stoptrack", [{"number": YUN}])
    assert retrack() == "accepted"
    tracked.track("stoptrack", [{"number": YUN}])
    assert retrack() == -18019905


def test_the_list_is_paged_and_filtered(tracked: Client) -> None:
    register(tracked, YUN, USPS)
    answer = tracked.track("gettracklist", {"number": f"{YUN},X", "tracking_status": "Tracking"})
    body = answer.json()
    assert body["page"] == {"data_total": 1, "page_total": 1, "page_no": 1, "page_size": 40}
    assert body["data"]["accepted"][0]["number"] == YUN


def test_news_are_pushed_once_with_their_signature(tracked: Client, app: App) -> None:
    tracked.control("providers/17track", push_url=f"{app.url}/push")
    register(tracked, USPS)
    tracked.control(f"parcels/{USPS}/advance", steps=2)
    eventually(lambda: len(app.heard) == 1)
    (heard,) = app.heard
    expected = hashlib.sha256(heard.body + b"/" + KEYS.seventeentrack_key.encode())
    assert heard.headers["sign"] == expected.hexdigest()
    told = json.loads(heard.body)
    assert told["event"] == "TRACKING_UPDATED"
    assert told["data"]["track_info"]["latest_status"]["sub_status"] == "InTransit_PickedUp"


def test_a_push_that_failed_comes_again_after_ten_minutes(tracked: Client, app: App) -> None:
    app.status = 500
    tracked.control("providers/17track", push_url=f"{app.url}/push")
    register(tracked, USPS)
    tracked.control(f"parcels/{USPS}/advance")
    eventually(lambda: app.heard and tracked.look("webhooks?state=waiting")["deliveries"])
    app.status = 200
    tracked.control("clock", jump="11m")
    eventually(lambda: tracked.look("webhooks?state=delivered")["deliveries"])
    assert len(app.heard) == 2


def test_tracking_stops_by_itself_fifteen_days_after_delivery(tracked: Client, app: App) -> None:
    tracked.control("providers/17track", push_url=f"{app.url}/push")
    register(tracked, USPS)
    tracked.control(f"parcels/{USPS}/advance", to="Delivered")
    eventually(lambda: app.heard)
    tracked.control("clock", jump="16d")
    eventually(lambda: len(app.heard) == 2)
    assert json.loads(app.heard[1].body)["event"] == "TRACKING_STOPPED"


@pytest.mark.parametrize(("mode", "status"), [("down", 503), ("wrong_key", 401), ("rate", 429)])
def test_it_fails_as_it_is_told(client: Client, mode: str, status: int) -> None:
    client.control("providers/17track", mode=mode)
    assert client.track("getquota", []).status_code == status
