"""Files of numbers and statuses that the merchant brought, and what comes of each row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base, Encrypted, RowId, ShopifyId, Word

DUE = text("due_at IS NOT NULL")


class Upload(Base):
    """One file. Its text is kept encrypted, since nobody knows who is named in it.

    State: `preview` until the merchant agrees, `running`, `done`. `columns` are the numbers of the
    columns by what they are (`domain.csv_columns.HEADINGS`). `quiet`: customers are told nothing of
    what it fulfills. `due_at` is when its next rows are due, and the lease of those under way.
    """

    __tablename__ = "uploads"

    id: Mapped[RowId]
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    created_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(Encrypted, default="")
    text: Mapped[str] = mapped_column(Encrypted, default="", deferred=True)
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    quiet: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="preview")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "shop_id", "id"),
        Index(None, "due_at", sqlite_where=DUE, postgresql_where=DUE),
    )


class UploadRow(Base):
    """One row of a file that the merchant agreed to.

    `what` is one of `domain.csv_in.What`. State: `waiting`, `sending` (Shopify was asked and has
    not answered), `done` or `failed`; `why` is one of our words, or what Shopify said. `quiet`:
    its number is no news to the customer.
    """

    __tablename__ = "upload_rows"

    id: Mapped[RowId]
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("uploads.id"))
    line: Mapped[int]
    what: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
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
