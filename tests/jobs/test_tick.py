"""Whatever has rows waiting is woken, even if Redis forgot; what has none sleeps on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from shopify_app import database, queue
from shopify_app.jobs import deliver, tick
from shopify_app.models import CarrierAccount, Inbox, Stopping
from tests import payloads
from tests.support import ALICE, BOB, NOON, House

Woken = Callable[[], set[str]]
SECOND = timedelta(seconds=1)


def came_in(house: House) -> None:
    with database.writing() as session:
        row = {"source": "shopify", "account": ALICE, "topic": "orders/create", "body": b"{}"}
        session.add(Inbox(delivery_id="1", received_at=NOON, due_at=NOON + SECOND, **row))


def to_send(house: House) -> None:
    house.notify()
    house.record(payloads.fulfilled_order())
    for row in house.outbox():
        house.change(row, due_at=NOON + SECOND)


def stuck(house: House) -> None:
    to_send(house)
    for row in house.outbox():
        house.change(row, state="sending", sending_since=NOON - deliver.STUCK_AFTER)


def to_look_at(house: House) -> None:
    house.follow()
    house.record(payloads.fulfilled_order())
    house.choose()
    house.change(house.shipments()[0], look_at=NOON + SECOND)


def unchecked(house: House) -> None:
    house.follow()
    with database.writing() as session:
        account = session.get_one(CarrierAccount, house.account().id)
        account.paused_until = NOON + SECOND


def to_import(house: House) -> None:
    house.change_shop(import_state="waiting", import_due_at=NOON + SECOND)


def import_under_way(house: House) -> None:
    house.change_shop(import_state="running", import_due_at=NOON + SECOND)


def to_stop(_house: House) -> None:
    with database.writing() as session:
        row = {"provider": "17track", "api_key": "key", "key_hash": "hash", "number": "LP1"}
        session.add(Stopping(wanted_at=NOON, due_at=NOON + SECOND, **row))


@pytest.mark.parametrize(
    ("prepare", "name"),
    [
        (came_in, "inbox"),
        (to_send, "deliver"),
        (stuck, "deliver"),
        (to_look_at, "poll"),
        (unchecked, "poll"),
        (to_import, "bulk"),
        (import_under_way, "bulk"),
        (to_stop, "bulk"),
    ],
)
def test_a_queue_is_woken_when_something_of_it_is_due_and_not_before(
    house: House, woken: Woken, prepare: Callable[[House], None], name: str
) -> None:
    prepare(house)
    queue.redis().flushdb()
    tick.tick()
    assert woken() == set()
    house.clock.now += SECOND
    tick.tick()
    assert woken() == {name}


def test_messages_that_are_to_be_timed_anew_wake_the_queue(house: House, woken: Woken) -> None:
    house.change_shop(retime_at=NOON)
    queue.redis().flushdb()
    tick.tick()
    assert woken() == {"bulk"}


def test_what_is_at_its_end_wakes_nobody(house: House, woken: Woken) -> None:
    house.notify()
    house.follow()
    house.choose()
    house.record(payloads.fulfilled_order())
    house.track(
        payloads.tracked(
            payloads.NUMBER, payloads.step("Exception_Returned", "2026-11-24T08:00:00Z")
        )
    )
    for row in house.outbox():
        house.change(row, state="uncertain")
    house.choose()
    came_in(house)
    for row in house.rows(Inbox):
        with database.writing() as session:
            session.merge(row).state = "set_aside"
    queue.redis().flushdb()
    house.clock.jump(days=80)
    house.choose()
    house.change_shop(tidy_at=None)
    house.change_shop(BOB, tidy_at=None)
    tick.tick()
    assert woken() == set()


def test_the_ticker_outlives_a_database_that_is_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticks: list[int] = []

    def away() -> None:
        ticks.append(1)
        if len(ticks) < 4:
            raise OperationalError("SELECT", {}, Exception("the server is away"))

    monkeypatch.setattr(tick, "tick", away)
    monkeypatch.setattr(tick, "EVERY", 0)
    with caplog.at_level(logging.ERROR):
        tick.run(lambda: len(ticks) == 5)
    assert len(ticks) == 5
    assert caplog.messages == ["the ticker cannot read the database: OperationalError"]
