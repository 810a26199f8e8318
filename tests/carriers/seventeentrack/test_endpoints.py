"""Every endpoint of 17TRACK that is used: what is sent, and what its answers amount to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import responses

from shopify_app.carriers.base import (
    Batch,
    Field,
    Followed,
    Kind,
    Quota,
    Ref,
    Refusal,
    Registered,
    Stopped,
    Unavailable,
)
from shopify_app.carriers.seventeentrack import asked, errors
from shopify_app.carriers.seventeentrack.client import SeventeenTrack
from shopify_app.domain.facts import Snapshot

KEY, URL = "KEY0123", "https://17track.test/v2.4"
ONE, TWO = Ref("RR123456785CN", "3011"), Ref("YT2412345678901234")
API = SeventeenTrack(URL, KEY)


pytestmark = pytest.mark.usefixtures("no_waits")


def answers(http: responses.RequestsMock, endpoint: str, data: Any, **beside: Any) -> None:
    http.post(f"{URL}/{endpoint}", json={"code": 0, "data": data, **beside})


def sent(http: responses.RequestsMock) -> Any:
    """The body of the one call."""
    (call,) = http.calls
    assert call.request.headers["17token"] == KEY
    return json.loads(call.request.body or "")


def accepts(number: str, carrier: object = 3011) -> dict[str, Any]:
    return {"accepted": [{"number": number, "carrier": carrier}], "rejected": []}


def rejects(code: int, message: str = "", carrier: object = 3011) -> dict[str, Any]:
    error = {"code": code, "message": message}
    return {
        "accepted": [],
        "rejected": [{"number": ONE.number, "carrier": carrier, "error": error}],
    }


def test_register_gives_what_the_carrier_asks_for(http: responses.RequestsMock) -> None:
    answers(http, "register", accepts(ONE.number))
    fields = {
        "postcode": " 90001 ",
        "phone": "+1 (555) 010-1234",
        "date": "2026-11-20",
        "country": "us",
        "city": "",
    }
    API.register([Ref(ONE.number, "3011", fields), TWO])
    assert sent(http) == [
        {
            "number": ONE.number,
            "carrier": 3011,
            "destination_postal_code": "90001",
            "phone_number_last_4": "1234",
            "ship_date": "2026/11/20",
            "destination_country": "US",
        },
        {"number": TWO.number},
    ]


def test_a_number_that_is_registered_already_is_accepted(http: responses.RequestsMock) -> None:
    answers(http, "register", rejects(-18019901))
    assert API.register([ONE]) == Batch([Registered(ONE, spent=False)]), "it costs nothing more"


@pytest.mark.parametrize(
    ("endpoint", "call"),
    [
        ("retrack", API.retrack),
        ("stoptrack", API.stop),
        ("deletetrack", API.delete),
    ],
)
def test_what_is_done_with_numbers_is_sent_by_number_and_carrier(
    http: responses.RequestsMock, endpoint: str, call: Callable[[list[Ref]], Batch[Ref]]
) -> None:
    answers(http, endpoint, accepts(ONE.number))
    assert call([ONE, TWO]) == Batch([ONE])
    assert sent(http) == [{"number": ONE.number, "carrier": 3011}, {"number": TWO.number}]


def test_a_change_of_the_carrier_names_both(http: responses.RequestsMock) -> None:
    answers(http, "changecarrier", accepts(ONE.number, None))
    assert API.change_carrier(ONE, "190012") == Batch([Ref(ONE.number, "190012")])
    assert sent(http) == [{"number": ONE.number, "carrier_old": 3011, "carrier_new": 190012}]


@pytest.mark.parametrize("carrier", ["", "dhl", "0", "³", "9" * 5000])
def test_a_carrier_without_a_code_of_17track_is_no_call(
    http: responses.RequestsMock, carrier: str
) -> None:
    assert API.change_carrier(ONE, carrier).refused == [Refusal(ONE, "no_carrier", -18019910)]
    assert not http.calls


def test_what_a_carrier_asked_for_can_be_told_later(http: responses.RequestsMock) -> None:
    answers(http, "changeinfo", accepts(ONE.number))
    assert API.inform(ONE, {"phone": "0912345678", "origin": "cn"}) == Batch([ONE])
    items = {"phone_number_last_4": "5678", "origin_country": "CN"}
    assert sent(http) == [{"number": ONE.number, "carrier": 3011, "items": items}]


def test_the_quota_is_read(http: responses.RequestsMock) -> None:
    answers(http, "getquota", {"quota_total": 1100, "quota_used": 2, "quota_remain": 1098})
    assert API.quota() == Quota(1100, 1098)


def row(number: str, carrier: int, **more: Any) -> dict[str, Any]:
    known = {"tracking_status": "Tracking", "stop_track_reason": None, "is_retracked": False}
    return {"number": number, "carrier": carrier, "carrier_change_count": 0, **known, **more}


def stopped(number: str, carrier: int, **more: Any) -> dict[str, Any]:
    return row(number, carrier, tracking_status="Stopped", stop_track_reason="Expired", **more)


def test_the_state_is_read_page_by_page(http: responses.RequestsMock) -> None:
    gone = Ref("LP00123456789012")
    first = [stopped(ONE.number, 3011, is_retracked=True)]
    second = [stopped(TWO.number, 190012), row(TWO.number, 190008)]
    for number, rows in enumerate((first, second), start=1):
        page = {"data_total": 3, "page_total": 2, "page_no": number, "page_size": 40}
        answers(http, "gettracklist", {"accepted": rows}, page=page)
    batch = API.state([ONE, TWO, gone])
    assert batch.accepted == [
        Followed(ONE, tracking=False, retracked=True),
        Followed(Ref(TWO.number, "190008"), tracking=True),
    ]
    assert batch.refused == [Refusal(gone, "not_registered", -18019902)]
    bodies = [json.loads(call.request.body or "") for call in http.calls]
    numbers = f"{ONE.number},{TWO.number},{gone.number}"
    assert bodies == [{"number": numbers, "page_no": 1}, {"number": numbers, "page_no": 2}]


@pytest.mark.parametrize("carrier", [3011, "3011"])
def test_a_rejection_names_its_carrier_as_a_number_or_as_a_text(
    http: responses.RequestsMock, carrier: object
) -> None:
    answers(http, "gettrackinfo", rejects(-18019909, carrier=carrier))
    assert API.fetch([ONE]).refused == [Refusal(ONE, "no_info", -18019909)]


@pytest.mark.parametrize(
    ("code", "message", "kind", "fields"),
    [
        (-18010012, "The format of '1234' is invalid.", "bad_number", ()),
        (-18010012, "The format of 'ship_date' is invalid.", "bad_field", ("date",)),
        (-18010013, "Invalid submitted data.", "other", ()),
        (-18010015, "The value 'XX' of the field 'destination_country' is invalid.",
         "bad_field", ("country",)),
        (-18010018, "", "need_field", ("country", "postcode")),
        (-18010019, "", "need_field", ("postcode",)),
        (-18010020, "The 'phone_number' field is required for this tracking.",
         "need_field", ("phone",)),
        (-18010022, "", "need_field", ("date",)),
        (-18010022, "The 'special_tracking_info' field is required.", "need_field", ("extra",)),
        (-18010022, "The 'shipper' and 'consignee' fields are required.",
         "need_field", ("sender", "recipient")),
        (-18010204, "", "no_push_address", ()),
        (-18019802, "", "no_carrier", ()),
        (-18019803, "", "already", ()),
        (-18019805, "", "not_registered", ()),
        (-18019806, "", "stopped", ()),
        (-18019807, "", "too_many_changes", ()),
        (-18019808, "", "no_info", ()),
        (-18019811, "", "bad_field", ()),
        (-18019815, "", "carrier_unavailable", ()),
        (-18019902, "", "not_registered", ()),
        (-18019903, "", "no_carrier", ()),
        (-18019904, "", "not_stopped", ()),
        (-18019905, "", "retracked_already", ()),
        (-18019906, "", "stopped", ()),
        (-18019907, "", "daily_limit", ()),
        (-18019908, "", "quota", ()),
        (-18019909, "", "no_info", ()),
        (-18019910, "", "no_carrier", ()),
        (-18019911, "", "carrier_unavailable", ()),
        (-18019912, "", "other", ()),
        (-18099999, "Something new.", "other", ()),
    ],
)  # fmt: skip
def test_an_error_code_is_named_by_what_follows_from_it(
    http: responses.RequestsMock, code: int, message: str, kind: Kind, fields: tuple[Field, ...]
) -> None:
    answers(http, "retrack", rejects(code, message))
    assert API.retrack([ONE]).refused == [Refusal(ONE, kind, code, fields)]


def test_an_internal_error_of_17track_is_tried_again_later(http: responses.RequestsMock) -> None:
    body = {"code": -18010003, "data": {"errors": [{"code": -18010003, "message": ""}]}}
    http.post(f"{URL}/gettrackinfo", json=body)
    with pytest.raises(Unavailable):
        API.fetch([ONE])


def test_a_push_that_tracking_stopped_names_the_number() -> None:
    data = {"number": ONE.number, "carrier": 3011, "param": None, "tag": ""}
    raw = json.dumps({"event": "TRACKING_STOPPED", "data": data}).encode()
    assert API.parse_push(raw) == [Stopped(ONE)]


def test_a_push_with_news_is_a_snapshot_and_one_without_is_nothing() -> None:
    info = {"latest_status": {"status": "InTransit", "sub_status": "InTransit_Departure"}}
    data = {"number": ONE.number, "carrier": 3011, "track_info": info}
    (told,) = API.parse_push(json.dumps({"event": "TRACKING_UPDATED", "data": data}).encode())
    assert isinstance(told, Snapshot)
    assert (told.number, told.carrier, told.code) == (ONE.number, "3011", "InTransit_Departure")
    for event, inside in (("TRACKING_UPDATED", {"track_info": None}), ("NEW", {})):
        raw = json.dumps({"event": event, "data": data | inside}).encode()
        assert API.parse_push(raw) == []


@pytest.mark.parametrize(
    ("number", "taken"),
    [("YT24", False), ("YT241", True), ("A" * 50, True), ("A" * 51, False), ("rr123", False)],
)
def test_17track_takes_any_number_of_5_to_50_signs(number: str, taken: bool) -> None:
    assert API.recognises(number) is taken


def test_a_phone_number_never_leaves_whole() -> None:
    assert asked.written({"phone": "+84 912 345 678"}) == {"phone_number_last_4": "5678"}


def test_every_field_can_be_named_and_written() -> None:
    for field, name in asked._NAMES.items():
        assert asked.named(f"The '{name}' field is required.") == (field,)
        assert list(asked.written({field: "1234"})) == [name]


def test_every_field_that_a_code_asks_for_by_itself_has_one() -> None:
    needing = {code for code, kind in errors._KINDS.items() if kind == "need_field"}
    assert needing == set(errors._NEEDED)
