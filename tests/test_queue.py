"""Waking the workers: once, after the commit, and never in the way."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from redis import Redis, RedisError
from rq import Queue

from shopify_app import queue
from tests.support import House


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    client = queue.configure(redis_url)
    client.flushdb()
    yield client
    client.flushdb()


@pytest.fixture
def redis_down(redis_url: str) -> Iterator[None]:
    queue.configure("unix:///nowhere/redis.sock")
    yield
    queue.configure(redis_url)


def jobs(redis: Redis, name: str) -> list[str]:
    return [
        job.func_name for job in Queue(name, connection=redis, serializer=queue.JSONSerializer).jobs
    ]


@pytest.mark.parametrize("name", queue.JOBS)
def test_each_queue_has_one_job_and_that_exists(name: str) -> None:
    module, _, function = queue.JOBS[name].rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))


def test_waking_twice_is_one_job(redis: Redis) -> None:
    queue.wake("poll")
    queue.wake("poll")
    assert jobs(redis, "poll") == ["shopify_app.jobs.poll_carriers.run"]


def test_queues_are_woken_one_by_one(redis: Redis) -> None:
    queue.wake("poll")
    queue.wake("inbox")
    assert [len(jobs(redis, name)) for name in ("poll", "inbox", "deliver")] == [1, 1, 0]


def test_once_a_job_has_taken_its_wake_up_the_next_is_a_new_one(redis: Redis) -> None:
    queue.wake("poll")
    waiting = queue.queue("poll", redis)
    waiting.empty()
    queue.wake("poll")
    assert jobs(redis, "poll") == [], "the wake-up before was taken by nobody yet"
    queue.work("poll", lambda: False)
    queue.wake("poll")
    assert len(jobs(redis, "poll")) == 1


def test_a_wake_up_that_nobody_took_is_forgotten_in_time(redis: Redis) -> None:
    queue.wake("poll")
    assert 0 < redis.ttl("wake:poll") <= queue.FORGET_AFTER


def test_redis_being_away_is_logged_and_raises_nothing(
    redis_down: None, caplog: pytest.LogCaptureFixture
) -> None:
    queue.wake("poll")
    queue.work("poll", lambda: False)
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]


def test_redis_that_breaks_between_the_two_steps_raises_nothing(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **_more: object) -> None:
        raise RedisError("gone")

    halfway = SimpleNamespace(name="poll", count=0, enqueue=broken)
    monkeypatch.setattr(queue, "queue", lambda *_: halfway)
    queue.wake("poll")


def test_a_worker_is_woken_after_the_commit_and_not_before(house: House) -> None:
    with house.changing() as (session, shop):
        shop.name = "New"
        for name in ("poll", "deliver", "poll"):
            queue.wake_after_commit(session, name)
        session.flush()
        assert jobs(queue.redis(), "poll") == []
    assert [len(jobs(queue.redis(), name)) for name in ("poll", "deliver", "inbox")] == [1, 1, 0]


def test_a_worker_is_not_woken_for_what_was_rolled_back(house: House) -> None:
    def fail() -> None:
        with house.changing() as (session, shop):
            queue.wake_after_commit(session, "poll")
            shop.name = "Never"
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    house.change_shop(name="Another transaction")
    assert jobs(queue.redis(), "poll") == []


def test_a_commit_stands_though_redis_is_away(house: House, redis_down: None) -> None:
    house.change_shop(name="Before")
    with house.changing() as (session, shop):
        shop.name = "After"
        queue.wake_after_commit(session, "poll")
    assert house.shop().name == "After"
