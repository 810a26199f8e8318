"""Who wants no messages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base, ShopifyId, Word


class OptOut(Base):
    """An address to which a shop's messages of a channel do not go any more.

    Only its keyed hash is kept, so it outlives the erasing of a customer. `why`: `link` (in a
    mail), `stop` (answered to a text) or `bounced` (no such address).
    """

    __tablename__ = "opt_outs"

    shop_id: Mapped[ShopifyId] = mapped_column(primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(primary_key=True)
    why: Mapped[Word]
    at: Mapped[datetime]
