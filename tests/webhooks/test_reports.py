"""What became of a message, as Twilio, a mail server and the customer tell it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import re

import pytest
from werkzeug.test import TestResponse

from shopify_app.jobs import deliver, process_inbox
from shopify_app.models import Inbox, OptOut, Outbox
from tests import payloads
from tests.jobs.conftest import Post, post
from tests.support import ALICE, BOB, App, House
from webhooks.reports import bounce_token
from webhooks.verify import signed_by_twilio

__all__ = ["post"]
PHONE = "+12125550147"
EMAIL = "maren.oakdale@example.com"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def told(app: App, post: Post) -> House:
    """Both shops told the same customer by email and by text, from the same number."""
    for domain in (ALICE, BOB):
        app.house.notify(domain)
        app.house.record(payloads.fulfilled_order(), domain)
    app.house.clock.jump(hours=1)
    deliver.run()
    return app.house


def one(house: House, channel: str, domain: str = ALICE) -> Outbox:
    return house.outbox(channel, domain)[0]


def twilio(app: App, path: str, token: str = "twilio-token", **form: str) -> TestResponse:
    """A callback, signed over the address by which the world knows us."""
    form = {"AccountSid": "AC123"} | form
    signed = f"https://retrack.test{path}" + "".join(k + form[k] for k in sorted(form))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    headers = {"X-Twilio-Signature": base64.b64encode(digest).decode()}
    return app.client.post(path, data=form, headers=headers)


def fares(app: App, row: Outbox, status: str, sid: str = "", code: str = "") -> None:
    path = f"/webhooks/twilio/status?message={row.shop_id}-{row.id}"
    more = {"ErrorCode": code} if code else {}
    form = {"MessageSid": sid or row.remote_id, "MessageStatus": status} | more
    assert twilio(app, path, **form).status_code == 200
    process_inbox.run()


def answer(app: App, body: str, **form: str) -> None:
    form = {"From": PHONE, "To": "+15550100142", "Body": body, "MessageSid": f"SM{body}"} | form
    assert twilio(app, "/webhooks/twilio/incoming", **form).status_code == 200
    process_inbox.run()


def bounced(row: Outbox, status: str = "5.1.1", action: str = "failed") -> bytes:
    """A report in the shape of RFC 3464's own example."""
    return (
        "From: MAILER-DAEMON@mx.test\nSubject: Undelivered\nMessage-ID: <report@mx.test>\n"
        "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;"
        ' boundary="b"\n\n--b\n\nIt did not arrive.\n\n--b\nContent-Type: message/delivery-status'
        f"\n\nReporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; {EMAIL}\nAction: {action}\n"
        f"Status: {status}\n\n--b\nContent-Type: text/rfc822-headers\n\nSubject: Order #1058\n"
        f"Message-ID: {row.remote_id}\n\n--b--\n"
    ).encode()


def test_twilios_own_example_is_a_true_signature() -> None:
    form = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234",
            "From": "+14158675309", "To": "+18005551212"}  # fmt: skip
    url, right = "https://mycompany.com/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert signed_by_twilio(url, form, right, "12345")
    assert signed_by_twilio(url.replace(".com/", ".com:443/"), form, right, "12345")
    assert not signed_by_twilio(url, form | {"Digits": "1235"}, right, "12345")
    assert not signed_by_twilio(url, form, right, "")


def test_what_twilio_did_not_sign_is_refused(app: App, told: House) -> None:
    row = one(told, "sms")
    path = f"/webhooks/twilio/status?message={row.shop_id}-{row.id}"
    form = {"MessageSid": "SM1", "MessageStatus": "failed"}
    assert twilio(app, path, token="another", **form).status_code == 401
    assert app.client.post(path, data=form).status_code == 401
    assert app.house.rows(Inbox) == []


@pytest.mark.parametrize("order", list(itertools.permutations(["queued", "sent", "delivered"])))
def test_reports_in_any_order_end_as_arrived(app: App, told: House, order: tuple[str, ...]) -> None:
    for status in order:
        fares(app, one(told, "sms"), status)
    assert one(told, "sms").state == "arrived"
    assert one(told, "sms", BOB).state == "sent"


def test_a_text_that_did_not_arrive_says_why(app: App, told: House) -> None:
    fares(app, one(told, "sms"), "undelivered", code="30003")
    fares(app, one(told, "sms"), "sent")
    assert (one(told, "sms").state, one(told, "sms").detail) == ("failed", "sms_undelivered:30003")
    fares(app, one(told, "sms", BOB), "failed", code="21610")
    assert one(told, "sms", BOB).detail == "opted_out"


