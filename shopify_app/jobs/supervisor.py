"""Keeps the workers alive: one RQ worker a queue, and the ticker, each a process of its own.

A child that dies is started again; when this process ends, they end. Modules are imported and
settings read before the fork, so that a job starts in milliseconds.
"""

from __future__ import annotations

import argparse
import ctypes
import faulthandler
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn

from redis import Redis
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from shopify_app import database, queue
from shopify_app.jobs import bulk, deliver, poll_carriers, process_inbox, tick

log = logging.getLogger(__name__)

PRELOADED = (bulk, deliver, poll_carriers, process_inbox)
"""A job is found by its name; imported before the fork, it is found at once."""
GRACE = 25.0
DEAF_AFTER = 30.0
"""Seconds after the end of its time in which a job may still tidy up; then it does not hear."""
REST_BEFORE_RESTART = 0.5
_STOPS = (signal.SIGTERM, signal.SIGINT)
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15


class QueueWorker(Worker):
    """RQ's worker, which dies with its parent, hears every SIGTERM, and ends a deaf job."""

    def bootstrap(self, *args: Any, **more: Any) -> None:
        # RQ hears signals after this alone, when others know of the worker already.
        for number in _STOPS:
            signal.signal(number, self._stop_soon)
        super().bootstrap(*args, **more)

    def _stop_soon(self, _number: int, _frame: object) -> None:
        self._stop_requested = True

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Job, Queue] | None:
        # A SIGTERM between RQ's check and its blocking wait would be forgotten until the next job.
        self.set_state(WorkerStatus.IDLE)
        if self._stop_requested:
            return None
        return super().dequeue_job_and_maintain_ttl(timeout, max_idle_time)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        die_with_parent(self.pid or os.getppid())
        database.dispose_after_fork()
        # RQ's alarm is heard between two steps of Python; a call that hangs in C is ended by this,
        # which says where it hung.
        faulthandler.dump_traceback_later((job.timeout or 0) + DEAF_AFTER, exit=True)
        super().main_work_horse(job, queue)


def main(prepare: Callable[[], str]) -> None:
    """Run the workers until SIGTERM or SIGINT. `prepare` wires the process, returns Redis' URL."""
    options = _options()
    redis_url = prepare()
    gc.freeze()  # what is there by now stays: to look through it was a third of a job's time
    parts: dict[str, Callable[[], None]] = {
        name: partial(work, name, redis_url) for name in options.queues
    }
    if not options.no_ticker:
        parts["ticker"] = run_ticker
    Supervisor(parts).run()


@dataclass
class Supervisor:
    """Forks the parts, starts again what dies, stops all when told to."""

    parts: dict[str, Callable[[], None]]
    _running: dict[int, str] = field(default_factory=dict)
    _stopping: bool = False

    def run(self) -> None:
        """Fork and watch until told to stop; then let each finish what it has in hand."""
        for number in _STOPS:
            signal.signal(number, self._stop)
        for name in self.parts:
            self._start(name)
        log.info("working on %s", ", ".join(self.parts))
        while self._running:
            self._wait()

    def _start(self, name: str) -> None:
        """Fork a part, unless told to stop. That is held back meanwhile: it has to reach all."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
        if not self._stopping:
            parent = os.getpid()
            child = os.fork() or self._be(name, parent)
            self._running[child] = name
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)

    def _be(self, name: str, parent: int) -> NoReturn:
        """Be the part, in the child. Until it hears signals by itself, they end it."""
        try:
            for number in _STOPS:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
            die_with_parent(parent)
            be_called(f"retrack-{name}")
            database.dispose_after_fork()
            self.parts[name]()
            os._exit(0)
        except BaseException:
            logging.exception("%s ended", name)
            os._exit(1)

    def _wait(self) -> None:
        try:
            child, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            self._running.clear()
            return
        if not child:
            time.sleep(0.1)
            self._kill_late()
            return
        name = self._running.pop(child, None)
        if name and not self._stopping:
            log.warning("%s died and is started again", name)
            time.sleep(REST_BEFORE_RESTART)
            self._start(name)

    def _stop(self, _number: int, _frame: object) -> None:
        if not self._stopping:
            self._stopping = True
            self._kill_at = time.monotonic() + GRACE
            self._signal_all(signal.SIGTERM)

    def _kill_late(self) -> None:
        if self._stopping and time.monotonic() > self._kill_at:
            self._signal_all(signal.SIGKILL)

    def _signal_all(self, number: signal.Signals) -> None:
        for child in self._running:
            os.kill(child, number)


def work(name: str, redis_url: str) -> None:
    """Be the worker of one queue. Redis being away ends it; it is started again."""
    connection = Redis.from_url(redis_url)
    worker = QueueWorker(
        [queue.queue(name, connection)],
        connection=connection,
        serializer=JSONSerializer,
        log_job_description=False,
        worker_ttl=30,
        maintenance_interval=60,
    )
    worker.work(logging_level=None)


def run_ticker() -> None:
    """Be the ticker."""
    stopped: list[int] = []
    for number in _STOPS:
        signal.signal(number, lambda got, _frame: stopped.append(got))
    tick.run(lambda: bool(stopped))


def die_with_parent(parent: int) -> None:
    """Be killed when the parent ends, however it ends (Linux only; elsewhere an orderly stop)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def be_called(name: str) -> None:
    """The process's name in `ps` and `top`, up to 15 signs; its children inherit it (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="worker.py", description="Run Retrack's workers.")
    names = ",".join(queue.JOBS)
    parser.add_argument("--queues", default=names, type=_queues, help=f"some of {names}")
    parser.add_argument("--no-ticker", action="store_true", help="leave waking to another machine")
    return parser.parse_args()


def _queues(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    if not names or not set(names) <= set(queue.JOBS):
        raise argparse.ArgumentTypeError(f"choose some of {', '.join(queue.JOBS)}")
    return names
