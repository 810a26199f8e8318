"""Orders and their fulfillments, as Shopify means them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopify_app import clock
from shopify_app.domain.facts import SHIPPED_NOTHING
from shopify_app.domain.status import Status, advance
from shopify_app.models.base import Base, Secret, ShopifyId, Word
from shopify_app.models.outbox import Outbox
from shopify_app.models.shipment import CheckpointRow, Shipment


def _index_where_set(column: str, *columns: str) -> Index:
    """An index of these columns, of the orders alone that have `column`."""
    given = text(f"{column} IS NOT NULL")
    return Index(None, "shop_id", *columns, sqlite_where=given, postgresql_where=given)


class Order(Base):
    """One order. Until its own facts came it is a placeholder: `placed_at` is null.

    `status` is that of the shipment which needs the merchant most; `attention_from` is the moment
    from which it requires attention, the earliest of the three rules'. `open_since` is
    `status_since` until its end; `silent_since` the last news of that parcel under way which has
    been silent for longest. `items` are dicts of `domain.facts.Item`. A deleted or redacted order
    stays as a tombstone, so that a late webhook does not bring it back. `shopify_marks` is what its
    tags and metafield at Shopify tell, or will once the outbox is empty
    (`domain.order_marks.Marks.text`).
    """

    __tablename__ = "orders"

    shop_id: Mapped[ShopifyId] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[ShopifyId] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[Word]
    placed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    version: Mapped[Word]
    deleted_at: Mapped[datetime | None]
    redacted_at: Mapped[datetime | None]

    cancelled_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    fulfillment_status: Mapped[Word]
    total: Mapped[Word]
    currency: Mapped[Word]
    tags: Mapped[list[Any]] = mapped_column(default=list)
    items: Mapped[list[Any]] = mapped_column(default=list)
    ships: Mapped[bool] = mapped_column(default=True)
    unfulfilled: Mapped[bool] = mapped_column(default=False)
    fulfilled_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]

    customer_id: Mapped[ShopifyId | None]
    customer_name: Mapped[Word]
    first_name: Mapped[Word]
    email: Mapped[Secret]
    email_hash: Mapped[Word]
    phone: Mapped[Secret]
    city: Mapped[Word]
    province: Mapped[Word]
    province_code: Mapped[Word]
    country: Mapped[Word]
    country_code: Mapped[Word]
    locale: Mapped[Word]

    shopify_marks: Mapped[Word]

    status: Mapped[str] = mapped_column(default=Status.UNFULFILLED)
    status_since: Mapped[datetime | None]
    attention_from: Mapped[datetime | None]
    late_from: Mapped[datetime | None]
    problem_from: Mapped[datetime | None]
    unfulfilled_from: Mapped[datetime | None]
    open_since: Mapped[datetime | None]
    silent_since: Mapped[datetime | None]

    fulfillments: Mapped[list[Fulfillment]] = relationship(
        back_populates="order", order_by="Fulfillment.created_at, Fulfillment.id"
    )
    shipments: Mapped[list[Shipment]] = relationship(
        primaryjoin="and_(Shipment.shop_id == Order.shop_id, Shipment.order_id == Order.id, "
        "Shipment.removed_at.is_(None), Shipment.joined_id.is_(None))",
        foreign_keys="[Shipment.shop_id, Shipment.order_id]",
        order_by="Shipment.id",
        viewonly=True,
    )

    facets: Mapped[list[Facet]] = relationship(cascade="all, delete-orphan")

    @property
    def requires_attention(self) -> bool:
        """Whether it requires attention now, by any of the three rules."""
        return self.attention_from is not None and self.attention_from <= clock.now()

    @property
    def live_shipments(self) -> list[Shipment]:
        """Its parcels as its fulfillments have them in this transaction; lists read `shipments`."""
        return [s for f in self.fulfillments for s in f.live_shipments]

    def fulfillment(self, fulfillment_id: int | None) -> Fulfillment | None:
        """The fulfillment of this id, if the order has it."""
        return next((f for f in self.fulfillments if f.id == fulfillment_id), None)

    __table_args__ = (
        Index(None, "shop_id", "placed_at", "id"),
        Index(None, "shop_id", "status", "placed_at", "id"),
        Index(None, "shop_id", "fulfilled_at", "status", "placed_at", "attention_from"),
        _index_where_set("attention_from", "attention_from", "id", "status"),
        _index_where_set("problem_from", "problem_from", "status"),
        _index_where_set("late_from", "late_from", "status"),
        _index_where_set("unfulfilled_from", "unfulfilled_from", "status"),
        _index_where_set("silent_since", "silent_since", "id"),
        _index_where_set("open_since", "open_since", "id"),
        Index(None, "shop_id", "name"),
        Index(None, "shop_id", "email_hash"),
    )


class Facet(Base):
    """A word that an order can be found by, as an inverted index: a `tag`, a `carrier`, the
    `country` it goes to. `placed_at` is the order's, so that a list of one facet is read in order.
    """

    __tablename__ = "facets"

    shop_id: Mapped[ShopifyId] = mapped_column(primary_key=True, autoincrement=False)
    order_id: Mapped[ShopifyId] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    placed_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "order_id"], ["orders.shop_id", "orders.id"]),
        Index(None, "shop_id", "kind", "value", "placed_at", "order_id"),
    )


class Fulfillment(Base):
    """One fulfillment. `imported`: it was made before the app was installed, so its customer is
    told nothing and Shopify neither. `items` are dicts of `domain.facts.FulfilledItem`. `replaced`
    are the numbers that the merchant mended here: each number of Shopify's, and what stands for it.

    The `event_` columns are the newest event that Shopify itself, or another app, told of: one
    reading for all its shipments. `shopify_value` is the FulfillmentEventStatus that Shopify shows,
    or will once the outbox is empty; `shopify_links` are the tracking URLs of ours that it shows.
    """

    __tablename__ = "fulfillments"

    shop_id: Mapped[ShopifyId] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[ShopifyId] = mapped_column(primary_key=True, autoincrement=False)
    order_id: Mapped[ShopifyId]
    name: Mapped[Word]
    status: Mapped[Word]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[Word]
    imported: Mapped[bool] = mapped_column(default=False)
    items: Mapped[list[Any]] = mapped_column(default=list)
    replaced: Mapped[dict[str, Any]] = mapped_column(default=dict)
    event_status: Mapped[Word]
    event_at: Mapped[datetime | None]
    event_end_at: Mapped[datetime | None]
    shopify_value: Mapped[Word]
    shopify_links: Mapped[list[Any]] = mapped_column(default=list)

    order: Mapped[Order] = relationship(back_populates="fulfillments")
    shipments: Mapped[list[Shipment]] = relationship(
        back_populates="fulfillment", order_by="Shipment.position, Shipment.id"
    )
    checkpoints: Mapped[list[CheckpointRow]] = relationship(
        primaryjoin="and_(foreign(CheckpointRow.shop_id) == Fulfillment.shop_id, "
        "foreign(CheckpointRow.fulfillment_id) == Fulfillment.id)"
    )
    outbox: Mapped[list[Outbox]] = relationship(
        primaryjoin="and_(foreign(Outbox.shop_id) == Fulfillment.shop_id, "
        "foreign(Outbox.fulfillment_id) == Fulfillment.id)",
        viewonly=True,
    )

    @property
    def live(self) -> bool:
        """False once it was cancelled or failed: then it shipped nothing."""
        return self.status not in SHIPPED_NOTHING

    @property
    def live_shipments(self) -> list[Shipment]:
        """The parcels that count: not those of a number that was replaced, nor second numbers."""
        return [s for s in self.shipments if s.removed_at is None and s.joined_id is None]

    @property
    def slowest(self) -> Shipment | None:
        """The least advanced of its parcels, which speaks for all of them."""
        live = self.live_shipments
        return min(live, key=lambda s: advance(Status(s.status)), default=None)

    @property
    def known_to_shopify(self) -> list[Shipment]:
        """The live numbers that Shopify has, or is to have: not those the merchant added here."""
        return [s for s in self.shipments if s.removed_at is None and not s.added_by_hand]

    def joined_to(self, shipment: Shipment) -> list[Shipment]:
        """The other numbers of the same parcel."""
        live = (s for s in self.shipments if s.removed_at is None)
        return [s for s in live if s.joined_id is not None and s.joined_id == shipment.id]

    def numbers_before(self, shipment: Shipment) -> list[Shipment]:
        """Those in whose place the merchant put this one, one after the other."""
        keys = {key for key, told in self.replaced.items() if told["number"] == shipment.number}
        return [s for s in self.shipments if s.number_key in keys and s is not shipment]

    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "order_id"], ["orders.shop_id", "orders.id"]),
        Index(None, "shop_id", "order_id"),
    )
