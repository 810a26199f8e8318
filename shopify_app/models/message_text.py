"""The words that merchants put in place of the shipped ones."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base


class MessageText(Base):
    """One part of a message in the merchant's own words: `domain.message_template` found it good.

    `part` is a block of the shipped email (`subject`, `headline`, `lead`, `note`), or `text` of a
    text message. What has no row says what is shipped.
    """

    __tablename__ = "message_texts"

    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"), primary_key=True)
    event: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    changed_at: Mapped[datetime]
