"""What the next messages are about, read for all of them together.

Asked for one by one, it costs most of what a message costs. It shows one moment and serves for a
short one alone: `deliver` reads it anew before it grows old.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.actions import holding, opt_outs, texts
from shopify_app.actions.opt_outs import Address
from shopify_app.actions.texts import Which
from shopify_app.domain.notification import CHANNELS, EMAIL
from shopify_app.jobs.due import Suppressed
from shopify_app.models import Order, Shop
from shopify_app.outgoing import sms
from shopify_app.outgoing.errors import Permanent


class Row(Protocol):
    """What of a row of the outbox says what it is about."""

    @property
    def shop_id(self) -> int: ...
    @property
    def channel(self) -> str: ...
    @property
    def event(self) -> str: ...
    @property
    def order_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Known:
    """Shops, orders with their parcels, the merchants' own words, and who wants no messages."""

    shops: Mapping[int, Shop]
    orders: Mapping[tuple[int, int], Order]
    words: Mapping[tuple[int, Which], Mapping[str, str]]
    opted_out: Mapping[Address, str] = field(repr=False)

    def shop(self, row: Row) -> Shop:
        """The row's shop. Raises Suppressed if the app is not on it any more."""
        shop = self.shops[row.shop_id]
        if not shop.installed:
            raise Suppressed("uninstalled")
        return shop

    def order(self, row: Row) -> Order:
        """The order that the row is about. Raises Suppressed if we have none."""
        order = self.orders.get((row.shop_id, row.order_id or 0))
        if order is None:
            raise Suppressed("order_gone")
        return order


def read(session: Session, rows: Sequence[Row]) -> Known:
    """All that is needed to make these rows ready; of it, nothing asks the database again."""
    shops = session.scalars(select(Shop).where(Shop.id.in_({row.shop_id for row in rows})))
    about = {(row.shop_id, row.order_id) for row in rows if row.order_id is not None}
    found = holding.find_all(session, about)
    told = [row for row in rows if row.channel in CHANNELS]
    return Known(
        {shop.id: shop for shop in shops},
        found,
        texts.own_of_events(session, {(row.shop_id, row.event) for row in told}),
        opt_outs.among(session, _addresses(told, found)),
    )


def to(order: Order, channel: str) -> str:
    """Where this channel reaches the customer: a phone number in E.164. Raises Suppressed without
    one, Permanent if it is none.
    """
    if channel == EMAIL:
        if not order.email:
            raise Suppressed("no_email")
        return order.email
    if not order.phone:
        raise Suppressed("no_phone")
    return sms.e164(order.phone, order.country_code)


def _addresses(rows: Iterable[Row], found: Mapping[tuple[int, int], Order]) -> set[Address]:
    addresses = set()
    for row in rows:
        if order := found.get((row.shop_id, row.order_id or 0)):
            with suppress(Suppressed, Permanent):
                addresses.add(opt_outs.address(row.shop_id, row.channel, to(order, row.channel)))
    return addresses
