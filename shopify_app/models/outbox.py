"""What has been decided and has to go out."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base, Plain, RowId, ShopifyId, Word

WAITING = text("state = 'waiting'")
SENDING = text("state = 'sending'")
KNOWN_OUTSIDE = text("remote_id <> ''")
FAILED = text("state = 'failed'")
DECIDED = text("decided_at IS NOT NULL")
UNSETTLED = text("state IN ('failed', 'uncertain')")


State = Literal["waiting", "sending", "sent", "arrived", "failed", "uncertain", "suppressed"]
"""How far a row is. `uncertain`: nobody knows whether it went out."""


class Outbox(Base):
    """One message to a customer, one write to Shopify, or (of no order) one mail to the owner.

    It holds ids; it is rendered when sent.

    `key` makes it once: unique in its shop. `detail` says why, for the merchant; `remote_id` is the
    id the other side gave. `insisted`: the merchant wants it sent whatever the switches say by now.
    `decided_at` is when the merchant last let a failed one be tried again, or dismissed it;
    `decided_by` the user of the store who did.
    """

    __tablename__ = "outbox"

    id: Mapped[RowId]
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    channel: Mapped[str]
    event: Mapped[str]
    key: Mapped[str]
    order_id: Mapped[ShopifyId | None]
    fulfillment_id: Mapped[ShopifyId | None]
    happened_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    state: Mapped[State] = mapped_column(Plain, default="waiting")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sending_since: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    insisted: Mapped[bool] = mapped_column(default=False)
    remote_id: Mapped[Word]
    detail: Mapped[Word]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[Word]

    __table_args__ = (
        UniqueConstraint("shop_id", "key"),
        Index(None, "due_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_outbox_waiting", "shop_id", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index(None, "sending_since", sqlite_where=SENDING, postgresql_where=SENDING),
        Index(None, "shop_id", "ended_at", sqlite_where=FAILED, postgresql_where=FAILED),
        Index(None, "shop_id", "decided_at", sqlite_where=DECIDED, postgresql_where=DECIDED),
        Index(
            "ix_outbox_unsettled",
            "shop_id",
            "created_at",
            "id",
            sqlite_where=UNSETTLED,
            postgresql_where=UNSETTLED,
        ),
        Index(None, "shop_id", "id"),
        Index(None, "shop_id", "created_at", "id"),
        Index(None, "shop_id", "event", "state", "channel", "created_at"),
        Index(None, "shop_id", "order_id"),
        Index(None, "shop_id", "fulfillment_id"),
        Index(None, "remote_id", sqlite_where=KNOWN_OUTSIDE, postgresql_where=KNOWN_OUTSIDE),
    )
