"""Keeping the pace a provider asks for, among all workers that use one key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from redis import Redis

from shopify_app import queue
from shopify_app.carriers import pace
from shopify_app.carriers.base import RateLimited


class Watch:
    """Time that passes by sleeping alone; `woken` says what the others do meanwhile."""

    def __init__(self) -> None:
        self.now = 0.0
        self.woken: Callable[[], object] = lambda: None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.woken()


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    ours = Watch()
    monkeypatch.setattr(pace, "time", ours)
    return ours


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    client = queue.configure(redis_url)
    client.flushdb()
    yield client
    client.flushdb()


def test_the_first_call_goes_at_once_and_the_next_when_its_turn_comes(
    redis: Redis, watch: Watch
) -> None:
    pace.wait_for_turn("17track:alice", 0.34)
    assert watch.now == 0
    assert 0 < redis.pttl("pace:17track:alice") <= 340
    watch.woken = lambda: redis.delete("pace:17track:alice")
    pace.wait_for_turn("17track:alice", 0.34)
    assert 0 < watch.now <= 0.34


def test_keys_do_not_wait_for_each_other(redis: Redis, watch: Watch) -> None:
    pace.wait_for_turn("17track:alice", 0.34)
    pace.wait_for_turn("17track:bob", 0.34)
    assert watch.now == 0


def test_a_turn_that_never_comes_is_not_waited_for_for_ever(redis: Redis, watch: Watch) -> None:
    redis.set("pace:17track:alice", 1, px=9_000)  # time that passes by sleeping does not end it
    with pytest.raises(RateLimited):
        pace.wait_for_turn("17track:alice", 0.34)
    assert pace.LONGEST_WAIT <= watch.now < pace.LONGEST_WAIT + 1


def test_after_too_many_calls_nobody_calls_with_that_key(redis: Redis, watch: Watch) -> None:
    pace.freeze("17track:alice", timedelta(minutes=5))
    with pytest.raises(RateLimited) as refused:
        pace.wait_for_turn("17track:alice", 0.34)
    assert timedelta(minutes=4) < refused.value.retry_after <= timedelta(minutes=5)
    pace.wait_for_turn("17track:bob", 0.34)
    assert watch.now == 0, "neither of them waited"


def test_without_redis_there_is_no_turn_to_wait_for(watch: Watch) -> None:
    queue.configure("unix:///nowhere/redis.sock")
    pace.wait_for_turn("17track:alice", 0.34)
    assert watch.now == 0
