"""How a message waits: a delay, quiet hours, the carrier's first scan; and one without a number."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopify_app.jobs import deliver
from shopify_app.models import Outbox
from tests import payloads
from tests.jobs.conftest import Post, post
from tests.payloads import NUMBER, step, tracked
from tests.support import BOB, INSTALLED, NOON, House

__all__ = ["post"]
CONFIRMATION = "shipping_confirmation"
WAIT = timedelta(days=3)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def house(house: House) -> House:
    """Alice waits for the first scan, Bob does not; both write by email alone."""
    for domain in ("alice.myshopify.com", BOB):
        house.notify(domain)
        house.change_shop(domain, notify_sms=False, write_back=False)
    house.change_shop(first_scan_days=WAIT.days)
    return house


def only(house: House) -> Outbox:
    [row] = house.outbox("email")
    return row


def move(house: House, code: str, hour: int = 8) -> None:
    house.track(tracked(NUMBER, step(code, f"2026-11-24T{hour:02}:00:00Z")))


def test_a_confirmation_waits_for_the_first_scan(house: House, post: Post) -> None:
    house.record(payloads.fulfilled_order())
    house.record(payloads.fulfilled_order(), BOB)
    deliver.run()
    assert (only(house).detail, only(house).due_at) == ("first_scan", NOON + WAIT)
    assert [row.state for row in house.outbox("email", BOB)] == ["sent"]
    move(house, "InfoReceived")
    assert only(house).due_at == NOON + WAIT, "a label is no scan"
    move(house, "InTransit_PickedUp", 9)
    deliver.run()
    assert (only(house).state, only(house).detail, len(post.mails)) == ("sent", "", 2)


def test_without_a_scan_it_goes_out_at_the_end_of_the_wait(house: House, post: Post) -> None:
    house.record(payloads.fulfilled_order())
    house.clock.now = NOON + WAIT - timedelta(seconds=1)
    deliver.run()
    assert only(house).state == "waiting"
    house.clock.jump(seconds=1)
    deliver.run()
    assert (only(house).state, len(post.mails)) == ("sent", 1)


def test_a_confirmation_released_by_a_scan_stands_for_on_its_way(house: House, post: Post) -> None:
    switched = {"in_transit": {"email": INSTALLED.isoformat()}}
    for domain in ("alice.myshopify.com", BOB):
        house.change_shop(domain, told_events=switched)
        house.record(payloads.fulfilled_order(), domain)
    deliver.run()
    house.clock.jump(hours=1)
    move(house, "InTransit_PickedUp")
    house.track(tracked(NUMBER, step("InTransit_PickedUp", "2026-11-24T12:30:00Z")), BOB)
    deliver.run()
    move(house, "InTransit_Other", 9)
    assert only(house).event == CONFIRMATION
    assert len(house.outbox("email", BOB)) == 2, "who does not wait for the scan hears of it"
    [_, confirmed, _] = sorted(post.mails, key=lambda mail: mail["From"] != "Bob")
    assert "5 to 7 days" not in confirmed.as_string()


def test_a_scan_after_the_longest_wait_is_told(house: House, post: Post) -> None:
    house.change_shop(told_events={"in_transit": {"email": INSTALLED.isoformat()}})
    house.record(payloads.fulfilled_order())
    house.clock.jump(days=3)
    deliver.run()
    house.clock.jump(hours=3)
    house.track(tracked(NUMBER, step("InTransit_PickedUp", "2026-11-27T14:00:00Z")))
    assert {row.event for row in house.outbox("email")} == {CONFIRMATION, "in_transit"}


def test_a_scan_lets_a_delay_begin(house: House) -> None:
    house.change_shop(timings={CONFIRMATION: {"email": [60, 0, 0]}})
    house.record(payloads.fulfilled_order())
    house.clock.jump(hours=1)
    move(house, "InTransit_PickedUp")
    assert only(house).due_at == house.clock.now + timedelta(hours=1)
    house.clock.jump(minutes=30)
    move(house, "InTransit_Other", 10)
    assert only(house).due_at == NOON + timedelta(hours=2), "a later scan starts no second delay"


def test_each_event_waits_as_it_was_chosen(house: House) -> None:
    """It is seven in the morning in New York; until nine nothing of this kind is wanted."""
    since = {"email": INSTALLED.isoformat()}
    house.change_shop(
        first_scan_days=0,
        told_events={"in_transit": since, "delivered": since},
        timings={"in_transit": {"email": [0, 18, 9]}, "delivered": {"email": [24 * 60, 0, 0]}},
    )
    house.record(payloads.fulfilled_order())
    move(house, "InTransit_Other")
    move(house, "Delivered_Other", 10)
    assert {row.event: row.due_at - NOON for row in house.outbox("email")} == {
        CONFIRMATION: timedelta(0),
        "in_transit": timedelta(hours=2),
        "delivered": timedelta(days=1),
    }


def test_what_is_due_within_hours_that_became_quiet_waits_on(house: House, post: Post) -> None:
    house.change_shop(first_scan_days=0)
    house.record(payloads.fulfilled_order())
    house.change_shop(timings={CONFIRMATION: {"email": [0, 18, 9]}})
    deliver.run()
    assert (only(house).due_at, only(house).attempts) == (NOON + timedelta(hours=2), 0)


@pytest.mark.parametrize("announces", [True, False])
def test_a_fulfillment_without_a_number_is_announced_where_that_is_wanted(
    house: House, post: Post, announces: bool
) -> None:
    house.change_shop(first_scan_days=0, announces_unnumbered=announces)
    house.record(payloads.fulfilled_order(payloads.fulfillment(None)))
    deliver.run()
    assert len(post.mails) == announces
    house.clock.jump(hours=1)
    at = "2026-11-24T12:30:00Z"
    house.record(payloads.fulfilled_order(payloads.fulfillment(updated_at=at), updated_at=at))
    deliver.run()
    expected = [CONFIRMATION, "number_changed"] if announces else [CONFIRMATION]
    assert [row.event for row in house.outbox("email")] == expected
    assert NUMBER in str(post.mails[-1].get_body().get_content())


def test_several_parcels_are_one_message(house: House) -> None:
    house.record(payloads.fulfilled_order(payloads.fulfillment([NUMBER, "RR123456785CN"])))
    assert len(house.outbox()) == 1
