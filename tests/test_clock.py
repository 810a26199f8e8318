"""The one clock, and the one that follows another's."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest

from shopify_app import clock
from tests.support import NOON, TestClock


class World:
    """The machine's own time, and what the followed address answers; threads are kept aside."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.answer: Any = {"now": "2027-01-01T00:00:00+00:00", "speed": 60}
        self.threads: list[Callable[[], None]] = []

    def monotonic(self) -> float:
        return self.seconds

    def urlopen(self, url: str, **_: float) -> BytesIO:
        assert url == "http://sandbox.test/clock"
        if isinstance(self.answer, Exception):
            raise self.answer
        return BytesIO(
            self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()
        )

    def thread(self, target: Callable[[], None], daemon: bool) -> World:
        assert daemon
        self.threads.append(target)
        return self

    def start(self) -> None:
        pass


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(clock, "time", made)
    monkeypatch.setattr(clock.threading, "Thread", made.thread)
    monkeypatch.setattr(urllib.request, "urlopen", made.urlopen)
    return made


@pytest.fixture
def followed(world: World) -> clock.FollowedClock:
    return clock.FollowedClock("http://sandbox.test/clock")


def test_now_is_the_systems_time_in_utc() -> None:
    clock.use(None)
    before, now, after = datetime.now(UTC), clock.now(), datetime.now(UTC)
    assert before <= now <= after
    assert now.tzinfo is UTC


def test_a_clock_can_be_put_in_its_place_and_taken_away(test_clock: TestClock) -> None:
    assert clock.now() == NOON
    test_clock.jump(days=46)
    assert clock.now() == NOON + timedelta(days=46)
    clock.use(None)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_followed_clock_goes_on_at_the_speed_it_is_told(
    followed: clock.FollowedClock, world: World
) -> None:
    new_year = datetime(2027, 1, 1, tzinfo=UTC)
    assert followed() == new_year
    world.seconds += 2
    assert followed() == new_year + timedelta(minutes=2)


def test_it_is_asked_when_first_read_and_then_by_one_thread_alone(
    followed: clock.FollowedClock, world: World
) -> None:
    assert world.threads == []
    followed()
    followed()
    assert len(world.threads) == 1


def test_it_is_followed_anew_in_a_process_that_was_forked(
    followed: clock.FollowedClock, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed()
    monkeypatch.setattr(clock.os, "getpid", lambda: -1)
    followed()
    followed()
    assert len(world.threads) == 2


@pytest.mark.parametrize(
    "answer",
    [
        urllib.error.URLError("refused"),
        TimeoutError(),
        b"<html>",
        {},
        {"now": "soon"},
        {"now": "2027-01-01T00:00:00+00:00", "speed": "fast"},
    ],
    ids=["refused", "no answer", "no json", "no time", "a bad time", "a bad speed"],
)
def test_without_an_answer_it_goes_on_as_it_went(world: World, answer: Any) -> None:
    world.answer = answer
    followed = clock.FollowedClock("http://sandbox.test/clock")
    before = followed()
    world.seconds += 5
    assert followed() == before + timedelta(seconds=5)
