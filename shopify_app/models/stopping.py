"""Numbers that a provider is to look at no more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from shopify_app.models.base import Base, RowId, Secret, Word


class Stopping(Base):
    """A number that none of our parcels needs, until its provider was told so.

    It outlives the shop that is erased and the account that goes with it: so it names neither, and
    holds the key it was followed with (encrypted). `carrier` is the provider's own code.
    `wanted_at`: from when on it is to be stopped; later, if it was its key that was replaced.
    """

    __tablename__ = "stoppings"

    id: Mapped[RowId]
    provider: Mapped[str]
    api_key: Mapped[Secret]
    key_hash: Mapped[str]
    number: Mapped[str]
    carrier: Mapped[Word]
    wanted_at: Mapped[datetime]
    due_at: Mapped[datetime]

    __table_args__ = (
        Index(None, "due_at"),
        Index(None, "provider", "key_hash", "due_at"),
    )
