"""Pushes of tracking providers."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import shipments
from shopify_app.carriers import registry
from shopify_app.carriers.base import Stopped
from shopify_app.domain.facts import Snapshot
from shopify_app.domain.tracking_number import normalise
from shopify_app.models import CarrierAccount, Shipment, Shop
from shopify_app.tenants import across_shops

ONCE_A_MINUTE = timedelta(minutes=1)


def take(session: Session, account_id: str, raw: bytes) -> str | None:
    """Give what a push tells to every shipment, whosever it is, that this key follows."""
    account = session.get(CarrierAccount, account_id)
    if account is None:
        return "the account is gone"
    now = clock.now()
    if account.pushed_at is None or now - account.pushed_at > ONCE_A_MINUTE:
        account.pushed_at = now  # seldom, so that pushes do not wait for each other's row
    told = registry.provider(account.provider, account.api_key).parse_push(raw)
    given = [_give(session, account, each) for each in told]
    if not told:
        return "it tells nothing of a parcel's way"
    return None if any(given) else "nobody follows this number"


def _give(session: Session, account: CarrierAccount, told: Snapshot | Stopped) -> bool:
    number = told.number if isinstance(told, Snapshot) else told.ref.number
    same_key = select(CarrierAccount.id).where(
        CarrierAccount.provider == account.provider, CarrierAccount.key_hash == account.key_hash
    )
    followers = across_shops(
        select(Shipment.shop_id, Shipment.id)
        .where(
            Shipment.number_key == normalise(number),
            Shipment.account_id.in_(same_key),
            Shipment.removed_at.is_(None),
        )
        .order_by(Shipment.shop_id, Shipment.order_id)
    )
    found = session.execute(followers).all()
    for shop_id, shipment_id in found:
        shop = session.get_one(Shop, shop_id)
        shipment = shipments.held(session, shop_id, shipment_id)
        if shipment and isinstance(told, Snapshot):
            shipments.take_snapshot(session, shop, shipment, told)
        elif shipment:
            shipments.take_stop(shipment)
    return bool(found)
