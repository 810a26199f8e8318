"""The accounts at tracking providers that the shops, or the whole installation, have."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.models.base import Base, Secret, Word

NOBODYS = text("owner_id IS NULL")


class CarrierAccount(Base):
    """A key at a provider and how it fares. Without an owner it is the installation's own.

    `id` is random: it stands in the address the provider pushes to. `problem` is `auth`, `quota`,
    `unavailable` or empty, and shown to the merchant. Until `paused_until` the provider is not
    called; until `registers_from` no new number is registered, as the quota is used up, and what
    is followed already is followed on.
    """

    __tablename__ = "carrier_accounts"

    id: Mapped[str] = mapped_column(primary_key=True)
    provider: Mapped[str]
    # Not `shop_id`: the installation's account is no shop's, and any account is found by its id.
    owner_id: Mapped[int | None] = mapped_column(BigInteger)
    # Read by who calls the provider alone: one that no key of ours opens holds up nothing else.
    api_key: Mapped[Secret] = mapped_column(deferred=True)
    key_hash: Mapped[Word]
    problem: Mapped[Word]
    problem_since: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    registers_from: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    checked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    pushed_at: Mapped[datetime | None]
    quota_total: Mapped[int | None]
    quota_left: Mapped[int | None]

    __table_args__ = (
        UniqueConstraint("owner_id", "provider"),
        # To a database two nobodies differ, so the installation's own need an index of theirs.
        Index(
            "uq_carrier_accounts_installation",
            "provider",
            unique=True,
            sqlite_where=NOBODYS,
            postgresql_where=NOBODYS,
        ),
    )
