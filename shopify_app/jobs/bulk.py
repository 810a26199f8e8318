"""The job of the queue `bulk`: what takes long and may wait, one page at a time.

Tokens go first, as they are soon renewed, then what a merchant waits for. An import goes before a
comparison: until it is over there is nothing to compare with. A file may take an hour at Shopify,
so its rows take turns with all the rest.
"""

from __future__ import annotations

from shopify_app import queue
from shopify_app.jobs import (
    apply_upload,
    backfill,
    bulk_runs,
    digest,
    keep_tokens,
    reconcile,
    retain,
)


def run() -> None:
    """Read pages until nothing waits, or the shift is over."""
    queue.work("bulk", _step)


def _step() -> bool:
    steps = (
        keep_tokens.step,
        bulk_runs.step,
        backfill.step,
        reconcile.step,
        retain.step,
        digest.step,
    )
    of_file = apply_upload.step()
    return any(step() for step in steps) or of_file
