"""A worker with a bug: an order whose note says so makes its handler raise, or kills it."""

from __future__ import annotations

import os
import signal
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.bootstrap import build_worker
from shopify_app.jobs import supervisor
from shopify_app.models import Shop
from webhooks.handlers import HANDLERS

RAISE, DIE = "raise", "die"


class Bug(Exception):
    """What nobody foresaw."""


def _obey(handler: Any, session: Session, shop: Shop, body: dict[str, Any]) -> Any:
    note = body.get("note")
    if note == DIE:
        os.kill(os.getpid(), signal.SIGKILL)
    if note == RAISE:
        raise Bug
    return handler(session, shop, body)


if __name__ == "__main__":
    for topic, handler in HANDLERS.items():
        HANDLERS[topic] = partial(_obey, handler)
    supervisor.main(lambda: build_worker().redis_url)
