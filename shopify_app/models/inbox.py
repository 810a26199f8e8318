"""What came in and has to be applied."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base, RowId, Word

WAITING = text("state = 'waiting'")


class Inbox(Base):
    """One delivery of a webhook or a push, kept before it is understood.

    `source` is `shopify` or a provider's name; `account` the shop's domain or the account of the
    push. No foreign key: webhooks may come before the app is first opened, and wait.

    State: `waiting`, `done`, `ignored` (with the reason in `note`) or `set_aside` (with the error).
    `attempts` counts claims, `failures` those that ended in an error: the difference died.
    `due_at` is when it may be claimed, and the lease of who has it.
    The body is emptied when the row is done or ignored.
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

    state: Mapped[str] = mapped_column(default="waiting")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    note: Mapped[Word]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("account", "topic", "delivery_id"),
        Index(None, "due_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
    )
