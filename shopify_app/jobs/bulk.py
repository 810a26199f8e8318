"""The job of the queue `bulk`: what takes long and may wait, one page at a time.

An import goes before a comparison: until it is over there is nothing to compare with.
"""

from __future__ import annotations

from shopify_app import queue
from shopify_app.jobs import backfill, digest, reconcile, retain


def run() -> None:
    """Read pages until nothing waits, or the shift is over."""
    queue.work("bulk", _step)


def _step() -> bool:
    return backfill.step() or reconcile.step() or retain.step() or digest.step()
