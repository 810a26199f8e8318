"""The job of the queue `bulk`: what takes long and may wait, one page at a time.

Tokens go first, as they are soon renewed, then what a merchant waits for. A file or an import may
take an hour, so each takes turns with all the rest.
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
    retime,
    stop_looking,
)


def run() -> None:
    """Read pages until nothing waits, or the shift is over."""
    queue.work("bulk", _step)


def _step() -> bool:
    steps = (
        keep_tokens.step,
        retime.step,
        bulk_runs.step,
        reconcile.step,
        retain.step,
        digest.step,
        stop_looking.step,
    )
    of_file, of_import = apply_upload.step(), backfill.step()
    return any(step() for step in steps) or of_file or of_import
