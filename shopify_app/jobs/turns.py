"""Rows of the outbox take turns: each is marked `sending` right before its own send.

It is marked by compare-and-set, in the commit that keeps what became of the row before. So there is
one commit before each send, and of a sender that dies one row is left `sending`, never more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

import stamina
from sqlalchemy import bindparam, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.jobs.due import Became, Due
from shopify_app.models import Outbox
from shopify_app.tenants import across_shops

# Put together once: that costs as much as it costs to execute them.
_BEGIN = across_shops(
    update(Outbox)
    .where(
        Outbox.id == bindparam("wanted"),
        Outbox.state == "waiting",
        Outbox.due_at <= bindparam("now"),
    )
    .values(state="sending", sending_since=bindparam("now"), attempts=Outbox.attempts + 1)
    .returning(*(getattr(Outbox, field.name) for field in fields(Due)))
    .execution_options(synchronize_session=False)
)
_KEEP = (
    update(Outbox)
    .where(
        Outbox.shop_id == bindparam("of_shop"),
        Outbox.id == bindparam("ours"),
        Outbox.state == "sending",
        Outbox.sending_since == bindparam("since"),
    )
    .execution_options(synchronize_session=False)
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
