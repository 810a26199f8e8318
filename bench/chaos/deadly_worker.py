"""A worker with bugs: what an order's note says befalls who applies it."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from rq import Queue
from rq.job import Job
from sqlalchemy.orm import Session

from shopify_app import queue
from shopify_app.bootstrap import build_worker
from shopify_app.jobs import handling, supervisor
from shopify_app.jobs.handling import Claimed, Told

SHIFT, SECONDS, DEAF = 1.5, 3, 1.0
"""How long a job works here, may take, and is let be after that: the product's own minutes would
prove no more.
"""
ROOM = 64 * 1024**2
"""Bytes of memory that the process may still take."""


class Bug(Exception):
    """What nobody foresaw."""


def _raise() -> None:
    raise Bug


def _die() -> None:
    """As the kernel ends who takes a machine's last memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def _hang() -> None:
    while True:
        time.sleep(1)


def _be_deaf() -> None:
    """Hang in C, where no signal is heard, and let no other thread go on."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    ctypes.PyDLL(None).sleep(3600)


def _grow() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    hoard = []
    while True:
        hoard.append(bytearray(1024**2))


BUGS: dict[str, Callable[[], None]] = {
    "raise": _raise,
    "die": _die,
    "hang": _hang,
    "be deaf": _be_deaf,
    "grow": _grow,
}
FAILING = {"raise", "grow"}
"""Those that end in an error; of the others the process dies."""


class HastyWorker(supervisor.QueueWorker):
    """Gives a job of the inbox little time."""

    def execute_job(self, job: Job, of: Queue) -> None:
        if of.name == "inbox":
            job.timeout = SECONDS
        super().execute_job(job, of)


def _obey(
    apply: Callable[..., list[Claimed]], session: Session, rows: Sequence[Claimed], told: Told
) -> list[Claimed]:
    """Within the transaction, where a bug does most harm."""
    for row in rows:
        befall = row.topic == "orders/create" and BUGS.get(json.loads(row.body).get("note") or "")
        if befall:
            befall()
    return apply(session, rows, told)


if __name__ == "__main__":
    handling.apply = partial(_obey, handling.apply)
    queue.SHIFT_SECONDS, supervisor.DEAF_AFTER = SHIFT, DEAF
    supervisor.QueueWorker = HastyWorker  # type: ignore[misc]
    supervisor.main(lambda: build_worker().redis_url)
