"""What came in is applied once; what cannot be is set aside by itself and harms no neighbour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rq.timeouts import JobTimeoutException
from sqlalchemy.exc import IntegrityError, OperationalError

from shopify_app.jobs import process_inbox
from shopify_app.models import Inbox
from shopify_app.models.inbox import MOST_TRIES
from tests import payloads
from tests.support import ALICE, BOB, MALLORY, NOON, App, install
from webhooks.handlers import TOPICS, Topic

CANARY = "maren.oakdale@example.com"
LEASE = process_inbox.LEASE + timedelta(seconds=1)
POISON = payloads.order(payloads.ORDER + 1000, created_at=CANARY)


class Killed(BaseException):
    """The worker's process ended here: nothing catches it, and the transaction is lost."""


def rows(app: App) -> list[Inbox]:
    return sorted(app.house.rows(Inbox), key=lambda row: row.id)


def states(app: App) -> list[str]:
    return [row.state for row in rows(app)]


def bring(app: App, *bodies: payloads.Body | bytes, topic: str = "orders/create") -> None:
    for body in bodies:
        assert app.webhook(topic, body).status_code == 200


def neighbours(count: int = 2) -> list[payloads.Body]:
    return [payloads.order(payloads.ORDER + number) for number in range(1, count + 1)]


def run_until_nothing_waits(app: App, step: timedelta) -> None:
    """Let the worker start again, as often as it takes."""
    for _ in range(20):
        try:
            process_inbox.run()
        except Killed:
            pass
        if "waiting" not in states(app):
            return
        app.house.clock.now += step
    raise AssertionError("rows wait for ever")


def test_rows_that_came_together_are_applied_and_their_bodies_emptied(app: App) -> None:
    bring(app, *neighbours(process_inbox.BATCH + 1))
    process_inbox.run()
    ended = {(row.state, row.body, row.attempts, row.ended_at) for row in rows(app)}
    assert ended == {("done", b"", 1, NOON)}
    assert app.house.order(payloads.ORDER + process_inbox.BATCH + 1).name == "#1058"


@pytest.mark.parametrize(
    ("body", "note"),
    [
        pytest.param(POISON, "BadBody: created_at is not a time", id="a wrong field"),
        pytest.param(b'{"email": "' + CANARY.encode(), "JSONDecodeError: ", id="half a body"),
        pytest.param(b"\xff\xfe" + CANARY.encode(), "UnicodeDecodeError: ", id="no text"),
        pytest.param(payloads.raw(POISON)[:0], "JSONDecodeError: ", id="nothing"),
        pytest.param(b'["' + CANARY.encode() + b'"]', "ValueError: ", id="no object"),
    ],
)
def test_a_row_that_cannot_be_applied_is_set_aside_and_its_neighbours_are_done(
    app: App, caplog: pytest.LogCaptureFixture, body: payloads.Body | bytes, note: str
) -> None:
    before, after = neighbours()
    bring(app, before, body, after)
    process_inbox.run()
    assert states(app) == ["done", "waiting", "done"]
    run_until_nothing_waits(app, timedelta(minutes=30))
    poison = rows(app)[1]
    assert (poison.state, poison.failures) == ("set_aside", process_inbox.MOST_TRIES)
    assert (poison.note, poison.ended_at) == (note, app.house.clock.now)
    assert poison.body == (body if isinstance(body, bytes) else payloads.raw(body))
    assert CANARY not in caplog.text


def test_a_failed_row_waits_longer_each_time(app: App) -> None:
    bring(app, POISON)
    waits = []
    for _ in range(process_inbox.MOST_TRIES - 1):
        process_inbox.run()
        waits.append((rows(app)[0].due_at - app.house.clock.now).total_seconds())
        app.house.clock.now = rows(app)[0].due_at
    assert waits == [20, 80, 320, 1280]


