"""Something that is done to many orders at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base, RowId, ShopifyId, Word

UNDER_WAY = text("started_at IS NOT NULL AND ended_at IS NULL")


class BulkRun(Base):
    """One press of a button for many orders: `kind` is one of `actions.bulk`'s.

    `order_ids` are those that were chosen, as they were then; `place` of the `total` are done, each
    in the transaction that moved the place. `counted` is what came of them, by outcome. Not
    started: the merchant is asked whether they mean it. `failures`: so often the next did not go.
    """

    __tablename__ = "bulk_runs"

    id: Mapped[RowId]
    shop_id: Mapped[ShopifyId]
    kind: Mapped[str]
    status: Mapped[Word]
    reason: Mapped[Word]
    order_ids: Mapped[list[Any]] = mapped_column(default=list)
    total: Mapped[int]
    place: Mapped[int] = mapped_column(default=0)
    counted: Mapped[dict[str, Any]] = mapped_column(default=dict)
    failures: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_bulk_runs_under_way", "id", sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY),
    )
