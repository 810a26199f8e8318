"""The sender is killed (SIGKILL) at random points until all is sent; what became of each message.

The real job runs in processes of its own. See docs/benchmarks.md.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from bench import house, results
from bench.stand_ins import mailbox
from dev import valkey
from shopify_app import bootstrap, clock, database
from shopify_app.jobs import deliver
from shopify_app.models import Outbox
from shopify_app.settings import ROOT, load
from shopify_app.tenants import across_shops

MESSAGES, KILLS, SEED = 300, 40, 1
LATER = timedelta(minutes=6)
"""After that a message that is still `sending` is known to have lost its sender."""
_READY_AND_GO = (
    "import sys; from shopify_app import bootstrap; bootstrap.build_worker();"
    " from shopify_app.jobs import deliver; sys.stdin.read(1); deliver.run()"
)


def chaos(
    environ: dict[str, str], box: mailbox.Mailbox, messages: int, kills: int, seed: int
) -> dict[str, Any]:
    """Fill the wired database, kill so often, let the last sender finish; what became of all."""
    house.install_with_messages(messages)
    dice, killed = random.Random(seed), 0
    points = sorted(dice.sample(range(messages * 9 // 10), kills))
    next_one = _start(environ)
    for point in points:
        sender, next_one = next_one, _start(environ)
        killed += _kill_at(sender, box, point, dice.uniform(0, 0.03))
    _go(next_one)
    assert next_one.wait(120) == 0
    _run_until_drained(environ)
    return _became(box, killed)


def _start(environ: dict[str, str]) -> subprocess.Popen[bytes]:
    """A sender that is ready, and waits for the word to go."""
    command = [sys.executable, "-c", _READY_AND_GO]
    return subprocess.Popen(command, env=os.environ | environ, cwd=ROOT, stdin=subprocess.PIPE)


def _go(sender: subprocess.Popen[bytes]) -> None:
    assert sender.stdin
    sender.stdin.write(b"1")
    sender.stdin.close()


def _kill_at(
    sender: subprocess.Popen[bytes], box: mailbox.Mailbox, arrived: int, after: float
) -> bool:
    """Kill it so many seconds after so many mails came; False if it was done before."""
    _go(sender)
    while len(box.arrived) < arrived and sender.poll() is None:
        time.sleep(0.0005)
    time.sleep(after)
    sender.kill()
    return sender.wait() < 0


def _run_until_drained(environ: dict[str, str]) -> None:
    while _count("waiting"):
        sender = _start(environ)
        _go(sender)
        assert sender.wait(120) == 0
    with database.writing() as session:
        session.execute(across_shops(update(Outbox)).values(sending_since=clock.now() - LATER))
    deliver.settle_stuck()


def _count(state: str) -> int:
    counted = across_shops(select(func.count()).where(Outbox.state == state))
    with database.reading() as session:
        return session.scalar(counted) or 0


def _became(box: mailbox.Mailbox, killed: int) -> dict[str, Any]:
    with database.reading() as session:
        rows = session.execute(across_shops(select(Outbox.state, Outbox.remote_id))).all()
    sent = {remote_id for state, remote_id in rows if state == "sent"}
    return {
        "messages": len(rows),
        "kills": killed,
        "states": dict(Counter(state for state, _ in rows)),
        "arrived": len(set(box.arrived)),
        "arrived_twice": len(box.arrived) - len(set(box.arrived)),
        "sent_that_did_not_arrive": len(sent - set(box.arrived)),
        "uncertain_that_arrived": len(set(box.arrived) - sent),
    }


def main() -> None:
    """Kill often, and keep what came of it."""
    with tempfile.TemporaryDirectory(prefix="retrack-chaos-") as path, mailbox.running() as box:
        folder = Path(path)
        with valkey.running(folder) as server:
            environ = house.environ(f"sqlite:///{folder}/bench.sqlite", valkey.url(server))
            environ["SMTP_URL"] = box.url
            settings = load(environ)
            database.migrate(settings.database_url)
            bootstrap.wire(settings)
            found = chaos(environ, box, MESSAGES, KILLS, SEED)
            results.keep("chaos-messages", {"seed": SEED, **found})


if __name__ == "__main__":
    main()
