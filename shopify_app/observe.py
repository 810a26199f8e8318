"""Logging: one line an event, and no personal data in it."""

from __future__ import annotations

import logging


def configure(level: str) -> None:
    """Write the log of this level and above to standard error."""
    logging.basicConfig(
        level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
    # RQ writes each job's call, urllib3 each address: neither helps, both may tell too much.
    for name in ("rq.worker", "rq.queue", "urllib3", "alembic.runtime.migration"):
        logging.getLogger(name).setLevel(logging.WARNING)
