"""What was decided for a customer goes out once, or it is known why it did not."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from rq.timeouts import JobTimeoutException
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shopify_app import database
from shopify_app.actions import orders, outbox
from shopify_app.jobs import deliver, turns
from shopify_app.models import Outbox
from shopify_app.outgoing import render
from shopify_app.outgoing.errors import Permanent, Retry, SendError, Uncertain
from shopify_app.outgoing.sms import OptedOut
from tests import payloads
from tests.jobs.conftest import Post
from tests.payloads import NUMBER
from tests.support import ALICE, BOB, NOON, House

LATER = "2026-11-24T12:30:00Z"


class Killed(BaseException):
    """The worker's process ended here."""


@pytest.fixture
def shipped(house: House, post: Post) -> House:
    """An email that is due, and a text that waits for 8 o'clock in New York."""
    house.notify()
    house.record(payloads.fulfilled_order())
    return house


def row(house: House, channel: str = "email") -> Outbox:
    [found] = house.outbox(channel)
    return found


def states(house: House) -> dict[str, tuple[str, str]]:
    return {row.channel: (row.state, row.detail) for row in house.outbox()}


def words(mail: EmailMessage) -> str:
    """The plain text, which says the same as the HTML beside it."""
    plain, html = mail.iter_parts()
    assert html.get_content_type() == "text/html"
    return str(plain.get_content())


def test_a_confirmation_goes_out_by_email_and_text_once(shipped: House, post: Post) -> None:
    shipped.clock.jump(hours=1)
    deliver.run()
    deliver.run()
    [mail], [text] = post.mails, post.texts
    link = f"https://t.17track.net/en#nums={NUMBER}"
    assert mail["To"] == "maren.oakdale@example.com"
    assert mail["From"] == "Alice <orders@retrack.test>"
    assert mail["Reply-To"] == "owner@alice.test"
    assert "#1058" in mail["Subject"]
    assert link in words(mail)
    assert (text.to, text.from_number) == ("+12125550147", "+15550100142")
    assert link in text.body
    found = {row.channel: (row.state, row.remote_id, row.attempts) for row in shipped.outbox()}
    assert found == {"email": ("sent", "<1@retrack.test>", 1), "sms": ("sent", "SM1", 1)}


def test_a_mail_that_went_out_is_sent_although_the_database_was_started_anew_just_then(
    shipped: House, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, away = database.writing, iter([True, True])

    def writing_once_it_is_back() -> AbstractContextManager[Any]:
        if post.mails and next(away, False):
            raise OperationalError("UPDATE", {}, Exception("the database system is starting up"))
        return writing()

    monkeypatch.setattr(database, "writing", writing_once_it_is_back)
    deliver.run()
    assert states(shipped)["email"] == ("sent", "")
    assert next(away, None) is None


def test_a_text_waits_until_eight_in_the_morning(shipped: House, post: Post) -> None:
    deliver.run()
    shipped.clock.now = NOON + timedelta(minutes=59, seconds=59)
    deliver.run()
    assert (len(post.mails), len(post.texts)) == (1, 0)
    shipped.clock.jump(seconds=1)
    deliver.run()
    assert (len(post.mails), len(post.texts)) == (1, 1)


def test_a_text_that_is_tried_again_at_night_waits_for_the_morning(
    shipped: House, post: Post
) -> None:
    nine_in_the_evening = NOON + timedelta(hours=14)
    shipped.change(row(shipped, "sms"), due_at=nine_in_the_evening - timedelta(seconds=5))
    shipped.clock.now = row(shipped, "sms").due_at
    post.fails = Retry("sms_later", 503)
    deliver.run()
    post.fails = None
    shipped.clock.jump(seconds=10)
    deliver.run()
    waiting = row(shipped, "sms")
    assert (waiting.state, waiting.due_at) == ("waiting", nine_in_the_evening + timedelta(hours=11))
    assert (post.texts, waiting.attempts) == ([], 1)


def test_each_shop_sends_under_its_own_name(shipped: House, post: Post) -> None:
    shipped.notify(BOB)
    own = {"mail_from": "hello@bob.test", "reply_to": "care@bob.test", "sender_name": "Bob & Co"}
    shipped.change_shop(BOB, tracking_url="https://track.bob.test/?n=", sms_from="+15550177", **own)
    shipped.record(payloads.fulfilled_order(email="bobs@example.com"), BOB)
    shipped.clock.jump(hours=1)
    deliver.run()
    mails = dict(zip(post.mailed, post.mails, strict=True))
    mail = mails["bobs@example.com"]
    assert (mail["From"], mail["Reply-To"]) == ("Bob & Co <hello@bob.test>", "care@bob.test")
    assert f"https://track.bob.test/?n={NUMBER}" in words(mail)
    assert "bob" not in words(mails["maren.oakdale@example.com"]).lower()
    assert {text.from_number for text in post.texts} == {"+15550100142", "+15550177"}


def test_a_server_that_is_down_is_tried_again_ever_later_and_then_given_up(
    shipped: House, post: Post
) -> None:
    post.fails = Retry("mail_unreachable", "ConnectionRefusedError")
    waits = []
    while row(shipped).state == "waiting":
        shipped.clock.now = row(shipped).due_at
        deliver.run()
        waits.append((row(shipped).due_at - shipped.clock.now).total_seconds())
        assert row(shipped).detail == "mail_unreachable:ConnectionRefusedError"
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 0]
    assert (row(shipped).state, row(shipped).attempts) == ("failed", deliver.MOST_TRIES)


