"""What happened to orders and their shipments, for the merchant to read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopify_app.models.base import Base, RowId, ShopifyId, Word
from shopify_app.models.shipment import Shipment


class Change(Base):
    """The history of an order and its shipments: what changed, when, and by whom.

    `what` is `status`, `first_status` (of an imported parcel), `retrack`, `fulfilled`,
    `number_added`, `number_removed`, `set_by_hand`, `unpinned` ...; `detail` holds what the words
    on the page need, never personal data.
    """

    __tablename__ = "changes"

    id: Mapped[RowId]
    shop_id: Mapped[ShopifyId]
    order_id: Mapped[ShopifyId]
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipments.id"))
    at: Mapped[datetime]
    what: Mapped[str]
    who: Mapped[Word]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)

    shipment: Mapped[Shipment | None] = relationship()

    __table_args__ = (
        Index(None, "shop_id", "shipment_id", "id"),
        Index(None, "shop_id", "at"),
    )
