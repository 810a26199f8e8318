"""Rows of the outbox take turns: each is marked `sending` right before its own send.

It is marked by compare-and-set, in the commit that keeps what became of the row before. So there is
one commit before each send, and of a sender that dies one row is left `sending`, never more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import stamina
from sqlalchemy import bindparam, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.jobs.due import Became, Due
from shopify_app.models import Outbox
from shopify_app.tenants import across_shops

# Put together once, and of the table rather than its model: each alone would double what they cost.
_TABLE: Any = Outbox.__table__
_ROW = _TABLE.c
_BEGIN = across_shops(
    update(_TABLE)
    .where(
        _ROW.id == bindparam("wanted"),
        _ROW.state == "waiting",
        _ROW.due_at <= bindparam("now"),
    )
    .values(state="sending", sending_since=bindparam("now"), attempts=_ROW.attempts + 1)
    .returning(*(_ROW[field.name] for field in fields(Due)))
)
_KEEP = update(_TABLE).where(
    _ROW.shop_id == bindparam("of_shop"),
    _ROW.id == bindparam("ours"),
    _ROW.state == "sending",
    _ROW.sending_since == bindparam("since"),
)


@stamina.retry(on=(OperationalError, InterfaceError), attempts=None, timeout=60, wait_max=3)
def take(ids: Iterable[int], before: Became | None = None) -> Due | None:
    """Keep what became of the row before, and mark the first of these that is still due as being
    sent; None if none is.

    A message that went out is not to become uncertain because the database was started anew just
    then, so that is waited for; what was done and not heard of is done no second time.
    """
    with database.writing() as session:
        if before:
            _keep(session, before)
        return next(filter(None, (_begin(session, row_id) for row_id in ids)), None)


def _begin(session: Session, row_id: int) -> Due | None:
    """Mark the row; None if another sender was faster, or it is to wait after all."""
    found = session.execute(_BEGIN, {"wanted": row_id, "now": clock.now()}).one_or_none()
    return Due(**found._mapping) if found else None


def _keep(session: Session, became: Became) -> None:
    """Change the row, unless it was taken for stuck and is somebody else's by now."""
    if became.also:
        became.also(session)
    row = became.row
    ours = {"of_shop": row.shop_id, "ours": row.id, "since": row.sending_since}
    session.execute(_KEEP, ours | became.changed)
