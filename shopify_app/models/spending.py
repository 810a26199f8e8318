"""What the accounts at providers were used for: quota spent, and calls made."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base, RowId, ShopifyId, Word


class Spending(Base):
    """One number of an account's quota, spent on one shipment. `what` is `register` or `renew`."""

    __tablename__ = "spendings"

    id: Mapped[RowId]
    shop_id: Mapped[ShopifyId]
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("carrier_accounts.id"))
    number: Mapped[str]
    carrier_name: Mapped[Word]
    what: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (Index(None, "shop_id", "id"),)


class Calls(Base):
    """How many calls of a kind were made with an account on a day (UTC), for how many numbers."""

    __tablename__ = "calls"

    account_id: Mapped[str] = mapped_column(ForeignKey("carrier_accounts.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    calls: Mapped[int]
    numbers: Mapped[int]