def test_a_row_that_failed_once_and_then_works_is_done(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as for_now:
        for_now.setitem(TOPICS, "orders/create", Topic(lambda *_: {}["no such key"]))
        bring(app, payloads.order())
        process_inbox.run()
    assert rows(app)[0].note == "KeyError: "
    app.house.clock.jump(minutes=1)
    process_inbox.run()
    assert [(row.state, row.note, row.body) for row in rows(app)] == [("done", "", b"")]


def test_a_row_that_kills_its_worker_is_set_aside_alone(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, deadly = TOPICS["orders/create"], payloads.ORDER

    def deadly_handler(session: Any, shop: Any, told: Any) -> str | None:
        if told.order_id == deadly:
            raise Killed
        return usual.handle(session, shop, told)

    monkeypatch.setitem(TOPICS, "orders/create", replace(usual, handle=deadly_handler))
    before, *after = neighbours(4)
    bring(app, before, payloads.order(deadly), *after)
    run_until_nothing_waits(app, LEASE)
    assert states(app) == ["done", "set_aside", "done", "done", "done"]
    killer = rows(app)[1]
    assert (killer.attempts, killer.failures) == (process_inbox.MOST_DEATHS, 0)
    assert killer.note == "its worker died each time"


def test_a_leased_row_is_left_to_its_holder_until_the_lease_ends(app: App) -> None:
    bring(app, payloads.order())
    held = process_inbox._claim()
    assert len(held) == 1, "another worker has claimed it, and says no more"
    process_inbox.run()
    assert states(app) == ["waiting"]
    app.house.clock.now += LEASE
    process_inbox.run()
    assert states(app) == ["done"]
    assert rows(app)[0].attempts == 2


@pytest.mark.parametrize("error", [ValueError, OperationalError("", {}, Exception())])
def test_who_is_late_has_no_say_over_what_another_has_done(
    app: App, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    usual, reads = TOPICS["orders/create"], iter(["late", "another", "late"])

    def late(body: payloads.Body) -> Any:
        if next(reads) == "another":
            return usual.read and usual.read(body)
        app.house.clock.now += LEASE
        process_inbox.step()
        raise error

    monkeypatch.setitem(TOPICS, "orders/create", replace(usual, read=late))
    bring(app, payloads.order())
    process_inbox.step()
    assert [(row.state, row.note, row.attempts) for row in rows(app)] == [("done", "", 2)]


def test_rows_that_wait_while_shopify_is_asked_about_another_are_nobodys(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_: object) -> str:
        app.house.clock.jump(seconds=35)
        process_inbox.step()
        return "the shop's token still works"

    uninstalled = replace(TOPICS["app/uninstalled"], proof=slow)
    monkeypatch.setitem(TOPICS, "app/uninstalled", uninstalled)
    bring(app, *[payloads.shop()] * 2, topic="app/uninstalled")
    process_inbox.run()
    assert [(row.state, row.attempts) for row in rows(app)] == [("ignored", 1)] * 2


@pytest.mark.parametrize("deaths", [0, 1], ids=["in a batch", "alone"])
def test_the_end_of_a_jobs_time_is_no_failure_of_the_row(
    app: App, monkeypatch: pytest.MonkeyPatch, deaths: int
) -> None:
    def too_slow(*_: object) -> None:
        raise JobTimeoutException("time is up")

    monkeypatch.setitem(TOPICS, "orders/create", Topic(too_slow))
    bring(app, payloads.order())
    for _ in range(deaths):
        process_inbox._claim()
        app.house.clock.now += LEASE
    with pytest.raises(JobTimeoutException):
        process_inbox.run()
    [row] = rows(app)
    assert (row.state, row.failures, row.note) == ("waiting", 0, "")


def test_the_databases_trouble_is_no_failure_of_the_row_unless_it_stays_for_a_day(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("the disk is full"))

    with monkeypatch.context() as for_now:
        for_now.setitem(TOPICS, "orders/create", Topic(full))
        bring(app, payloads.order())
        for _ in range(MOST_TRIES + 1):
            process_inbox.run()
            app.house.clock.jump(minutes=1)
        [row] = rows(app)
        assert (row.state, row.attempts, row.failures) == ("waiting", 0, 0)
        app.house.clock.jump(days=1)
        process_inbox.run()
        assert rows(app)[0].note == "OperationalError: "
    app.house.clock.jump(minutes=1)
    process_inbox.run()
    assert states(app) == ["done"]


def test_a_topic_nobody_asked_for_is_ignored(app: App) -> None:
    app.hear("orders/paid", payloads.order())
    assert [(row.state, row.note, row.body) for row in rows(app)] == [
        ("ignored", "no such topic", b"")
    ]


def test_a_webhook_waits_for_its_shop_and_is_applied_when_it_installs(app: App) -> None:
    app.hear("orders/create", payloads.order(), MALLORY)
    app.house.clock.jump(hours=23)
    process_inbox.run()
    assert states(app) == ["waiting"]
    install(MALLORY, app.house.clock.now)
    app.house.clock.jump(minutes=1)
    process_inbox.run()
    assert states(app) == ["done"]
    assert app.house.order(domain=MALLORY).name == "#1058"


def test_a_webhook_that_waits_for_its_shop_leaves_the_others_together(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for domain in (ALICE, MALLORY, BOB):
        app.webhook("orders/create", payloads.order(), domain)
    process_inbox.run()
    ended = [(row.state, row.attempts) for row in rows(app)]
    assert ended == [("done", 1), ("waiting", 0), ("done", 1)]
    assert "one by one" not in caplog.text


def test_two_workers_that_meet_the_same_new_order_keep_their_batches_together(
    app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    usual, collisions = TOPICS["orders/create"], iter([IntegrityError("", {}, Exception())])

    def collide(*told: Any) -> str | None:
        for error in collisions:
            raise error
        return usual.handle(*told)

    monkeypatch.setitem(TOPICS, "orders/create", replace(usual, handle=collide))
    caplog.set_level("INFO")
    bring(app, *neighbours())
    process_inbox.run()
    assert states(app) == ["done", "done"]
    assert "one by one" not in caplog.text


def test_a_webhook_whose_shop_does_not_come_is_ignored_after_a_day(app: App) -> None:
    app.hear("orders/create", payloads.order(), MALLORY)
    app.hear("orders/create", payloads.order(), BOB)
    for _ in range(26):
        app.house.clock.jump(hours=1)
        process_inbox.run()
    stranger, bob = rows(app)
    assert (bob.state, bob.attempts) == ("done", 1)
    assert (stranger.state, stranger.body) == ("ignored", b"")
    assert stranger.note == "the shop has not installed the app"
    assert stranger.failures == 0


def test_the_shop_shows_when_it_last_heard_a_webhook(app: App) -> None:
    app.hear("orders/create", payloads.order())
    app.house.clock.jump(hours=2)
    app.hear("orders/updated", payloads.order())
    assert app.house.shop().last_webhook_at == NOON + timedelta(hours=2)
    assert app.house.shop(BOB).last_webhook_at is None
