"""What came in and has to be applied."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base, Plain, RowId, Word

WAITING = text("state = 'waiting'")
SET_ASIDE = text("state = 'set_aside'")
DECIDED = text("decided_at IS NOT NULL")

MOST_TRIES = 5
"""After so many errors a row is set aside."""


State = Literal["waiting", "done", "ignored", "set_aside"]
"""How far a row is; `note` has the reason of one ignored, and the error of one set aside."""


class Inbox(Base):
    """One delivery of a webhook or a push, kept before it is understood.

    `source` is `shopify` or a provider's name; `account` the shop's domain or the account of the
    push. No foreign key: webhooks may come before the app is first opened, and wait.

    `attempts` counts claims, `failures` those that ended in an error: the difference died.
    `due_at` is when it may be claimed, and the lease of who has it.
    The body is emptied when the row is done or ignored.
    `decided_at` is when the merchant last let a row set aside be tried again, or dismissed it, and
    `decided_by` the user of the store who did.
    """

    __tablename__ = "inbox"

    id: Mapped[RowId]
    source: Mapped[str]
    account: Mapped[str]
    topic: Mapped[str]
    delivery_id: Mapped[str]
    event_id: Mapped[Word]
    triggered_at: Mapped[Word]
    received_at: Mapped[datetime]
    body: Mapped[bytes] = mapped_column(LargeBinary)

    state: Mapped[State] = mapped_column(Plain, default="waiting")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    note: Mapped[Word]
    ended_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[Word]

    __table_args__ = (
        UniqueConstraint("account", "topic", "delivery_id"),
        Index(None, "due_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index(None, "account", "ended_at", sqlite_where=SET_ASIDE, postgresql_where=SET_ASIDE),
        Index(None, "account", "decided_at", sqlite_where=DECIDED, postgresql_where=DECIDED),
    )
