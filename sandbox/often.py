"""What goes on beside the requests, in a thread of its own, until the sandbox stops."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sandbox.world import World

log = logging.getLogger(__name__)
POLL_SECONDS = 0.1


def start(world: World, name: str, step: Callable[[World], None]) -> threading.Thread:
    """Take a step every moment; what goes wrong in one is logged, and the next comes all the same.

    The seconds are real ones, however fast the sandbox's clock runs.
    """
    thread = threading.Thread(target=_run, args=(world, name, step), name=name, daemon=True)
    thread.start()
    return thread


def _run(world: World, name: str, step: Callable[[World], None]) -> None:
    while not world.stopping.wait(POLL_SECONDS):
        try:
            step(world)
        except Exception:
            log.exception("%s could not go on", name)
