"""The owner's mail: what requires attention, when they want it, and nothing when nothing does."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest

from shopify_app.jobs import bulk, deliver, prepare
from shopify_app.outgoing.letter import Letter
from tests import payloads
from tests.mails import opened
from tests.payloads import NUMBER, step, tracked
from tests.support import ALICE, BOB, NOON, House

DAY = timedelta(days=1)


@pytest.fixture
def mails(house: House, monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    """What went out by email."""
    out: list[EmailMessage] = []

    def send(letter: Letter) -> str:
        out.append(opened(letter))
        return "id"

    ways = prepare.Ways(email=send, sms=lambda _: "", mail_from="orders@retrack.test", sms_from="")
    monkeypatch.setattr(prepare, "_ways", ways)
    return out


@pytest.fixture
def due(house: House) -> House:
    """Alice wants a mail each day, and one parcel of hers is lost; so is one of Bob's."""
    for domain in (ALICE, BOB):
        house.change_shop(domain, tidy_at=None, reconcile_at=None, write_back=False)
        house.record(payloads.fulfilled_order(), domain)
        house.track(tracked(NUMBER, step("Exception_Lost", "2026-11-24T08:00:00Z")), domain)
    house.change_shop(digest="daily", digest_at=NOON, contact_email="hello@alice.test")
    return house


def test_the_owner_hears_what_requires_attention(due: House, mails: list[EmailMessage]) -> None:
    bulk.run()
    deliver.run()
    [mail] = mails
    assert (mail["To"], mail["Subject"]) == ("hello@alice.test", "1 order needs you")
    text = mail.get_body(("plain",))
    assert text
    told = text.get_content()
    assert "Alert, Expired or Undelivered: 1" in told
    assert "#1058" in told
    assert f"https://{ALICE}/admin/apps/" in told
    assert due.shop().digest_at == NOON + timedelta(hours=1), "eight o'clock in New York"


def test_in_vietnamese_where_the_shop_is(due: House, mails: list[EmailMessage]) -> None:
    due.change_shop(locale="vi")
    bulk.run()
    deliver.run()
    assert mails[0]["Subject"] == "1 đơn hàng cần bạn xử lý"


def test_it_is_written_once_a_day(due: House, mails: list[EmailMessage]) -> None:
    bulk.run()
    due.change_shop(digest_at=NOON)
    bulk.run()
    deliver.run()
    assert len(mails) == 1


def test_where_nothing_requires_attention_nothing_is_sent(
    due: House, mails: list[EmailMessage]
) -> None:
    due.track(tracked(NUMBER, step("Delivered_Other", "2026-11-24T10:00:00Z")))
    bulk.run()
    deliver.run()
    assert mails == []
    assert due.shop().digest_at == NOON + timedelta(hours=1)


def test_what_is_settled_before_it_goes_out_is_not_told(
    due: House, mails: list[EmailMessage]
) -> None:
    bulk.run()
    due.track(tracked(NUMBER, step("Delivered_Other", "2026-11-24T10:00:00Z")))
    deliver.run()
    assert mails == []
    assert {row.state for row in due.outbox("owner")} == {"suppressed"}


def test_who_did_not_ask_gets_none(due: House, mails: list[EmailMessage]) -> None:
    due.clock.jump(days=3)
    due.change_shop(digest_at=None)
    bulk.run()
    deliver.run()
    assert mails == []
