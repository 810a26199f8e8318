"""Numbers that we need no more: their provider is told to look no more, by `jobs.stop_looking`."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.actions import accounts
from shopify_app.models import CarrierAccount, Shipment, Shop, Stopping
from shopify_app.models.base import UtcDateTime

OF_ITSELF = timedelta(days=30)
"""17TRACK stops of itself when a parcel had no event for so long (its help page on stopping)."""


def of_shipment(session: Session, shipment: Shipment) -> None:
    """The parcel is no more. Whether another one has its number is seen when it is stopped."""
    account = accounts.of_shipment(session, shipment)
    if account is None or shipment.followed_at is None or shipment.stopped:
        return
    session.add(
        Stopping(
            provider=account.provider,
            api_key=account.api_key,
            key_hash=account.key_hash,
            number=shipment.number_key,
            carrier=shipment.carrier,
            wanted_at=clock.now(),
            due_at=clock.now(),
        )
    )
    queue.wake_after_commit(session, "bulk")


def of_shop(session: Session, shop: Shop) -> None:
    """The shop follows nothing any more. To be called before its parcels lose their accounts."""
    now = literal(clock.now(), UtcDateTime())
    alive_since = literal(clock.now() - OF_ITSELF, UtcDateTime())
    followed = (
        select(
            CarrierAccount.provider,
            CarrierAccount.api_key,
            CarrierAccount.key_hash,
            Shipment.number_key,
            Shipment.carrier,
            now,
            now,
        )
        .join(CarrierAccount, CarrierAccount.id == Shipment.account_id)
        .where(Shipment.shop_id == shop.id, Shipment.removed_at.is_(None), Shipment.stopped == "")
        .where(CarrierAccount.key_hash != "", Shipment.followed_at.is_not(None))
        .where(func.coalesce(Shipment.last_event_at, Shipment.followed_at) > alive_since)
        .distinct()
    )
    columns = ["provider", "api_key", "key_hash", "number", "carrier", "wanted_at", "due_at"]
    session.execute(insert(Stopping).from_select(columns, followed))
    queue.wake_after_commit(session, "bulk")
