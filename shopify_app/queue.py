"""Waking the workers. Rows carry the work; Redis only says that there is some.

A wake-up is lost without harm: the ticker wakes again whatever has rows waiting. It is given twice
without harm: a job claims rows, so the second one finds nothing.
"""

from __future__ import annotations

import logging

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import event
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

JOBS = {
    "inbox": "shopify_app.jobs.process_inbox.run",
    "deliver": "shopify_app.jobs.deliver.run",
    "poll": "shopify_app.jobs.poll_carriers.run",
    "bulk": "shopify_app.jobs.backfill.run",
}
"""Each queue, and its one job. A worker listens to one queue: with several, RQ loses pops."""

FORGET_AFTER = 10
"""Seconds after which a wake-up nobody took may be given again."""
JOB_SECONDS = 600

_redis: Redis | None = None


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


def wake(name: str) -> None:
    """Say that there is work in `name`. Redis being away delays the work and loses nothing."""
    try:
        if redis().set(f"wake:{name}", 1, nx=True, ex=FORGET_AFTER):
            job = {"job_timeout": JOB_SECONDS, "result_ttl": 0, "failure_ttl": 300}
            queue(name, redis()).enqueue(JOBS[name], **job)
    except RedisError as error:
        log.warning("could not wake %s: %s", name, type(error).__name__)


def taken(name: str) -> None:
    """To be called first by the job: from here on a wake-up is a new one."""
    try:
        redis().delete(f"wake:{name}")
    except RedisError as error:
        log.warning("could not take the wake-up of %s: %s", name, type(error).__name__)


def wake_after_commit(session: Session, name: str) -> None:
    """Wake `name` once this session's transaction is committed, and only then; once per session."""
    wanted = session.info.setdefault("wakes", set())
    if not wanted:
        event.listen(session, "after_commit", _wake_wanted, once=True)
    wanted.add(name)


def _wake_wanted(session: Session) -> None:
    for name in session.info.pop("wakes", ()):
        wake(name)