def test_a_text_whose_answer_was_lost_is_found_by_its_row(app: App, told: House) -> None:
    row = one(told, "sms")
    told.change(row, state="uncertain", remote_id="")
    fares(app, row, "queued", sid="SM77")
    assert (one(told, "sms").state, one(told, "sms").remote_id) == ("sent", "SM77")
    fares(app, row, "delivered", sid="SM99")
    assert one(told, "sms").state == "sent", "that was another text"


def test_stop_ends_the_texts_of_each_shop_with_that_number_and_start_begins_them(
    app: App, told: House, post: Post
) -> None:
    told.change_shop(BOB, sms_from="+15550177777")
    answer(app, " stop ")
    other = payloads.fulfillment("RR123456785CN", 2, 2)
    for domain in (ALICE, BOB):
        told.record(payloads.fulfilled_order(other, id=2), domain)
    deliver.run()
    rows = [told.outbox("sms", domain)[-1] for domain in (ALICE, BOB)]
    assert [(r.state, r.detail) for r in rows] == [("suppressed", "opted_out"), ("sent", "")]
    assert [row.state for row in told.outbox("email")] == ["sent", "sent"], "mails go on"
    answer(app, "START")
    answer(app, "thanks")
    assert told.rows(OptOut) == []


def test_a_mail_that_came_back_failed_and_none_follows_it(
    app: App, told: House, post: Post
) -> None:
    assert app.client.post("/webhooks/email/guess", data=b"x").status_code == 404
    path = f"/webhooks/email/{bounce_token()}"
    for raw in (bounced(one(told, "email"), action="delayed"), bounced(one(told, "email"))):
        assert app.client.post(path, data=raw).status_code == 200
        assert one(told, "email").state == "sent"
    process_inbox.run()
    assert (one(told, "email").state, one(told, "email").detail) == ("failed", "bounced:5.1.1")
    assert {row.body for row in told.rows(Inbox)} == {b""}
    other = payloads.fulfillment("RR123456785CN", 2, 2)
    told.record(payloads.fulfilled_order(other, id=2))
    deliver.run()
    assert told.outbox("email")[-1].detail == "bounced"


def test_a_full_mailbox_says_nothing_of_the_next_mail(app: App, told: House) -> None:
    raw = bounced(one(told, "email"), "5.2.2")
    app.client.post(f"/webhooks/email/{bounce_token()}", data=raw)
    app.client.post(f"/webhooks/email/{bounce_token()}", data=b"no mail at all")
    process_inbox.run()
    assert (one(told, "email").state, one(told, "email").detail) == ("failed", "came_back:5.2.2")
    assert told.rows(OptOut) == []


def test_a_customer_stops_mails_by_the_link_in_one(app: App, told: House, post: Post) -> None:
    mail = next(m for m in post.mails if "Alice" in m["From"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(mail["List-Unsubscribe"]).strip("<>")
    assert link in str(mail.get_body(("plain",)).get_content()).replace("=\n", "")
    path = link.removeprefix("https://retrack.test")
    page = app.client.get(path)
    assert (page.status_code, "Alice" in page.text, told.rows(OptOut)) == (200, True, [])
    assert not re.search(r"548380009|maren", page.text)
    assert app.client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    [row] = told.rows(OptOut)
    assert (row.shop_id, row.channel, row.why) == (told.shop().id, "email", "link")
    assert "maren" not in row.address_hash
    assert "no more" in app.client.get(path).text
    other = payloads.fulfillment("RR123456785CN", 2, 2)
    for domain in (ALICE, BOB):
        told.record(payloads.fulfilled_order(other, id=2), domain)
    deliver.run()
    rows = [told.outbox("email", domain)[-1] for domain in (ALICE, BOB)]
    assert [row.state for row in rows] == ["suppressed", "sent"]
    assert app.client.post(path, data={"start": "1"}).status_code == 303
    assert told.rows(OptOut) == []
    broken = app.client.get(f"{path[:-4]}AAAA", headers={"Accept-Language": "vi-VN,en;q=0.5"})
    assert (broken.status_code, "Liên kết này không hoạt động" in broken.text) == (404, True)
    assert app.client.post(f"{path[:-4]}AAAA").status_code == 404
    assert "This link does not work" in app.client.get("/stop/nothing").text


def test_a_mail_that_is_tried_again_is_the_same_mail(app: App, told: House, post: Post) -> None:
    first = next(m for m in post.mails if "Alice" in m["From"])
    told.change(one(told, "email"), state="waiting")
    deliver.run()
    assert post.mails[-1]["Message-ID"] == first["Message-ID"]