def test_a_server_that_comes_back_gets_the_message_once(shipped: House, post: Post) -> None:
    post.fails = Retry("mail_later", 421)
    deliver.run()
    post.fails = None
    for _ in range(3):
        shipped.clock.jump(seconds=10)
        deliver.run()
    assert len(post.mails) == 1
    assert (row(shipped).state, row(shipped).detail) == ("sent", "")


@pytest.mark.parametrize(
    ("error", "ended"),
    [
        (Uncertain("broke"), ("uncertain", "broke")),
        (Permanent("sms_refused", 21211), ("failed", "sms_refused:21211")),
        (OptedOut("opted_out"), ("suppressed", "opted_out")),
    ],
    ids=["no answer came", "refused", "STOP"],
)
def test_what_may_have_gone_out_or_never_will_is_not_sent_again(
    shipped: House, post: Post, error: SendError, ended: tuple[str, str]
) -> None:
    post.fails = error
    shipped.clock.jump(hours=1)
    deliver.run()
    post.fails = None
    shipped.clock.jump(days=2)
    deliver.run()
    assert states(shipped) == {"email": ended, "sms": ended}
    assert (post.tries, post.mails, post.texts) == (2, [], [])


def test_a_message_whose_sender_died_is_uncertain_after_five_minutes(
    shipped: House, post: Post
) -> None:
    post.fails = Killed()
    with pytest.raises(Killed):
        deliver.run()
    post.fails = None
    shipped.clock.now = NOON + deliver.STUCK_AFTER
    deliver.run()
    assert row(shipped).state == "sending"
    shipped.clock.jump(seconds=1)
    deliver.run()
    assert states(shipped)["email"] == ("uncertain", "interrupted")
    assert (post.tries, post.mails) == (1, [])


def test_a_send_that_runs_out_of_time_is_not_repeated_and_holds_up_nobody(
    shipped: House, post: Post
) -> None:
    second = payloads.fulfillment("RR123456785CN", 2, 2)
    shipped.record(payloads.fulfilled_order(second, id=2, email="second@example.com"))
    post.fails = JobTimeoutException("time is up")
    with pytest.raises(JobTimeoutException):
        deliver.run()
    post.fails = None
    deliver.run()
    assert post.mailed == ["second@example.com"]
    assert [row.state for row in shipped.outbox("email")] == ["sending", "sent"]


def test_a_send_that_ends_as_nobody_foresaw_is_uncertain_and_holds_up_nobody(
    shipped: House, post: Post
) -> None:
    post.fails = RuntimeError("a case nobody thought of")
    shipped.clock.jump(hours=1)
    deliver.run()
    assert [state for state, _ in states(shipped).values()] == ["uncertain", "uncertain"]
    assert post.tries == 2


