"""Renewing a lease while its job works: it can be short, and a dead job is soon missed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

EVERY = 10.0
"""Seconds. A lease has to outlast some of them, as a renewal may have to wait for the database."""


@contextmanager
def beating(renew: Callable[[], None]) -> Iterator[None]:
    """Call `renew` every few seconds, in a thread of its own, until the block is left."""
    left = Event()
    heart = Thread(target=_beat, args=(renew, left), daemon=True)
    heart.start()
    try:
        yield
    finally:
        left.set()
        heart.join()


def _beat(renew: Callable[[], None], left: Event) -> None:
    while not left.wait(EVERY):
        try:
            renew()
        except SQLAlchemyError as error:  # busy, or away: the next one may be in time
            log.warning("a lease could not be renewed: %s", type(error).__name__)
