"""Customers who asked what is kept of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base, RowId, ShopifyId

TO_ANSWER = timedelta(days=30)


class DataRequest(Base):
    """A customer's request, as Shopify passed it on. It holds ids: the answer is read when asked.

    `handed_over_at` is when the merchant said that the customer has it.
    """

    __tablename__ = "data_requests"

    id: Mapped[RowId]
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    request_id: Mapped[ShopifyId]
    customer_id: Mapped[ShopifyId | None]
    order_ids: Mapped[list[Any]] = mapped_column(default=list)
    asked_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]

    @property
    def due_at(self) -> datetime:
        """By when the law wants it answered: Shopify gives thirty days."""
        return self.asked_at + TO_ANSWER

    __table_args__ = (UniqueConstraint("shop_id", "request_id"),)