def test_whenever_one_goes_out_all_before_it_are_kept_and_it_alone_is_being_sent(
    shipped: House, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So whenever a sender dies, what nobody knows is of one message."""
    second = payloads.fulfillment("RR123456785CN", 2, 2)
    shipped.record(payloads.fulfilled_order(second, id=2))
    seen = []
    monkeypatch.setattr(
        post, "_try", lambda: seen.append([row.state for row in shipped.outbox("email")])
    )
    deliver.run()
    assert seen == [["sending", "waiting"], ["sent", "sending"]]


def test_an_order_that_cannot_be_read_holds_up_nobody(shipped: House, post: Post) -> None:
    second = payloads.fulfillment("RR123456785CN", 2, 2)
    shipped.record(payloads.fulfilled_order(second, id=2, email="second@example.com"))
    with database.engine().begin() as connection:
        spoilt = text("UPDATE orders SET email = 'of a key that is gone' WHERE id = :id")
        connection.execute(spoilt, {"id": payloads.ORDER})
    deliver.run()
    assert post.mailed == ["second@example.com"]
    [row, other] = shipped.outbox("email")
    assert (row.state, row.detail, other.state) == ("waiting", "not_ready:CannotDecrypt", "sent")


def test_two_senders_do_not_take_the_same_row(shipped: House) -> None:
    first, second = (turns.take([row(shipped).id]) for _ in "12")
    assert first
    assert second is None


@pytest.mark.parametrize(
    ("happened", "why"),
    [
        pytest.param({"cancelled_at": LATER}, "order_gone", id="order cancelled"),
        pytest.param({"email": None, "contact_email": None}, "no_email", id="no email any more"),
        pytest.param(
            {"fulfillments": [payloads.fulfillment(status="cancelled", updated_at=LATER)]},
            "fulfillment_gone",
            id="fulfillment cancelled",
        ),
        pytest.param(
            {"fulfillments": [payloads.fulfillment(None, updated_at=LATER)]},
            "fulfillment_gone",
            id="number taken away",
        ),
    ],
)
def test_what_is_no_longer_so_is_not_told(
    shipped: House, post: Post, happened: payloads.Body, why: str
) -> None:
    shipped.record(payloads.fulfilled_order(updated_at=LATER, **happened))
    deliver.run()
    assert states(shipped)["email"] == ("suppressed", why)
    assert post.mails == []


@pytest.mark.parametrize(
    ("switched", "email", "sms"),
    [
        ({"notify": False}, "suppressed", "suppressed"),
        ({"notify_by": "shopify"}, "suppressed", "suppressed"),
        ({"notify_email": False}, "suppressed", "sent"),
        ({"notify_sms": False}, "sent", "suppressed"),
    ],
)
def test_what_the_merchant_switched_off_meanwhile_is_not_told(
    shipped: House, post: Post, switched: dict[str, object], email: str, sms: str
) -> None:
    shipped.change_shop(**switched)
    shipped.clock.jump(hours=1)
    deliver.run()
    why = {"suppressed": "switched_off", "sent": ""}
    assert states(shipped) == {"email": (email, why[email]), "sms": (sms, why[sms])}


def test_a_deleted_order_is_not_told(shipped: House, post: Post) -> None:
    with shipped.changing() as (session, shop):
        orders.delete_order(session, shop, payloads.ORDER)
    shipped.clock.jump(hours=1)
    deliver.run()
    assert set(states(shipped).values()) == {("suppressed", "order_gone")}
    assert (post.mails, post.texts) == ([], [])


def test_the_message_tells_what_is_known_when_it_is_sent(shipped: House, post: Post) -> None:
    mended = payloads.fulfillment("RR123456785CN", updated_at=LATER)
    shipped.record(payloads.fulfilled_order(mended, updated_at=LATER, email="new@example.com"))
    deliver.run()
    assert post.mailed == ["new@example.com"]
    assert "RR123456785CN" in words(post.mails[0])
    assert NUMBER not in words(post.mails[0])


def test_a_message_that_could_not_be_written_is_tried_again(
    shipped: House, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as for_now:
        for_now.setattr(render, "email", lambda *_, **__: {}["a template is missing"])
        deliver.run()
    assert states(shipped)["email"] == ("waiting", "not_ready:KeyError")
    shipped.clock.jump(seconds=10)
    deliver.run()
    assert len(post.mails) == 1


def test_an_order_without_name_address_or_items_is_told_all_the_same(
    house: House, post: Post
) -> None:
    house.notify()
    nobody = {"shipping_address": None, "customer": None, "phone": "+12125550147"}
    bare = payloads.fulfillment(line_items=[])
    house.record(payloads.fulfilled_order(bare, customer_locale=None, **nobody))
    house.clock.jump(hours=1)
    deliver.run()
    assert states(house) == {"email": ("sent", ""), "sms": ("sent", "")}


def test_a_number_that_is_no_phone_fails_and_its_email_goes_out(house: House, post: Post) -> None:
    house.notify()
    house.record(payloads.fulfilled_order(phone="call me"))
    house.clock.jump(hours=1)
    deliver.run()
    assert states(house) == {"email": ("sent", ""), "sms": ("failed", "bad_phone")}


@pytest.mark.parametrize(
    ("settle", "mails", "state"),
    [(outbox.send_again, 1, "sent"), (outbox.mark_as_sent, 0, "sent"), (None, 0, "uncertain")],
    ids=["send again", "mark as sent", "neither"],
)
def test_the_merchant_settles_what_is_uncertain(
    shipped: House, post: Post, settle: outbox.Settle | None, mails: int, state: str
) -> None:
    """Even if messages were switched off since: they insist."""
    post.fails = Uncertain("broke")
    deliver.run()
    post.fails = None
    shipped.change_shop(notify=False)
    if settle:
        with shipped.changing(ALICE) as (session, shop):
            wanted = Outbox.shop_id == shop.id, Outbox.channel == "email"
            settle(session, session.query(Outbox).filter(*wanted).one())
    deliver.run()
    deliver.run()
    assert (len(post.mails), row(shipped).state) == (mails, state)
