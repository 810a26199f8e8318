"""Words of sources that no table of ours knows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base


class UnknownWord(Base):
    """A status word that means nothing to us yet, how often it came, and when last."""

    __tablename__ = "unknown_words"

    source: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
