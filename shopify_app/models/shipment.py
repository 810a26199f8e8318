"""Shipments and what is known of their way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopify_app.domain.status import TERMINAL, TO_MEND, Status
from shopify_app.models.base import Base, RowId, Secret, ShopifyId, Word

if TYPE_CHECKING:
    from shopify_app.models.order import Fulfillment

DUE = text("look_at IS NOT NULL")
ASKED = text("asked_at IS NOT NULL")
FOLLOWED = text("look_at IS NOT NULL AND followed_at IS NOT NULL")
MENDABLE = text("(status IN ('expired', 'not_recognized') OR problem <> '') AND removed_at IS NULL")


UNNUMBERED = text("number_key = '' AND removed_at IS NULL")
REASONED = text("reason <> '' AND removed_at IS NULL")


class Shipment(Base):
    """One parcel: one tracking number of one fulfillment, or the fulfillment while it has none.

    `number_key` is the number without spaces and hyphens. A number that the merchant replaced
    leaves its shipment behind with `removed_at`: its history stays, it counts no more.

    Looking: `look_at` is when the next look is due, and the lease of the one under way. `asked_at`
    is when the merchant pressed Retrack, until the answer is there. `account_id` is whose account
    looks at it, since `followed_at`; without one it is due to be given to one, or nobody looks.
    `stopped`: the provider looks no more, `once` or (its one retrack is used up) `for_good`.

    Mending: `problem` is why the provider did not take the number, `asks` the fields it wants, and
    `fields` what the merchant gave. `wishes` are what the provider is to be asked besides a
    look (`inform`, `carrier`, `renew`). `resolved_at` hides its trouble until its state changes.
    `joined_id`: it is another number of that parcel, and counts with it; Shopify may not know it
    (`added_by_hand`).
    """

    __tablename__ = "shipments"

    id: Mapped[RowId]
    shop_id: Mapped[ShopifyId]
    order_id: Mapped[ShopifyId]
    fulfillment_id: Mapped[ShopifyId]
    position: Mapped[int] = mapped_column(default=0)
    number: Mapped[Word]
    number_key: Mapped[Word]
    company: Mapped[Word]
    url: Mapped[Word]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    status: Mapped[str] = mapped_column(default=Status.PENDING)
    reason: Mapped[Word]
    status_since: Mapped[datetime]
    status_source: Mapped[Word]
    status_code: Mapped[Word]
    status_version: Mapped[int] = mapped_column(default=0)
    pinned: Mapped[bool] = mapped_column(default=False)
    first_seen: Mapped[Word]

    last_text: Mapped[Word]
    last_place: Mapped[Word]
    last_code: Mapped[Word]
    last_event_at: Mapped[datetime | None]

    account_id: Mapped[str | None] = mapped_column(ForeignKey("carrier_accounts.id"))
    followed_at: Mapped[datetime | None]
    stopped: Mapped[Word]
    carrier: Mapped[Word]
    carrier_name: Mapped[Word]
    problem: Mapped[Word]
    asks: Mapped[Word]
    fields: Mapped[Secret]
    wishes: Mapped[list[Any]] = mapped_column(default=list)
    wanted_carrier: Mapped[Word]
    resolved_at: Mapped[datetime | None]
    added_by_hand: Mapped[bool] = mapped_column(default=False)
    joined_id: Mapped[int | None] = mapped_column(ForeignKey("shipments.id"))
    look_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    unchanged: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None]

    fulfillment: Mapped[Fulfillment] = relationship(back_populates="shipments")
    readings: Mapped[list[SourceReading]] = relationship(
        order_by="SourceReading.source", cascade="all, delete-orphan"
    )

    def wish(self, wanted: str) -> None:
        """The provider is to be asked for this as well, with the next look."""
        self.wishes = [*self.wishes, wanted] if wanted not in self.wishes else self.wishes

    def settle(self, wishes: Iterable[str]) -> None:
        """These were asked for; what was wished meanwhile still is."""
        self.wishes = [wish for wish in self.wishes if wish not in set(wishes)]

    @property
    def carrier_label(self) -> str:
        """Its carrier as the provider names it, else as Shopify was told."""
        return self.carrier_name or self.company

    @property
    def to_mend(self) -> bool:
        """Whether its number is broken or expired, or a provider does not take it as it is."""
        if self.resolved_at or self.status in TERMINAL:
            return False
        return self.status in TO_MEND or self.problem != ""

    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "fulfillment_id"], ["fulfillments.shop_id", "fulfillments.id"]
        ),
        UniqueConstraint("shop_id", "fulfillment_id", "number_key"),
        Index(None, "shop_id", "order_id"),
        Index(
            "ix_shipments_to_mend",
            "shop_id",
            "order_id",
            "status",
            "joined_id",
            "resolved_at",
            sqlite_where=MENDABLE,
            postgresql_where=MENDABLE,
        ),
        Index(
            "ix_shipments_unnumbered",
            "shop_id",
            "order_id",
            sqlite_where=UNNUMBERED,
            postgresql_where=UNNUMBERED,
        ),
        Index(
            None,
            "shop_id",
            "reason",
            "order_id",
            sqlite_where=REASONED,
            postgresql_where=REASONED,
        ),
        Index(
            "ix_shipments_asked",
            "shop_id",
            "asked_at",
            sqlite_where=ASKED,
            postgresql_where=ASKED,
        ),
        Index(None, "shop_id", "number_key"),
        Index(None, "number_key"),
        Index(None, "account_id", "look_at", sqlite_where=DUE, postgresql_where=DUE),
        Index(
            "ix_shipments_followed_look_at",
            "account_id",
            "look_at",
            sqlite_where=FOLLOWED,
            postgresql_where=FOLLOWED,
        ),
    )


class SourceReading(Base):
    """The newest word of one source on a shipment: `domain.shipment.Reading` as a row.

    `version` is that of the table by which its code was understood.
    """

    __tablename__ = "readings"

    shop_id: Mapped[ShopifyId]
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id"), primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[Word]
    reason: Mapped[Word]
    code: Mapped[Word]
    happened_at: Mapped[datetime | None]
    read_at: Mapped[datetime]
    terminal_at: Mapped[datetime | None]
    not_found: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)


class CheckpointRow(Base):
    """One event of a carrier, with the provider's own code. `key` tells two apart.

    Without a shipment it is an event of the whole fulfillment, as Shopify tells them.
    """

    __tablename__ = "checkpoints"

    id: Mapped[RowId]
    shop_id: Mapped[ShopifyId]
    fulfillment_id: Mapped[ShopifyId]
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipments.id"))
    key: Mapped[str]
    source: Mapped[Word]
    happened_at: Mapped[datetime | None]
    local: Mapped[Word]
    text: Mapped[Word]
    code: Mapped[Word]
    place: Mapped[Word]
    country: Mapped[Word]
    carrier: Mapped[Word]
    carrier_number: Mapped[Word]

    __table_args__ = (UniqueConstraint("shop_id", "fulfillment_id", "key"),)
