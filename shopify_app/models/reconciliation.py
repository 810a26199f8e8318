"""Comparing a store with what we know of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base, RowId, Word

OPEN = text("ended_at IS NULL")


class Reconciliation(Base):
    """One pass over the orders of a shop that changed between two moments.

    `seen` orders were read, of which `missed` were newer than what webhooks had told. `due_at` is
    when its next page is to be read, and the lease of the one that is; `error` is why it gave up.
    """

    __tablename__ = "reconciliations"

    id: Mapped[RowId]
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]
    began_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    cursor: Mapped[Word]
    seen: Mapped[int] = mapped_column(default=0)
    missed: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[Word]

    __table_args__ = (
        Index(None, "shop_id", "id"),
        Index(None, "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )
