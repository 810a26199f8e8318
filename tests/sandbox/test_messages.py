"""The mail server and Twilio's stand-in take messages, and fail in the documented ways."""

from __future__ import annotations

import json
import smtplib
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests

from sandbox.texts import segments, signature
from shopify_app.outgoing import bounce, http
from shopify_app.outgoing.errors import Permanent, Refused
from shopify_app.outgoing.sms import Text
from tests.sandbox.support import KEYS, App, Client
from tests.waiting import eventually
from webhooks.verify import signed_by_gateway


def send_mail(client: Client) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "Tidewick <hello@tidewick.example>", "ada@example.com"
    message["Subject"], message["Message-ID"] = "Đơn hàng #1001", "<1@tidewick.example>"
    message.set_content("Your parcel is on its way.")
    message.add_alternative("<p>Your parcel is on its way.</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", client.sandbox.smtp_port, timeout=5) as server:
        server.send_message(message)


def test_a_mail_is_kept_with_its_parts(client: Client) -> None:
    send_mail(client)
    (mail,) = client.look("mails?to=ada@example.com&parts=1")["mails"]
    assert mail["subject"] == "Đơn hàng #1001"
    assert mail["html"].strip() == "<p>Your parcel is on its way.</p>"
    page = requests.get(f"{client.sandbox.url}/mails/{mail['id']}", timeout=5).text
    assert "Đơn hàng #1001" in page


@pytest.mark.parametrize(
    ("mode", "error", "kept"),
    [
        ("down", ConnectionRefusedError, 0),
        ("busy", smtplib.SMTPSenderRefused, 0),
        ("reject", smtplib.SMTPRecipientsRefused, 0),
        ("drop", (smtplib.SMTPServerDisconnected, ConnectionResetError), 1),
    ],
)
def test_the_mail_server_fails_as_it_is_told(
    client: Client, mode: str, error: Any, kept: int
) -> None:
    client.control("providers/mail", mode=mode)
    with pytest.raises(error):
        send_mail(client)
    assert len(client.look("mails")["mails"]) == kept
    client.control("providers/mail", mode="ok")
    send_mail(client)


def test_a_mail_comes_back_as_the_report_that_the_product_reads(client: Client, app: App) -> None:
    send_mail(client)
    (mail,) = client.look("mails")["mails"]
    where = f"mails/{mail['id']}/bounce"
    refused = requests.post(f"{client.sandbox.url}/control/{where}", json={}, timeout=5)
    assert (refused.status_code, "bounce_url" in refused.text) == (422, True)
    client.control("providers/mail", bounce_url=f"{app.url}/webhooks/email/secret")
    client.control(where, status="5.2.2")
    eventually(lambda: len(app.heard) == 1)
    [heard] = app.heard
    assert (heard.path, heard.headers["Content-Type"]) == (
        "/webhooks/email/secret",
        "message/rfc822",
    )
    [sent] = client.look("mails?parts=1")["mails"]
    came_back = bounce.read(heard.body)
    message_id = dict(sent["headers"])["Message-ID"]
    assert came_back == bounce.Bounce(message_id, "ada@example.com", "5.2.2")


def send_text(client: Client, **changes: str) -> requests.Response:
    form = {"To": "+13025550123", "From": "+15005550006", "Body": "On its way", **changes}
    return requests.post(
        f"{client.sandbox.url}/twilio/2010-04-01/Accounts/{KEYS.twilio_sid}/Messages.json",
        data=form,
        auth=(KEYS.twilio_sid, KEYS.twilio_token),
        timeout=5,
    )


def test_a_text_is_delivered_and_its_status_called_back(client: Client, app: App) -> None:
    url = f"{app.url}/webhooks/twilio/status"
    answer = send_text(client, StatusCallback=url)
    assert (answer.status_code, answer.json()["status"]) == (201, "queued")
    client.control("clock", jump="1m")
    eventually(lambda: client.look("texts")["texts"][0]["status"] == "delivered")
    eventually(lambda: len(app.heard) == 2)
    form = dict(parse_qsl(app.heard[0].body.decode()))
    expected = signature(KEYS.twilio_token, url, form)
    assert app.heard[0].headers["X-Twilio-Signature"] == expected


def test_the_signature_is_twilios_own() -> None:
    form = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234",
            "From": "+14158675309", "To": "+18005551212"}  # fmt: skip
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_a_wrong_number_and_an_opted_out_one_are_refused(client: Client) -> None:
    assert send_text(client, To="555").json()["code"] == 21211
    client.control("texts/reply", **{"from": "+13025550123", "body": " stop "})
    answer = send_text(client)
    assert (answer.status_code, answer.json()["code"]) == (400, 21610)


def test_a_wrong_token_is_refused(client: Client) -> None:
    client.control("providers/twilio", mode="wrong_key")
    answer = send_text(client)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


def test_a_dropped_line_leaves_the_sender_without_an_answer(client: Client) -> None:
    client.control("providers/twilio", mode="drop")
    with pytest.raises(requests.ConnectionError):
        send_text(client)
    assert len(client.look("texts")["texts"]) == 1


def test_vietnamese_texts_need_more_parts() -> None:
    assert [segments("a" * 160), segments("a" * 161), segments("đ" * 71)] == [1, 2, 2]


def by_gateway(client: Client, key: str = "k1", secret: str = KEYS.message_secret) -> str:
    """Send a text as the product does."""
    text = Text("+13025550123", "Hàng đã gửi", "+15005550006", key=key, reference="7-9")
    return http.sender(f"{client.sandbox.url}/gateway", secret)(text)


def test_a_gateway_takes_a_text_once_and_tells_how_it_fares(client: Client, app: App) -> None:
    assert by_gateway(client) == by_gateway(client)
    client.control("clock", jump="1m")
    eventually(lambda: len(app.heard) == 2)
    assert len(client.look("texts")["texts"]) == 1
    key = http.key_of(KEYS.message_secret)
    for heard, status in zip(app.heard, ("sent", "delivered"), strict=True):
        headers = {name.lower(): value for name, value in heard.headers.items()}
        assert heard.path == "/webhooks/messages"
        assert signed_by_gateway(headers, heard.body, key, client.world.clock.now())
        told = json.loads(heard.body)
        assert (told["type"], told["data"]["status"]) == ("message.status", status)
        assert told["data"]["reference"] == "7-9"


def test_a_gateway_tells_who_answered_stop_and_takes_no_more_for_them(
    client: Client, app: App
) -> None:
    by_gateway(client)
    client.control("texts/reply", **{"from": "+13025550123", "body": "STOP"})
    eventually(lambda: any(b"message.received" in heard.body for heard in app.heard))
    with pytest.raises(Permanent):
        by_gateway(client, "k2")


def test_a_gateway_refuses_what_another_signed(client: Client) -> None:
    with pytest.raises(Refused):
        by_gateway(client, secret="whsec_" + "QUJD" * 8)
