"""A job that goes from shop to shop: where one shop's turn fails, the others' come all the same."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from rq.timeouts import JobTimeoutException
from sqlalchemy import Select, update
from sqlalchemy.orm import InstrumentedAttribute

from shopify_app import clock, database, observe
from shopify_app.models import Shop

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(hours=1)
"""When a turn ended in an error, or the worker died."""


def step(
    due: Select[Shop], at: InstrumentedAttribute[datetime | None], turn: Callable[[int], None]
) -> bool:
    """Give the shop that has waited longest, by the column `at`, its turn; False if none is due.

    It is put off first. `turn` takes its id, and says in `at` when it is due again.
    """
    shop_id = _put_off(due, at)
    if shop_id is None:
        return False
    with observe.about(shop=shop_id):
        try:
            turn(shop_id)
        except JobTimeoutException:
            raise
        except Exception:
            log.exception("shop %d is put off: %s", shop_id, at.key)
    return True


def _put_off(due: Select[Shop], at: InstrumentedAttribute[datetime | None]) -> int | None:
    """Only the id is read: a row that holds what no key opens is put off as well."""
    first = due.order_by(at).limit(1).with_for_update(skip_locked=True)
    with database.writing() as session:
        shop_id = session.scalar(first.with_only_columns(Shop.id))
        if shop_id is not None:
            until = clock.now() + AGAIN_AFTER
            session.execute(update(Shop).where(Shop.id == shop_id).values({at: until}))
        return shop_id
