"""Numbers that we need no more: their provider is told to look no more, by `jobs.stop_looking`."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, insert, literal, select
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.models import CarrierAccount, Order, Shipment, Shop, Stopping
from shopify_app.models.base import UtcDateTime

OF_ITSELF = timedelta(days=30)
"""17TRACK stops of itself when a parcel had no event for so long (its help page on stopping)."""
SECOND_THOUGHTS = timedelta(days=1)
"""So long a key can be come back to: a number that was stopped can be begun again only once."""


def of_shipment(session: Session, shipment: Shipment) -> None:
    """The parcel is no more. Whether another one has its number is seen when it is stopped."""
    if shipment.followed_at:
        this = (Shipment.shop_id == shipment.shop_id, Shipment.id == shipment.id)
        _let_go(session, clock.now(), *this)


def of_order(session: Session, order: Order) -> None:
    """Nobody looks at the parcels of this order any more, whose customer is erased."""
    for shipment in (s for f in order.fulfillments for s in f.shipments if s.removed_at is None):
        of_shipment(session, shipment)
        shipment.account_id = shipment.followed_at = None


def of_shop(session: Session, shop: Shop) -> None:
    """The shop follows nothing any more. To be called before its parcels lose their accounts."""
    _let_go(session, clock.now(), *_of_shop(shop))


def of_provider(session: Session, shop: Shop, provider: str) -> None:
    """The shop gets another key at this provider. To be called before the key is another one."""
    at_provider = CarrierAccount.provider == provider
    _let_go(session, clock.now() + SECOND_THOUGHTS, *_of_shop(shop), at_provider)


def of_account(session: Session, account: CarrierAccount) -> None:
    """The account of all shops without one gets another key. To be called before it has it."""
    of_any_shop = (Shipment.account_id == account.id, Shipment.removed_at.is_(None))
    _let_go(session, clock.now() + SECOND_THOUGHTS, *of_any_shop)


def _of_shop(shop: Shop) -> tuple[ColumnElement[bool], ...]:
    return (Shipment.shop_id == shop.id, Shipment.removed_at.is_(None))


def _let_go(session: Session, at: datetime, *which: ColumnElement[bool]) -> None:
    """Have those of these numbers that are looked at stopped from this moment on."""
    moment = literal(at, UtcDateTime())
    alive_since = literal(clock.now() - OF_ITSELF, UtcDateTime())
    followed = (
        select(
            CarrierAccount.provider,
            CarrierAccount.api_key,
            CarrierAccount.key_hash,
            Shipment.number_key,
            Shipment.carrier,
            moment,
            moment,
        )
        .join(CarrierAccount, CarrierAccount.id == Shipment.account_id)
        .where(*which, CarrierAccount.key_hash != "", Shipment.stopped == "")
        .where(Shipment.followed_at.is_not(None))
        .where(func.coalesce(Shipment.last_event_at, Shipment.followed_at) > alive_since)
        .distinct()
    )
    columns = ["provider", "api_key", "key_hash", "number", "carrier", "wanted_at", "due_at"]
    session.execute(insert(Stopping).from_select(columns, followed))
    queue.wake_after_commit(session, "bulk")
