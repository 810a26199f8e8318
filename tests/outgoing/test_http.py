"""A gateway can check who sends a text, and it is known whether it took it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
import requests
import responses
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError

from shopify_app.outgoing import http
from shopify_app.outgoing.errors import Permanent, Refused, Retry, SendError, Uncertain
from shopify_app.outgoing.sms import Text

URL = "https://texts.test/in"
KEY = b"a key of twenty-four byte"
TEXT = Text("+84901234567", "Alice: đơn #1058", "+15550100142", key="0123abcd", reference="7-9")


def send(text: Text = TEXT) -> str:
    return http.sender(URL, "whsec_" + base64.b64encode(KEY).decode())(text)


def signature(request: Any) -> str:
    """As the receiver computes it."""
    head = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}."
    digest = hmac.new(KEY, head.encode() + request.body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


@responses.activate
def test_a_text_is_signed_over_its_id_its_time_and_its_words() -> None:
    responses.post(URL, json={"id": "T1"})
    assert send() == "T1"
    request: Any = responses.calls[0].request
    assert request.headers["webhook-signature"] == signature(request)
    assert request.headers["webhook-id"] == "0123abcd"
    said = {"to": TEXT.to, "from": TEXT.from_number, "text": TEXT.body, "reference": "7-9"}
    assert json.loads(request.body) == {"type": "message.sms", "data": said}


@responses.activate
def test_a_trial_without_a_key_has_an_id_all_the_same() -> None:
    responses.post(URL, status=204)
    assert [send(replace(TEXT, key="")) for _ in "12"] == ["", ""]
    assert len({call.request.headers["webhook-id"] for call in responses.calls}) == 2


NOBODY = MaxRetryError(None, URL, NewConnectionError(HTTPSConnection("texts.test"), "refused"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 400}, Permanent("gateway_refused", 400)),
        ({"status": 410}, Permanent("gateway_refused", 410)),
        ({"status": 401}, Refused("gateway_login", 401)),
        ({"status": 307, "headers": {"Location": "https://b.test"}}, Refused("gateway_login", 307)),
        ({"status": 429}, Retry("gateway_later", 429)),
        ({"status": 500}, Retry("gateway_later", 500)),
        ({"status": 503}, Retry("gateway_later", 503)),
        ({"status": 502}, Uncertain("broke", 502)),
        ({"status": 504}, Uncertain("broke", 504)),
        ({"body": requests.ConnectionError(NOBODY)}, Retry("gateway_unreachable")),
        ({"body": requests.ReadTimeout()}, Uncertain("broke")),
        ({"body": requests.ConnectionError()}, Uncertain("broke")),
    ],
)
@responses.activate
def test_each_answer_is_named_by_what_follows(answer: dict[str, Any], error: SendError) -> None:
    responses.post(URL, **answer)
    with pytest.raises(type(error)) as raised:
        send()
    assert str(raised.value) == str(error)
    assert len(responses.calls) == 1, "a text is posted once, and to nobody else"
