"""Logging: one line an event, and no personal data in it."""

from __future__ import annotations

import logging
import re
from types import TracebackType

_Raised = tuple[type[BaseException], BaseException, TracebackType | None]


class Discreet(logging.Formatter):
    """Leaves out of a traceback what PostgreSQL quotes of a row: it may be somebody's."""

    def formatException(self, raised: _Raised | tuple[None, None, None]) -> str:  # noqa: N802
        return re.sub(r"DETAIL:.*", "DETAIL left out", super().formatException(raised))


def configure(level: str) -> None:
    """Write the log of this level and above to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # RQ writes each job's call, urllib3 each address: neither helps, both may tell too much.
    for name in ("rq.worker", "rq.queue", "urllib3", "alembic.runtime.migration"):
        logging.getLogger(name).setLevel(logging.WARNING)
