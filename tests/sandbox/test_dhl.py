"""DHL's stand-in answers, refuses and counts calls as its documentation says."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
import requests

from sandbox import parcels
from sandbox.carriers import CARRIERS, detect, impossible
from sandbox.check_digits import waybill_valid
from sandbox.journeys.plan import Way, plan
from sandbox.places import SHENZHEN, UNITED_STATES
from tests.sandbox.support import KEYS, App, Client

NUMBER = "7777777770"
WRONG_DIGIT = "7777777771"
PROBLEM = "application/problem+json"


def ask(client: Client, number: str = NUMBER, key: str = KEYS.dhl_key) -> requests.Response:
    return requests.get(
        f"{client.sandbox.url}/dhl/track/shipments",
        params={"trackingNumber": number, "language": "en"},
        headers={"DHL-API-Key": key},
        timeout=10,
    )


@pytest.fixture
def quick(client: Client) -> Client:
    """A client that may call as fast as it likes."""
    client.world.dhl_calls.allow = lambda: True  # type: ignore[method-assign]
    return client


@pytest.fixture
def shipped(quick: Client) -> Client:
    """A parcel of DHL Express is with the carrier, and its first event has happened."""
    quick.control("orders", country="US", city="Portland")
    quick.control("orders/1001/fulfill", number=NUMBER, company="DHL Express")
    quick.control(f"parcels/{NUMBER}/advance")
    return quick


def shipment(client: Client) -> Any:
    (found,) = ask(client).json()["shipments"]
    return found


def test_a_number_of_dhl_express_carries_its_check_digit() -> None:
    made = [CARRIERS["dhl"].make(Random(seed)) for seed in range(20)]
    assert all(waybill_valid(number) and detect(number) == "dhl" for number in made)
    assert not impossible(NUMBER)
    assert impossible(WRONG_DIGIT)


def test_a_wrong_key_is_refused_with_401(shipped: Client) -> None:
    answer = ask(shipped, key="wrong")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, PROBLEM)
    assert answer.json()["title"] == "Unauthorized"


def test_more_than_a_call_a_second_is_refused_with_429(client: Client) -> None:
    statuses = [ask(client).status_code for _ in range(3)]
    assert statuses == [404, 429, 429]


def test_the_calls_of_a_day_are_counted_anew_at_midnight(shipped: Client) -> None:
    shipped.control("providers/dhl", calls_a_day=2)
    shipped.control("clock", now="2090-11-24T23:00:00Z", speed=0)
    shipped.control("clock", jump="1d")
    assert [ask(shipped).status_code for _ in range(3)] == [200, 200, 429]
    shipped.control("clock", jump="1h")
    assert ask(shipped).status_code == 200


@pytest.mark.parametrize("number", ["1099255990", "YT2600112233445566"])
def test_a_number_that_dhl_does_not_have_is_not_found(quick: Client, number: str) -> None:
    answer = ask(quick, number)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, PROBLEM)
    assert answer.json() == {
        "title": "No result found",
        "status": 404,
        "detail": "No shipment with given tracking number found.",
    }


def test_nothing_is_known_of_a_parcel_before_its_first_event(quick: Client) -> None:
    quick.control("orders", country="US")
    quick.control("orders/1001/fulfill", numbers=[NUMBER, WRONG_DIGIT], company="DHL Express")
    assert ask(quick).status_code == 404
    quick.control("clock", jump="20d")
    assert ask(quick).status_code == 200
    assert ask(quick, WRONG_DIGIT).status_code == 404


@pytest.mark.parametrize("number", ["", "7777777770,1099255990", "7" * 40])
def test_a_call_that_names_not_one_number_is_refused(quick: Client, number: str) -> None:
    answer = ask(quick, number)
    assert (answer.status_code, answer.json()["title"]) == (400, "Invalid input")


def test_a_parcel_is_told_as_the_express_division_does(shipped: Client) -> None:
    shipped.control(f"parcels/{NUMBER}/advance", steps=8)
    told = shipment(shipped)
    assert (told["id"], told["service"], told["status"]["statusCode"]) == (
        NUMBER,
        "express",
        "transit",
    )
    newest = told["events"][0]
    assert newest["description"] == "Shipment is out with courier for delivery"
    assert newest["location"]["address"] == {"addressLocality": "PORTLAND, OR - USA"}
    assert len(newest["timestamp"]) == len("2026-11-24T05:00:00")
    assert all("statusCode" not in event for event in told["events"])
    assert "returnFlag" not in told


@pytest.mark.parametrize(
    ("to", "code", "back"),
    [
        ("Delivered", "delivered", None),
        ("OutForDelivery", "transit", None),
        ("DeliveryFailure_NoBody", "failure", None),
        ("Exception_Damage", "failure", None),
        ("Exception_Returning", "transit", True),
        ("Exception_Returned", "delivered", True),
    ],
)
def test_what_happens_to_a_parcel_has_one_of_five_codes(
    shipped: Client, to: str, code: str, back: bool | None
) -> None:
    shipped.control(f"parcels/{NUMBER}/advance", to=to)
    told = shipment(shipped)
    assert (told["status"]["statusCode"], told.get("returnFlag")) == (code, back)


def test_the_times_are_those_of_the_place(shipped: Client) -> None:
    shipped.control("clock", now="2026-11-24T20:00:00Z", speed=0)
    shipped.control(f"parcels/{NUMBER}/advance", to="Delivered")
    assert shipment(shipped)["status"]["timestamp"] == "2026-11-24T12:00:00"


@pytest.mark.parametrize(("mode", "status"), [("down", 503), ("wrong_key", 401), ("rate", 429)])
def test_its_moods_are_set_by_the_control_api(shipped: Client, mode: str, status: int) -> None:
    shipped.control("providers/dhl", mode=mode)
    assert ask(shipped).status_code == status
    shipped.control("providers/dhl", mode="ok")
    assert ask(shipped).status_code == 200


def test_it_can_hang_and_then_drop_the_line(shipped: Client) -> None:
    shipped.control("providers/dhl", mode="hang", hang_seconds=0.2)
    with pytest.raises(requests.ConnectionError):
        ask(shipped)


def test_a_parcel_that_is_to_move_before_ones_eyes_begins_when_it_is_asked_for(
    shipped: Client,
) -> None:
    parcel = parcels.get(shipped.world, NUMBER)
    assert parcel
    parcels.save(shipped.world, parcel | {"quick": True})
    ask(shipped)
    planned = shipped.look(f"parcels/{NUMBER}")["planned"]
    shipped.control("clock", jump=40 * len(planned))
    assert shipment(shipped)["status"]["statusCode"] == "delivered"


def test_17track_knows_the_parcels_of_dhl_too(client: Client, app: App) -> None:
    client.control("orders", country="US")
    client.control("orders/1001/fulfill", number=NUMBER, company="DHL Express")
    accepted = client.track("register", [{"number": NUMBER}]).json()["data"]["accepted"]
    assert accepted[0]["carrier"] == 100001


def test_dhl_carries_from_door_to_door_in_one_leg() -> None:
    events = plan(Random(NUMBER), Way("dhl", SHENZHEN, UNITED_STATES[0]))
    assert {event["leg"] for event in events} == {0}
    assert (events[0]["sub_status"], events[-1]["sub_status"]) == (
        "InfoReceived",
        "Delivered_Other",
    )
