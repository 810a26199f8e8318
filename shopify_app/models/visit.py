"""When somebody of a store was here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base, ShopifyId


class Visit(Base):
    """The last visit to Home of a user of a store, and the end of the one before it."""

    __tablename__ = "visits"

    shop_id: Mapped[ShopifyId] = mapped_column(primary_key=True, autoincrement=False)
    user: Mapped[str] = mapped_column(primary_key=True)
    last_at: Mapped[datetime]
    before_at: Mapped[datetime | None]
