"""Fulfillments that the merchant asked for here."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base, Plain, RowId, ShopifyId, Word

State = Literal["sending", "done", "refused"]
"""What came of it; `sending` until Shopify answered, and for ever if we died meanwhile."""


class Fulfilling(Base):
    """One press of "Fulfill". `nonce` came with the form: the same form sent twice is one press."""

    __tablename__ = "fulfillings"

    id: Mapped[RowId]
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    order_id: Mapped[ShopifyId]
    nonce: Mapped[str]
    state: Mapped[State] = mapped_column(Plain, default="sending")
    asked_at: Mapped[datetime]
    fulfillment_id: Mapped[ShopifyId | None]
    detail: Mapped[Word]

    __table_args__ = (UniqueConstraint("shop_id", "nonce"),)
