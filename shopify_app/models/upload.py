"""Files of numbers and statuses that the merchant brought, and what comes of each row."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base, Encrypted, Plain, RowId, ShopifyId, Word

DUE = text("due_at IS NOT NULL")

State = Literal["preview", "running", "done"]
"""How far a file is; `preview` until the merchant agrees."""
RowState = Literal["waiting", "sending", "done", "failed"]
"""How far a row of it is; `sending`: Shopify was asked and has not answered."""


class Upload(Base):
    """One file. Its text is kept encrypted, since nobody knows who is named in it.

    `columns` are the numbers of the columns by what they are (`domain.csv_columns.HEADINGS`).
    `quiet`: customers are told nothing of what it fulfills. `due_at` is when its next rows are due,
    and the lease of those under way.
    """

    __tablename__ = "uploads"

    id: Mapped[RowId]
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    created_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(Encrypted, default="")
    text: Mapped[str] = mapped_column(Encrypted, default="", deferred=True)
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    quiet: Mapped[bool] = mapped_column(default=False)
    state: Mapped[State] = mapped_column(Plain, default="preview")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "shop_id", "id"),
        Index(None, "due_at", sqlite_where=DUE, postgresql_where=DUE),
    )


class UploadRow(Base):
    """One row of a file that the merchant agreed to.

    `what` is one of `domain.csv_in.What`; `why` is one of our words, or what Shopify said.
    `quiet`: its number is no news to the customer.
    """

    __tablename__ = "upload_rows"

    id: Mapped[RowId]
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("uploads.id"))
    line: Mapped[int]
    what: Mapped[str]
    state: Mapped[RowState] = mapped_column(Plain, default="waiting")
    why: Mapped[Word]
    order: Mapped[Word]
    order_id: Mapped[ShopifyId | None]
    parcel_id: Mapped[int | None]
    number: Mapped[Word]
    number_key: Mapped[Word]
    carrier: Mapped[Word]
    sku: Mapped[Word]
    quantity: Mapped[int | None]
    status: Mapped[Word]
    reason: Mapped[Word]
    quiet: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index(None, "upload_id", "state", "id"),
        Index(None, "shop_id", "order_id"),
    )
