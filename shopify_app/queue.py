"""Waking the workers. Rows carry the work; Redis only says that there is some.

A wake-up is lost without harm: the ticker wakes again whatever has rows waiting. It is given twice
without harm: a job claims rows, so the second one finds nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue, get_current_job
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from rq.worker_registration import WORKERS_BY_QUEUE_KEY
from sqlalchemy.orm import Session

from shopify_app import database, observe

log = logging.getLogger(__name__)

JOBS = {
    "inbox": "shopify_app.jobs.process_inbox.run",
    "deliver": "shopify_app.jobs.deliver.run",
    "poll": "shopify_app.jobs.poll_carriers.run",
    "bulk": "shopify_app.jobs.bulk.run",
}
"""Each queue, and its one job. A worker listens to one queue: with several, RQ loses pops."""

FORGET_AFTER = 10
"""Seconds after which a wake-up nobody took may be given again."""
JOB_SECONDS = {"inbox": 60, "deliver": 600, "poll": 600, "bulk": 600}
"""After which a job is cut off. While one of the inbox hangs, SQLite takes no webhook."""
SHIFT_SECONDS = 8.0

_redis: Redis | None = None


class BrokeOff(Exception):
    """A job ended in an error that nobody foresaw, which is in the log."""


def configure(redis_url: str) -> Redis:
    """Connect the process to Redis; nothing is sent yet."""
    global _redis
    _redis = Redis.from_url(
        redis_url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
    )
    return _redis


def redis() -> Redis:
    """The process's connection."""
    if _redis is None:
        raise RuntimeError("queue.configure() has not been called")
    return _redis


def queue(name: str, connection: Redis) -> Queue:
    """The RQ queue of this name; arguments travel as JSON, since pickle runs what it reads."""
    return Queue(name, connection=connection, serializer=JSONSerializer)


def workers() -> dict[str, int]:
    """How many workers listen to each queue, on whatever machine. Raises RedisError."""
    names = {name: redis().smembers(WORKERS_BY_QUEUE_KEY % name) for name in JOBS}
    # One that was killed stays in the set until another tidies it away; its own key expires.
    return {name: redis().exists(*keys) if keys else 0 for name, keys in names.items()}


def wake(name: str) -> None:
    """Say that there is work in `name`. Redis being away delays the work and loses nothing."""
    try:
        if redis().set(f"wake:{name}", 1, nx=True, ex=FORGET_AFTER):
            _enqueue(queue(name, redis()))
    except RedisError as error:
        log.warning("could not wake %s: %s", name, type(error).__name__)


def _enqueue(waiting: Queue) -> None:
    if waiting.count == 0:  # one that waits is as good as many, while no worker is there
        seconds = JOB_SECONDS[waiting.name]
        job = {"job_timeout": seconds, "result_ttl": 0, "failure_ttl": 300}
        waiting.enqueue(JOBS[waiting.name], **job)


def wake_after_commit(session: Session, name: str) -> None:
    """Wake `name` once this session's transaction is committed, and only then; once per session."""
    database.after_commit(session, f"wake {name}", partial(wake, name))


def work(name: str, step: Callable[[], bool]) -> None:
    """Be the job of `name`: take steps until one finds nothing to do, or the shift is over.

    A shift is short, so that a worker told to stop is not cut off in the middle of something; who
    has more to do wakes itself again.
    """
    _taken(name)
    ends = time.monotonic() + SHIFT_SECONDS
    with observe.about(job=_job(name)):
        while _foreseen(name, step):
            if time.monotonic() > ends:
                wake(name)
                return


def _job(name: str) -> str:
    """How the log calls this run of the job."""
    running = get_current_job()
    return f"{name}-{running.id[:8]}" if running else name


def _foreseen(name: str, step: Callable[[], bool]) -> bool:
    """One step. RQ would log, and keep in Redis, the words of an error, which may quote a row."""
    try:
        return step()
    except JobTimeoutException:
        raise
    except Exception as error:
        log.exception("the job of %s broke off", name)
        raise BrokeOff(f"{type(error).__name__} in the job of {name}") from None


def _taken(name: str) -> None:
    """From here on a wake-up is a new one."""
    try:
        redis().delete(f"wake:{name}")
    except RedisError as error:
        log.warning("could not take the wake-up of %s: %s", name, type(error).__name__)
