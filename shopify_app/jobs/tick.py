"""The ticker: every second it wakes whatever has rows waiting, in case Redis forgot.

It does no work itself, so two of them do no harm: a job woken twice finds nothing the second time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError

from shopify_app import database, queue
from shopify_app.jobs import (
    apply_upload,
    backfill,
    bulk_runs,
    choosing,
    deliver,
    digest,
    keep_tokens,
    looks,
    poll_carriers,
    process_inbox,
    reconcile,
    retain,
    retime,
    stop_looking,
)
from shopify_app.tenants import across_shops

log = logging.getLogger(__name__)

EVERY = 1.0


def run(stopped: Callable[[], bool]) -> None:
    """Tick until `stopped()`. A database out of reach is said once a minute and waited for."""
    said_at = float("-inf")
    while not stopped():
        try:
            tick()
        except SQLAlchemyError as error:
            if time.monotonic() - said_at > 60:
                log.error("the ticker cannot read the database: %s", type(error).__name__)
                said_at = time.monotonic()
        time.sleep(EVERY)


def tick() -> None:
    """Wake each queue that has something due."""
    for name, something in _due().items():
        with database.reading() as session:
            due = any(session.scalar(_is_any(wanted)) for wanted in something)
        if due:
            queue.wake(name)


def _is_any(wanted: Select[Any]) -> Select[bool]:
    """Whether there is such a row; the row itself is not read, as it may hold secrets."""
    return across_shops(select(wanted.order_by(None).exists()))


def _due() -> dict[str, list[Select[Any]]]:
    return {
        "inbox": [process_inbox.due()],
        "deliver": [deliver.due(), deliver.stuck()],
        "poll": [
            choosing.unchosen(),
            choosing.shops_behind(),
            looks.accounts_with_work(),
            poll_carriers.unchecked_accounts(),
        ],
        "bulk": [
            keep_tokens.shops_due(),
            retime.shops_due(),
            bulk_runs.under_way(),
            backfill.shops_due(),
            reconcile.shops_due(),
            reconcile.passes_due(),
            retain.shops_due(),
            apply_upload.due(),
            digest.shops_due(),
            stop_looking.due(),
        ],
    }
