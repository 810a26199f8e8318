"""17TRACK's API as a provider: what is known of numbers, calls that fail whole, who may push."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from shopify_app.carriers.base import (
    AuthError,
    Batch,
    ProviderError,
    Quota,
    RateLimited,
    Ref,
    Refusal,
    Registered,
    Unavailable,
)
from shopify_app.carriers.seventeentrack.client import SeventeenTrack
from tests import payloads
from tests.payloads import NUMBER, Body, envelope, sign_push, tracked

URL, KEY = "https://17track.test/v2.4", "123456ABCDEF"
API = SeventeenTrack(URL, KEY)
SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "17track"
SIGNATURES = {
    "webhook_tracking_updated.json": (
        "2935712c47c32670327fd00ef0a3a532c3c4cad17b1aa318e9784182665a75fc"
    ),
    "webhook_tracking_stopped.json": (
        "86916b21efb89d92d21eae4c0ac1afff12086b45c143dff39807b4f169b5607f"
    ),
}
"""The published signatures of the published pushes, made with KEY."""
CALLS: dict[str, Callable[[], object]] = {
    "register": lambda: API.register([Ref(NUMBER)]),
    "gettrackinfo": lambda: API.fetch([Ref(NUMBER)]),
    "gettracklist": lambda: API.state([Ref(NUMBER)]),
    "getquota": API.quota,
}


pytestmark = pytest.mark.usefixtures("no_waits")


def answers(http: responses.RequestsMock, endpoint: str, body: Any, status: int = 200) -> None:
    http.post(f"{URL}/{endpoint}", json=body, status=status)


def failed(code: int) -> Body:
    return {"code": code, "data": {"errors": [{"code": code, "message": f"no {NUMBER} for {KEY}"}]}}


def test_what_is_known_of_each_number_comes_back_or_why_not(http: responses.RequestsMock) -> None:
    moving = tracked(NUMBER, payloads.step("InTransit_Other", "2026-11-23T08:00:00Z"))
    nothing = {"number": "B2", "carrier": 3011, "track_info": None}
    unknown = payloads.rejected("C3", -18019902, "3011")
    answers(http, "gettrackinfo", envelope([moving, nothing], [unknown]))
    batch = API.fetch([Ref(NUMBER, "190008"), Ref("B2", "3011"), Ref("C3", "3011")])
    assert [(told.number, told.code) for told in batch.accepted] == [(NUMBER, "InTransit_Other")]
    assert batch.refused == [
        Refusal(Ref("C3", "3011"), "not_registered", -18019902),
        Refusal(Ref("B2", "3011"), "no_info", 0),
    ]


def test_of_one_call_some_numbers_are_taken_and_others_refused(
    http: responses.RequestsMock,
) -> None:
    taken = [{"number": "A1", "carrier": 3011, "origin": 1}]
    refused = [
        payloads.rejected("B2", -18019901, 190008),
        payloads.rejected("1234", -18010012),
        payloads.rejected("D4", -18019908),
    ]
    answers(http, "register", envelope(taken, refused))
    batch = API.register([Ref("A1"), Ref("B2"), Ref("1234"), Ref("D4")])
    assert batch.accepted == [
        Registered(Ref("A1", "3011"), spent=True),
        Registered(Ref("B2", "190008"), spent=False),
    ]
    assert [(r.ref.number, r.kind) for r in batch.refused] == [
        ("1234", "bad_number"),
        ("D4", "quota"),
    ]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        *[
            pytest.param(200, failed(code), AuthError, id=f"code {code}")
            for code in (-18010001, -18010002, -18010004, -18010005)
        ],
        pytest.param(401, failed(-18010002), AuthError, id="401"),
        pytest.param(403, {}, AuthError, id="403"),
        pytest.param(429, failed(429), RateLimited, id="429"),
        pytest.param(200, failed(429), RateLimited, id="429 in the body alone"),
        pytest.param(200, failed(-18010003), Unavailable, id="their own fault"),
        pytest.param(200, failed(-18010014), Unavailable, id="more than 40 numbers"),
        pytest.param(500, envelope(), Unavailable, id="500"),
        pytest.param(200, {}, Unavailable, id="no code"),
        pytest.param(200, None, Unavailable, id="null"),
        pytest.param(200, {"code": [0]}, Unavailable, id="a code that is none"),
    ],
)
def test_a_call_that_failed_whole_raises_what_follows_from_it(
    http: responses.RequestsMock, status: int, body: Any, error: type[ProviderError]
) -> None:
    for endpoint, call in CALLS.items():
        answers(http, endpoint, body, status)
        with pytest.raises(error) as raised:
            call()
        assert KEY not in str(raised.value)
        assert NUMBER not in str(raised.value)


@pytest.mark.parametrize(
    "body",
    [
        requests.ConnectTimeout("slow"),
        requests.ReadTimeout("slow"),
        requests.ConnectionError("refused"),
        requests.exceptions.ChunkedEncodingError("broke off"),
        "<html>Bad gateway</html>",
        '{"code": 0, "data": {"acc',
    ],
    ids=["no connection in time", "no answer in time", "refused", "broken", "html", "half"],
)
@pytest.mark.parametrize("endpoint", CALLS)
def test_no_answer_or_a_broken_one_is_unavailable(
    http: responses.RequestsMock, endpoint: str, body: Any
) -> None:
    http.post(f"{URL}/{endpoint}", body=body)
    with pytest.raises(Unavailable):
        CALLS[endpoint]()


@pytest.mark.parametrize("data", [None, [], {"accepted": None}, {"accepted": ["A1", None, 7]}])
def test_what_an_answer_garbles_is_passed_over(http: responses.RequestsMock, data: object) -> None:
    for endpoint, call in CALLS.items():
        answers(http, endpoint, {"code": 0, "data": data})
        told = call()
        assert told == Quota(0, 0) or (isinstance(told, Batch) and not told.accepted)


@pytest.mark.skipif(not SAMPLES.exists(), reason="17TRACK's published examples are not at hand")
@pytest.mark.parametrize("name", SIGNATURES)
def test_a_published_push_with_its_published_signature_is_taken(name: str) -> None:
    raw = (SAMPLES / name).read_bytes()
    assert API.verify_push(raw, {"sign": SIGNATURES[name]})
    assert API.verify_push(raw, {"sign": SIGNATURES[name].upper()})


def test_the_signature_covers_every_byte_of_the_push() -> None:
    raw = '{"place": "Hà Nội"}'.encode()
    sign = hashlib.sha256(raw + b"/123456ABCDEF").hexdigest()
    assert API.verify_push(raw, {"sign": sign})
    for place in range(len(raw)):
        spoilt = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        assert not API.verify_push(spoilt, {"sign": sign})


@pytest.mark.parametrize(
    "sign",
    [
        pytest.param("", id="empty"),
        pytest.param(sign_push(b"{}", "ANOTHER"), id="of another account"),
        pytest.param(sign_push(b"{}", KEY)[:-1], id="cut"),
        pytest.param("é\ud800", id="no hex"),
    ],
)
def test_a_push_with_a_wrong_signature_is_refused(sign: str) -> None:
    assert API.verify_push(b"{}", {"sign": sign_push(b"{}", KEY)})
    assert not API.verify_push(b"{}", {"sign": sign})


def test_without_a_key_no_push_is_taken() -> None:
    assert not SeventeenTrack(URL, "").verify_push(b"{}", {"sign": sign_push(b"{}", "")})
