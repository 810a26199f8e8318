"""A text goes to the number that was meant, and it is known whether Twilio took it."""

from __future__ import annotations

import base64
import json
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
import responses
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError
from urllib3.exceptions import SSLError as TlsError

from shopify_app.outgoing import posting, sms
from shopify_app.outgoing.errors import Permanent, Refused, Retry, SendError, Uncertain
from shopify_app.outgoing.sms import OptedOut, Text, e164

URL = "https://twilio.test/2010-04-01/Accounts/AC123/Messages.json"
TEXT = Text("+84901234567", "Alice: đơn #1058 & more", "+15550100142")
NOWHERE = Path("/dev/null/texts")
"""A folder that no text can be put into."""


def send() -> str:
    return sms.sender("https://twilio.test", "AC123", "the token", NOWHERE)(TEXT)


def named(error: SendError) -> tuple[type[SendError], str]:
    return type(error), str(error)


@pytest.mark.parametrize(
    ("phone", "country", "number"),
    [
        ("090 123 45 67", "VN", "+84901234567"),
        ("+84 901 234 567", "VN", "+84901234567"),
        ("0084901234567", "VN", "+84901234567"),
        ("(212) 555-0147", "US", "+12125550147"),
        ("1-212-555-0147", "CA", "+12125550147"),
        ("07400 123456", "GB", "+447400123456"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("0151 23456789", "DE", "+4915123456789"),
        ("+1 212-555-0147", "VN", "+12125550147"),
        ("+84901234567", "", "+84901234567"),
        ("+84901234567", "XX", "+84901234567"),
        ("(+84) 90.123.4567", "US", "+84901234567"),
    ],
)
def test_a_number_is_read_as_one_of_the_country_it_is_sent_to(
    phone: str, country: str, number: str
) -> None:
    assert e164(phone, country) == number


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("", "US"),
        ("call me", "US"),
        ("0901234567", ""),
        ("0901234567", "XX"),
        ("911", "US"),
        ("555-0147", "US"),
        ("+84 90", "VN"),
        ("+999 901234567", "VN"),
        ("9" * 300, "VN"),
    ],
    ids=["none", "words", "no country", "unknown country", "emergency", "without its area code",
         "too short", "no such country", "very long"],
)  # fmt: skip
def test_what_is_no_number_is_never_sent_to(phone: str, country: str) -> None:
    with pytest.raises(Permanent, match=r"^bad_phone$"):
        e164(phone, country)


def test_twilio_is_told_who_writes_what_to_whom(http: responses.RequestsMock) -> None:
    http.post(URL, status=201, json={"sid": "SM1", "status": "queued"})
    assert send() == "SM1"
    [call] = http.calls
    told = parse_qs(str(call.request.body))
    assert told == {"To": [TEXT.to], "From": [TEXT.from_number], "Body": [TEXT.body]}
    login = base64.b64encode(b"AC123:the token").decode()
    assert call.request.headers["Authorization"] == f"Basic {login}"
    assert call.request.req_kwargs["timeout"] == posting.TIMEOUT


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (400, {"code": 21610}, OptedOut("opted_out")),
        (400, {"code": 21211}, Permanent("sms_refused", 21211)),
        (400, {"code": 21408}, Permanent("sms_refused", 21408)),
        (404, {"code": 20404}, Permanent("sms_refused", 20404)),
        (400, "<html>", Permanent("sms_refused", 400)),
        (400, ["code", 21610], Permanent("sms_refused", 400)),
        (401, {"code": 20003}, Refused("sms_login", 20003)),
        (403, {}, Refused("sms_login", 403)),
        (400, {"code": 21606}, Refused("sms_sender", 21606)),
        (429, {"code": 20429}, Retry("sms_later", 20429)),
        (503, "busy", Retry("sms_later", 503)),
        (302, "", Retry("sms_later", 302)),
        (307, "", Retry("sms_later", 307)),
        (500, {"code": 20500}, Uncertain("broke", 500)),
        (502, "<html>", Uncertain("broke", 502)),
        (504, "", Uncertain("broke", 504)),
        (201, "", Uncertain("broke", 201)),
        (201, "[]", Uncertain("broke", 201)),
        (200, {"status": "queued"}, Uncertain("broke", 200)),
    ],
)
def test_each_answer_is_named_by_what_follows(
    http: responses.RequestsMock, status: int, answer: Any, error: SendError
) -> None:
    body = answer if isinstance(answer, str) else json.dumps(answer)
    elsewhere = {"Location": "https://elsewhere.test/"} if 300 <= status < 400 else {}
    http.post(URL, status=status, body=body, headers=elsewhere)
    with pytest.raises(SendError) as raised:
        send()
    assert named(raised.value) == named(error)
    assert len(http.calls) == 1, "a text is posted once, and to nobody else"


def tried(reason: Exception) -> MaxRetryError:
    return MaxRetryError(None, URL, reason)  # type: ignore[arg-type]


UNREACHED = Retry("sms_unreachable")
BROKE = Uncertain("broke")
REFUSED = NewConnectionError(HTTPSConnection("twilio.test"), "refused")
UNTRUSTED = TlsError(ssl.SSLCertVerificationError("self-signed"))


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        pytest.param(requests.ConnectionError(tried(REFUSED)), UNREACHED, id="refused"),
        pytest.param(requests.ConnectTimeout(), UNREACHED, id="no connection in time"),
        pytest.param(requests.exceptions.SSLError(tried(UNTRUSTED)), UNREACHED, id="untrusted"),
        pytest.param(
            requests.exceptions.SSLError(tried(TlsError(ssl.SSLEOFError("EOF")))),
            BROKE,
            id="TLS broke",
        ),
        pytest.param(requests.ReadTimeout(), BROKE, id="no answer in time"),
        pytest.param(
            requests.ConnectionError(ProtocolError("aborted", ConnectionResetError())),
            BROKE,
            id="hung up",
        ),
        pytest.param(requests.ConnectionError(), BROKE, id="nobody knows why"),
        pytest.param(requests.exceptions.ChunkedEncodingError(), BROKE, id="half an answer"),
    ],
)
def test_only_what_surely_never_reached_twilio_is_sent_again(
    http: responses.RequestsMock, failure: Exception, error: SendError
) -> None:
    http.post(URL, body=failure)
    with pytest.raises(SendError) as raised:
        send()
    assert named(raised.value) == named(error)


def test_without_an_account_texts_are_files(tmp_path: Path) -> None:
    name = sms.sender("https://twilio.test", "", "", tmp_path / "texts")(TEXT)
    [file] = (tmp_path / "texts").iterdir()
    assert file.name == f"{name}.json"
    told = {"to": TEXT.to, "from": TEXT.from_number, "body": TEXT.body}
    assert json.loads(file.read_text()) == told
