"""Deliveries are written together, each is told how it went, and the writer outlives it all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

import pytest
from sqlalchemy.exc import OperationalError

from shopify_app import queue
from shopify_app.models import Inbox
from tests.support import NOON, House
from tests.waiting import eventually
from webhooks import receive, writer
from webhooks.writer import Row, Writer

Write = Callable[[list[Row]], None]


def a_row(delivery_id: str = "1", **more: object) -> Row:
    return {
        "source": "shopify",
        "account": "alice.myshopify.com",
        "topic": "orders/create",
        "delivery_id": delivery_id,
        "event_id": "",
        "triggered_at": "",
        "received_at": NOON,
        "due_at": NOON,
        "body": b"{}",
    } | more


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> Callable[[Write], None]:
    """Let the writers of a test write by another function, and wake nobody."""
    monkeypatch.setattr(queue, "wake", lambda _: None)
    return lambda write: monkeypatch.setattr(writer, "insert", write)


def test_a_row_that_is_there_already_is_as_good_as_written(house: House) -> None:
    writer.write([a_row("1", body=b"first")])
    writer.write([a_row("1", body=b"again"), a_row("2"), a_row("2")])
    rows = {row.delivery_id: row.body for row in house.rows(Inbox)}
    assert rows == {"1": b"first", "2": b"{}"}
    assert len(house.rows(Inbox)) == 2


def test_rows_of_other_shops_and_topics_are_not_the_same_delivery(house: House) -> None:
    writer.write([a_row(), a_row(account="bob.myshopify.com"), a_row(topic="orders/updated")])
    assert len(house.rows(Inbox)) == 3


def test_no_sign_that_a_database_refuses_keeps_a_batch_from_being_written(house: House) -> None:
    odd = receive.row("shopify", "alice.myshopify.com", "orders\x00", "\ud800", b"\x00", "\x00")
    writer.write([odd, a_row()])
    assert {row.topic for row in house.rows(Inbox)} == {"orders", "orders/create"}


def test_what_waits_is_written_together(writes: Callable[[Write], None]) -> None:
    sizes, free = [], threading.Event()

    def slow(rows: list[Row]) -> None:
        sizes.append(len(rows))
        free.wait(10)

    writes(slow)
    ours = Writer()
    first = ours.put(a_row())
    eventually(lambda: sizes)
    rest = [ours.put(a_row(str(number))) for number in range(writer.MOST_TOGETHER + 1)]
    free.set()
    assert [each.result(10) for each in (first, *rest)] == [None] * (len(rest) + 1)
    assert sizes == [1, writer.MOST_TOGETHER, 1]


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("INSERT", {}, Exception("locked")),
        OSError(28, "no space left"),
        RuntimeError("a case nobody thought of"),
    ],
    ids=["database error", "full disk", "anything else"],
)
def test_a_delivery_that_could_not_be_kept_is_told_so_and_the_next_is_kept(
    writes: Callable[[Write], None], error: Exception
) -> None:
    def failing(rows: list[Row]) -> None:
        raise error

    ours = Writer()
    writes(failing)
    with pytest.raises(type(error)):
        ours.put(a_row()).result(3)
    writes(lambda _: None)
    assert ours.put(a_row()).result(3) is None


def test_the_writer_goes_on_when_nobody_could_be_woken(
    writes: Callable[[Write], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> None:
        raise RuntimeError("a case nobody thought of")

    writes(lambda _: None)
    monkeypatch.setattr(queue, "wake", fail)
    ours = Writer()
    assert [ours.put(a_row()).result(3) for _ in range(2)] == [None, None]


def test_the_inbox_is_woken_for_what_is_kept_though_what_comes_next_is_not(
    writes: Callable[[Write], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    entered, free = threading.Event(), threading.Event()

    def once(rows: list[Row]) -> None:
        if entered.is_set():
            raise OSError(28, "no space left")
        entered.set()
        free.wait(10)

    writes(once)
    monkeypatch.setattr(queue, "wake", woken.append)
    ours = Writer()
    kept = ours.put(a_row())
    entered.wait(10)
    lost = ours.put(a_row("2"))
    free.set()
    assert kept.result(3) is None
    assert isinstance(lost.exception(3), OSError)
    eventually(lambda: woken)


def test_a_delivery_that_nobody_waits_for_any_more_stops_nothing(
    writes: Callable[[Write], None],
) -> None:
    """The one who waits gives up after some seconds, and may give the future up with it."""
    entered, free = threading.Event(), threading.Event()

    def slow(rows: list[Row]) -> None:
        entered.set()
        free.wait(10)

    writes(slow)
    ours = Writer()
    given_up: Future[None] = ours.put(a_row())
    entered.wait(10)
    given_up.cancel()
    free.set()
    assert ours.put(a_row("2")).result(3) is None
