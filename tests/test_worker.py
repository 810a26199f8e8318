"""Several machines share the queues: each takes those that it is told to, and the work is done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from dev import process
from shopify_app import queue
from shopify_app.jobs import tick
from shopify_app.models import Inbox
from shopify_app.settings import ROOT
from tests import payloads
from tests.support import ENVIRONMENT, App, House
from tests.waiting import eventually

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(house: House, tmp_path: Path) -> object:
    """Start `worker.py` with these options, as on a machine of its own."""
    own = {"DATABASE_URL": house.settings.database_url, "REDIS_URL": house.settings.redis_url}
    env = {"PATH": os.environ["PATH"], **ENVIRONMENT, **own, "SMTP_URL": ""}
    with ExitStack() as machines:

        def start_(*options: str) -> subprocess.Popen[bytes]:
            log = machines.enter_context((tmp_path / f"{len(options)}.log").open("wb"))
            command = [sys.executable, ROOT / "worker.py", *options]
            machine = process.spawn(command, env=env, cwd=tmp_path, output=log)
            machines.callback(process.stop, machine)
            return machine

        yield start_


def test_two_machines_share_the_queues_and_what_came_in_is_applied(app: App, start: Start) -> None:
    start("--queues", "inbox,deliver")
    start("--queues", "poll,bulk", "--no-ticker")
    everyone = dict.fromkeys(queue.JOBS, 1)
    eventually(lambda: queue.workers() == everyone)
    app.webhook("orders/create", payloads.order())
    queue.redis().flushdb()  # what Redis forgets, the one ticker wakes again
    eventually(lambda: [row.state for row in app.house.rows(Inbox)] == ["done"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_machine_that_is_told_to_stop_ends_its_workers(house: House, start: Start) -> None:
    machine = start("--queues", "poll", "--no-ticker")
    eventually(lambda: queue.workers()["poll"] == 1)
    machine.send_signal(signal.SIGTERM)
    assert machine.wait(20) == 0
    assert queue.workers()["poll"] == 0


def test_two_tickers_wake_no_queue_twice(app: App) -> None:
    app.webhook("orders/create", payloads.order())
    for _ in range(2):
        tick.tick()
    assert queue.queue("inbox", queue.redis()).count == 1
