"""What waits already goes by what the merchant chooses now: sooner, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from shopify_app.actions import retiming
from shopify_app.jobs import bulk, deliver, retime
from shopify_app.models import Outbox
from tests import payloads
from tests.admin.shop import ship
from tests.jobs.conftest import Post, post
from tests.payloads import NUMBER, step, tracked
from tests.support import ALICE, BOB, INSTALLED, NOON, App

__all__ = ["post"]
CONFIRMATION = "shipping_confirmation"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def open_(app: App) -> App:
    """Alice and Bob write by email; both wait three days for the first scan."""
    for domain in (ALICE, BOB):
        app.house.notify(domain)
        app.house.change_shop(
            domain,
            notify_sms=False,
            write_back=False,
            first_scan_days=3,
            tidy_at=None,
            reconcile_at=None,
            import_state="done",
        )
    return app


def save(app: App, **given: str) -> None:
    kept = {"first_scan_days": str(app.house.shop().first_scan_days)}
    assert app.submit("/settings/messages", kept | given).status_code == 303


def told(app: App, event: str = CONFIRMATION, domain: str = ALICE) -> Outbox:
    [row] = [row for row in app.house.outbox("email", domain) if row.event == event]
    return row


def test_without_the_wait_for_a_scan_what_waited_goes_out_at_once(
    open_: App, post: Post, woken: Callable[[], set[str]]
) -> None:
    for domain in (ALICE, BOB):
        open_.house.record(payloads.fulfilled_order(), domain)
    open_.house.clock.jump(hours=5)
    save(open_, first_scan_days="0")
    assert "bulk" in woken()
    bulk.run()
    assert "deliver" in woken()
    deliver.run()
    assert (told(open_).state, told(open_).detail) == ("sent", "")
    other = told(open_, domain=BOB)
    assert (other.state, other.detail, other.due_at) == ("waiting", "first_scan", NOON + 3 * DAY)
    assert len(post.mails) == 1


def test_a_shorter_wait_holds_for_what_waits_and_a_longer_one_does_not(open_: App) -> None:
    open_.house.record(payloads.fulfilled_order())
    save(open_, first_scan_days="7")
    bulk.run()
    assert told(open_).due_at == NOON + 3 * DAY
    save(open_, first_scan_days="2")
    bulk.run()
    assert (told(open_).due_at, told(open_).detail) == (NOON + 2 * DAY, "first_scan")


def test_a_message_that_is_switched_off_is_called_back(open_: App, post: Post) -> None:
    open_.house.change_shop(
        first_scan_days=0,
        told_events={"in_transit": {"email": INSTALLED.isoformat()}},
        timings={"in_transit": {"email": [24 * 60, 0, 0]}},
    )
    open_.house.record(payloads.fulfilled_order())
    open_.house.track(tracked(NUMBER, step("InTransit_PickedUp", "2026-11-24T08:00:00Z")))
    assert told(open_, "in_transit").state == "waiting"
    save(open_)
    bulk.run()
    row = told(open_, "in_transit")
    assert (row.state, row.detail, row.ended_at) == ("suppressed", "switched_off", NOON)
    deliver.run()
    assert len(post.mails) == 1, "the confirmation alone"


def test_without_a_delay_what_waited_goes_out_at_once(open_: App, post: Post) -> None:
    late = {CONFIRMATION: {"email": [24 * 60, 0, 0]}}
    open_.house.change_shop(first_scan_days=0, timings=late)
    open_.house.record(payloads.fulfilled_order())
    open_.house.clock.jump(hours=1)
    save(open_, **{f"{CONFIRMATION}-email-delay": "240"})
    bulk.run()
    assert told(open_).due_at == NOON + 4 * HOUR, "of its news, not of now"
    save(open_, **{f"{CONFIRMATION}-email-delay": "0"})
    bulk.run()
    deliver.run()
    assert (told(open_).state, len(post.mails)) == ("sent", 1)


def test_what_was_tried_or_is_insisted_on_keeps_its_time(open_: App) -> None:
    for number in (1, 2):
        ship(open_.house, number)
    tried, insisted = open_.house.outbox("email")
    open_.house.change(tried, attempts=1, detail="mail_later", due_at=NOON + HOUR)
    open_.house.change(insisted, insisted=True, due_at=NOON + HOUR)
    save(open_, first_scan_days="0")
    bulk.run()
    assert {row.due_at for row in open_.house.outbox("email")} == {NOON + HOUR}


def test_many_are_timed_some_at_a_time_and_anew_if_it_changes_meanwhile(
    open_: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retiming, "MOST", 2)
    for number in (1, 2, 3, 4, 5):
        ship(open_.house, number)
    save(open_, first_scan_days="2")
    assert retime.step()
    due = [row.due_at - NOON for row in open_.house.outbox("email")]
    assert due == 2 * [2 * DAY] + 3 * [3 * DAY]
    save(open_, first_scan_days="1")
    steps = 0
    while retime.step():
        steps += 1
    assert [row.due_at - NOON for row in open_.house.outbox("email")] == 5 * [DAY]
    assert (steps, open_.house.shop().retime_at) == (3, None)
