"""A worker with a bug: an order whose note says so makes its reader raise, or kills it."""

from __future__ import annotations

import os
import signal
from functools import partial
from typing import Any

from shopify_app.bootstrap import build_worker
from shopify_app.jobs import supervisor
from webhooks.handlers import READERS

RAISE, DIE = "raise", "die"


class Bug(Exception):
    """What nobody foresaw."""


def _obey(read: Any, body: dict[str, Any]) -> Any:
    note = body.get("note")
    if note == DIE:
        os.kill(os.getpid(), signal.SIGKILL)
    if note == RAISE:
        raise Bug
    return read(body)


if __name__ == "__main__":
    for topic, read in READERS.items():
        READERS[topic] = partial(_obey, read)
    supervisor.main(lambda: build_worker().redis_url)
