"""What became of a text, as a gateway of one's own tells it: signed as Standard Webhooks has it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest

from shopify_app.jobs import deliver, process_inbox
from shopify_app.models import Inbox, OptOut, Outbox
from tests import payloads
from tests.jobs.conftest import Post, post
from tests.support import ALICE, BOB, NOON, App, House
from webhooks import reports
from webhooks.verify import signed_by_gateway

__all__ = ["post"]
PHONE, OURS = "+12125550147", "+15550100142"
KEY = b"a key of twenty-four byte"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def told(app: App, post: Post) -> Iterator[House]:
    """Both shops told the same customer by text, from the same number, and a gateway has a key."""
    for domain in (ALICE, BOB):
        app.house.notify(domain)
        app.house.record(payloads.fulfilled_order(), domain)
    app.house.clock.jump(hours=1)
    deliver.run()
    reports.configure("twilio-token", "https://retrack.test", SECRET)
    yield app.house
    reports.configure("twilio-token", "https://retrack.test")


def one(house: House, domain: str = ALICE) -> Outbox:
    return house.outbox("sms", domain)[0]


def headers(body: bytes, moment: int, name: str = "msg_1", key: bytes = KEY) -> dict[str, str]:
    """As the specification's own text describes them."""
    digest = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": name, "webhook-timestamp": str(moment), "webhook-signature": signature}


def tell(app: App, kind: str, *, late: int = 0, key: bytes = KEY, **data: Any) -> int:
    """Post a message that a gateway signed so many seconds ago, and apply it; its status."""
    body = json.dumps({"type": kind, "data": data}).encode()
    moment = int(app.house.clock.now.timestamp()) - late
    name = hashlib.sha256(body).hexdigest()
    signed = headers(body, moment, name, key)
    status = app.client.post("/webhooks/messages", data=body, headers=signed).status_code
    process_inbox.run()
    return status


def fares(app: App, row: Outbox, status: str, **more: str) -> int:
    return tell(app, "message.status", reference=f"{row.shop_id}-{row.id}", status=status, **more)


def test_the_specifications_own_example_is_a_true_signature() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    signed = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    then = NOON.fromtimestamp(1614265330, NOON.tzinfo)
    assert signed_by_gateway(signed, body, key, then)
    several = signed | {"webhook-signature": f"v1a,x {signed['webhook-signature']} v1,y"}
    assert signed_by_gateway(several, body, key, then)
    assert not signed_by_gateway(signed, body + b" ", key, then)
    assert not signed_by_gateway(signed, body, b"", then)
    assert not signed_by_gateway(signed, body, key, NOON), "years later it is a replay"


def test_what_a_gateway_did_not_sign_lately_is_refused(app: App, told: House) -> None:
    row = one(told)
    assert fares(app, row, "failed", key=b"another key") == 401  # type: ignore[arg-type]
    assert tell(app, "message.received", late=301, text="STOP", **{"from": PHONE}) == 401
    assert tell(app, "message.received", late=-301, text="STOP", **{"from": PHONE}) == 401
    assert app.client.post("/webhooks/messages", data=b"{}").status_code == 401
    reports.configure("twilio-token", "https://retrack.test")
    assert tell(app, "message.received", key=b"", text="STOP", **{"from": PHONE}) == 401
    assert told.rows(Inbox) == []


@pytest.mark.parametrize("reference", ["", "1", "1-", "x-1", f"{2**63}-1", f"1-{'9' * 90}"])
def test_a_reference_that_no_message_can_have_names_none(
    reference: str, app: App, told: House
) -> None:
    assert tell(app, "message.status", reference=reference, status="failed") == 200
    row = told.rows(Inbox)[-1]
    assert (row.state, row.note) == ("ignored", "it names no message")


@pytest.mark.parametrize(
    ("status", "code", "state", "detail"),
    [
        ("delivered", "", "arrived", ""),
        ("failed", "no route", "failed", "sms_undelivered:no route"),
        ("failed", "opted_out", "suppressed", "opted_out"),
        ("on its way", "", "sent", ""),
    ],
)
def test_each_status_ends_the_text_of_that_shop_alone(
    status: str, code: str, state: str, detail: str, app: App, told: House
) -> None:
    row = one(told)
    assert fares(app, row, status, id=row.remote_id, code=code) == 200
    assert (one(told).state, one(told).detail) == (state, detail)
    assert one(told, BOB).state == "sent"


def test_a_text_whose_answer_was_lost_is_found_and_another_id_is_another_text(
    app: App, told: House
) -> None:
    told.change(one(told), state="uncertain", remote_id="")
    fares(app, one(told), "sent", id="T77")
    assert (one(told).state, one(told).remote_id) == ("sent", "T77")
    fares(app, one(told), "failed", id="T99")
    assert one(told).state == "sent"
    fares(app, one(told), "delivered")
    assert one(told).state == "arrived", "a gateway that knows no ids names none"


def test_a_mail_is_nothing_that_a_gateway_can_speak_of(app: App, told: House) -> None:
    mail = told.outbox("email")[0]
    fares(app, mail, "failed")
    assert told.outbox("email")[0].state == "sent"


def test_stop_ends_the_texts_of_each_shop_with_that_number_and_start_begins_them(
    app: App, told: House
) -> None:
    told.change_shop(BOB, sms_from="+15550177777")
    tell(app, "message.received", to=OURS, text=" stop ", **{"from": PHONE})
    [row] = told.rows(OptOut)
    assert (row.shop_id, row.channel, row.why) == (told.shop().id, "sms", "stop")
    tell(app, "message.received", to=OURS, text="Start", **{"from": PHONE})
    assert told.rows(OptOut) == []


@pytest.mark.parametrize(
    "body", [b"[]", b'{"type": "message.status"}', b'{"type": "x", "data": {"a": null}}']
)
def test_a_message_of_another_shape_changes_nothing_and_is_not_tried_again(
    body: bytes, app: App, told: House
) -> None:
    signed = headers(body, int(told.clock.now.timestamp()))
    answer = app.client.post("/webhooks/messages", data=body, headers=signed)
    assert answer.status_code == 200
    process_inbox.run()
    assert [row.state for row in told.rows(Inbox)] == ["ignored"]
