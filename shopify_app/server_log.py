"""gunicorn's logs: as ours, and of accesses (for who asks for them) without what addresses and
headers hold.

An address may have an id token in its query, and in its path the link that is a customer's or a
file's secret; whoever reads the log could use them.
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any, ClassVar

from gunicorn.glogging import Logger

_SECRET = re.compile(r"^(/(?:stop|downloads|webhooks/email|webhooks/carriers/[^/]*)/).+")
FORMAT = '%(t)s "%(m)s %(U)s %(H)s" %(s)s %(B)s %(L)s'
"""Without the client's address, which is personal data: a proxy in front may log that."""


class ServerLog(Logger):  # type: ignore[misc]
    """Its lines are ours; in those of accesses, whatever format is asked for, nothing is a secret
    or says who a customer is."""

    formatter: ClassVar[logging.Formatter | None] = None

    def setup(self, cfg: Any) -> None:
        """As gunicorn does it, but for the form of what it says of itself."""
        super().setup(cfg)
        handler = self._get_gunicorn_handler(self.error_log)
        if handler:
            handler.setFormatter(self.formatter)

    def atoms(
        self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta
    ) -> dict[str, Any]:
        """What a format can name: nothing of the headers, the user, the query and the referrer."""
        told: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        kept = {name: value for name, value in told.items() if not name.startswith("{")}
        path = masked(str(kept["U"]))
        line = f"{kept['m']} {path} {kept['H']}"
        return kept | {"U": path, "r": line, "q": "", "f": "-", "u": "-", "h": "-"}


def masked(path: str) -> str:
    """The path without the part that is a secret, on one line."""
    return _SECRET.sub(r"\1...", ascii(path)[1:-1])
