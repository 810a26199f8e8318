"""The job of the queue `bulk`: what takes long and may wait, one page at a time.

Tokens go first, as they are soon renewed, then what a merchant waits for. A file or an import may
take an hour, so each takes turns with all the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from rq.timeouts import JobTimeoutException

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

log = logging.getLogger(__name__)


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
    of_file, of_import = _took(apply_upload.step), _took(backfill.step)
    return any(map(_took, steps)) or of_file or of_import


def _took(step: Callable[[], bool]) -> bool:
    """Take this step; one that breaks off waits for the ticker, and the others go on."""
    try:
        return step()
    except JobTimeoutException:
        raise
    except Exception:
        log.exception("a step of bulk broke off: %s", step.__module__)
        return False
