"""Only who has the secret can make a body pass, and only the body it was made over."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator
from hashlib import sha256
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app import database
from shopify_app.carriers import registry
from shopify_app.models import Inbox
from shopify_app.outgoing.http import signature
from tests import payloads, rows
from tests.asgi_client import Connection, run, scope
from tests.payloads import sign
from tests.support import ALICE, API_KEY, API_SECRET, KEY, NOON, App
from webhooks import receive
from webhooks.handlers import texts
from webhooks.verify import signed_by_gateway, signed_by_shopify, signed_by_twilio

BODY = b'{"id":820982911946154508,"name":"#1058"}'
CURRENT, OLD = "the-current-secret", "the-secret-before-it"
SECRETS = (CURRENT.encode(), OLD.encode())
RIGHT = sign(BODY, CURRENT)
TOKEN = "twilio-token"
GATEWAY = b"a key of the gateway of 24 bytes"


@pytest.mark.parametrize("secret", [CURRENT, OLD])
def test_the_current_and_the_old_secret_are_taken(secret: str) -> None:
    assert signed_by_shopify(BODY, sign(BODY, secret), SECRETS)


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param("", id="none"),
        pytest.param(sign(BODY, "an-even-older-secret"), id="of an older secret"),
        pytest.param(sign(BODY, ""), id="of an empty secret"),
        pytest.param(sign(BODY + b"\n", CURRENT), id="of another body"),
        pytest.param(hmac.new(SECRETS[0], BODY, hashlib.sha256).hexdigest(), id="in hex"),
        pytest.param(RIGHT.rstrip("="), id="without its padding"),
        pytest.param(RIGHT.swapcase(), id="in other case"),
        pytest.param("é\ud800", id="not ASCII"),
    ],
)
def test_a_wrong_signature_is_refused(signature: str) -> None:
    assert not signed_by_shopify(BODY, signature, SECRETS)


def test_without_a_secret_nothing_passes() -> None:
    """A secret that is not set must not become one that everybody knows."""
    assert not signed_by_shopify(BODY, sign(BODY, ""), [b""])
    assert not signed_by_shopify(BODY, RIGHT, [])
    assert not signed_by_shopify(BODY, "", [])


def test_a_body_with_any_bit_turned_or_any_end_cut_off_is_refused() -> None:
    for changed in mutants(BODY):
        assert not signed_by_shopify(changed, RIGHT, SECRETS)


def test_a_signature_with_any_bit_turned_or_any_end_cut_off_is_refused() -> None:
    for changed in mutants(RIGHT.encode()):
        text = changed.decode("latin-1")
        assert signed_by_shopify(BODY, text, SECRETS) is (text.strip() == RIGHT)


@given(st.text())
def test_no_other_text_is_the_signature(text: str) -> None:
    assert signed_by_shopify(BODY, text, SECRETS) is (text.strip() == RIGHT)


@pytest.mark.parametrize("spelt", [str.upper, str.lower, str.title, str.swapcase])
def test_headers_mean_the_same_in_any_case_by_either_door(
    spelt: Callable[[str], str], app: App
) -> None:
    raw = payloads.raw(payloads.order())
    sent = payloads.webhook_headers("orders/create", raw, ALICE, API_SECRET, 1)
    for wanted, secret in ((200, API_SECRET), (401, CURRENT)):
        headers = sent | {"X-Shopify-Hmac-Sha256": sign(raw, secret)}
        named = {spelt(name): value for name, value in headers.items()}
        assert app.client.post("/webhooks", data=raw, headers=named).status_code == wanted
        assert by_asgi(raw, [(n.encode(), v.encode()) for n, v in named.items()]) == wanted


def test_a_signature_beside_the_right_header_or_in_the_address_counts_for_nothing(
    app: App,
) -> None:
    raw = payloads.raw(payloads.order())
    sent = payloads.webhook_headers("orders/create", raw, ALICE, API_SECRET, 1)
    right = sent.pop("X-Shopify-Hmac-Sha256")
    for name in ("X_Shopify_Hmac_Sha256", "X-Shopify-Hmac-Sha512", "X-Hmac-Sha256", "Hmac"):
        told = [(n.encode(), v.encode()) for n, v in (sent | {name: right}).items()]
        assert by_asgi(raw, told) == 401, name
    address = f"/webhooks?hmac={quote(right)}&X-Shopify-Hmac-Sha256={quote(right)}"
    assert app.client.post(address, data=raw, headers=sent).status_code == 401
    assert app.house.rows(Inbox) == []


def test_what_was_made_of_a_body_with_no_secret_or_the_client_id_is_refused() -> None:
    for secret in ("", API_KEY, ALICE, "null", "undefined"):
        assert not signed_by_shopify(BODY, sign(BODY, secret), SECRETS)
    assert not signed_by_shopify(BODY, base64.b64encode(sha256(BODY).digest()).decode(), SECRETS)


def test_a_push_with_any_bit_turned_is_refused(app: App) -> None:
    raw = payloads.push(payloads.tracked())
    provider = registry.provider("17track", KEY)
    right = payloads.sign_push(raw, KEY)
    assert provider.verify_push(raw, {"sign": right})
    for changed in mutants(raw[:64]):
        assert not provider.verify_push(changed + raw[64:], {"sign": right})
    for changed in mutants(right.encode()):
        text = changed.decode("latin-1")
        assert provider.verify_push(raw, {"sign": text}) is (text.lower() == right)


def test_a_report_of_twilio_is_bound_to_its_address_and_every_field() -> None:
    url, form = "https://retrack.test/webhooks/twilio/status?message=1-2", {"MessageSid": "SM1"}
    right = of_twilio(url, form)
    assert signed_by_twilio(url, form, right, TOKEN)
    assert not signed_by_twilio(url.replace("1-2", "1-3"), form, right, TOKEN)
    assert not signed_by_twilio(url.replace("https", "http"), form, right, TOKEN)
    assert not signed_by_twilio(url, form | {"MessageStatus": "sent"}, right, TOKEN)
    assert not signed_by_twilio(url, {}, right, TOKEN)
    assert not signed_by_twilio(url, form, right, ""), "no account is set"
    assert not signed_by_twilio(url, form, of_twilio(url, form, ""), "")
    for changed in mutants(right.encode()):
        text = changed.decode("latin-1")
        assert signed_by_twilio(url, form, text, TOKEN) is (text.strip() == right)


def test_a_report_of_a_gateway_is_bound_to_its_id_its_time_and_every_bit() -> None:
    at = int(NOON.timestamp())
    right = signature(GATEWAY, "msg_1", str(at), BODY)

    def taken(body: bytes = BODY, key: bytes = GATEWAY, **changed: str) -> bool:
        told = {"id": "msg_1", "timestamp": str(at), "signature": right} | changed
        headers = {f"webhook-{name}": value for name, value in told.items()}
        return signed_by_gateway(headers, body, key, NOON)

    assert taken()
    assert not taken(id="msg_2")
    assert not taken(timestamp=str(at + 1))
    assert not taken(key=b""), "no gateway is set"
    assert not taken(key=b"", signature=signature(b"", "msg_1", str(at), BODY))
    for changed in mutants(BODY):
        assert not taken(changed)
    for changed in mutants(right.encode()):
        text = changed.decode("latin-1")
        assert taken(signature=text) is (right in text.split())


def test_what_we_send_to_a_gateway_is_no_report_when_it_is_sent_back(app: App) -> None:
    """Both ways are signed with the same secret."""
    sent = {"to": "+12125550147", "from": "+15550100142", "text": "STOP"}
    told = {"type": "message.sms", "data": sent}
    before = rows.of_shop(ALICE)
    with database.writing() as session:
        assert texts.take_of_gateway(session, "gateway", payloads.raw(told))
    assert rows.changed(before, rows.of_shop(ALICE)) == set()


def mutants(whole: bytes) -> Iterator[bytes]:
    """Every way to turn one bit, to leave out one byte, to cut it short and to add to it."""
    for at in range(len(whole)):
        for bit in range(8):
            yield whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]
        yield whole[:at] + whole[at + 1 :]
        yield whole[:at]
    yield whole + b"="
    yield whole + whole


def by_asgi(raw: bytes, headers: list[tuple[bytes, bytes]]) -> int:
    client = Connection(raw)
    run(receive.receive(scope("/webhooks", "POST", headers=headers), client.receive, client.send))
    return client.status


def of_twilio(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()
