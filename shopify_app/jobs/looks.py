"""Which shipments are to be looked at, and claiming a batch of one account's.

A shipment is leased and the claim committed before anybody calls the provider.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from shopify_app import clock, database
from shopify_app.carriers import registry
from shopify_app.carriers.base import Provider, Ref
from shopify_app.models import CarrierAccount, Shipment
from shopify_app.tenants import across_shops

LEASE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Look:
    """One shipment to look at. `began` is when: a Retrack that came later is not answered by it.

    `asked`: the merchant waits for the answer. `known`: the provider followed the number before we
    registered it, and may have stopped since. `state` is what we learn on the way of how the
    provider follows the number.
    """

    began: datetime
    account_id: str
    shop_id: int
    shipment_id: int
    ref: Ref
    followed: bool
    asked: bool
    wishes: tuple[str, ...]
    wanted_carrier: str
    known: bool = False
    state: str = ""

    def still_of(self, shipment: Shipment) -> bool:
        """Whether the shipment has the number, and the account, that was asked."""
        asked = (self.ref.number, self.account_id)
        return asked == (shipment.number_key, shipment.account_id)


@dataclass(frozen=True, slots=True)
class Round:
    """One batch of one account."""

    account_id: str
    key_hash: str
    provider_name: str
    provider: Provider
    looks: list[Look]


def due_shipments() -> Select[Shipment]:
    """The shipments that may be looked at now, of every shop, the most overdue first."""
    due = (
        select(Shipment)
        .join(CarrierAccount, CarrierAccount.id == Shipment.account_id)
        .where(*_due())
        .order_by(Shipment.look_at, Shipment.id)
    )
    return across_shops(due)


def accounts_with_work() -> Select[CarrierAccount]:
    """The accounts that may look at something now."""
    theirs = select(Shipment.id).where(
        Shipment.account_id == CarrierAccount.id, Shipment.look_at <= clock.now()
    )
    # Two ways, so that one with thousands waiting for quota is passed by without reading them.
    followed = theirs.where(Shipment.followed_at.is_not(None)).exists()
    anything = and_(_over(CarrierAccount.registers_from), theirs.exists())
    usable = (CarrierAccount.key_hash != "", not_paused())
    return across_shops(select(CarrierAccount).where(*usable, or_(followed, anything)))


def not_paused() -> ColumnElement[bool]:
    """Whether an account may be used now."""
    return _over(CarrierAccount.paused_until)


def claim(account_id: str) -> Round | None:
    """The account's most overdue shipments, leased; None also if it is gone, or has no key."""
    with database.writing() as session:
        account = session.get(CarrierAccount, account_id)
        if account is None or not account.key_hash:
            return None
        round_ = of_account(account)
        batch = due_shipments().where(Shipment.account_id == account.id)
        if account.registers_from and account.registers_from > clock.now():
            batch = batch.where(Shipment.followed_at.is_not(None))
        batch = batch.limit(round_.provider.batch_size)
        locked = batch.with_for_update(of=Shipment, skip_locked=True)
        looks = [_lease(shipment) for shipment in session.scalars(locked)]
        return replace(round_, looks=looks) if looks else None


def of_account(account: CarrierAccount) -> Round:
    """A round of this account, without shipments yet."""
    provider = registry.provider(account.provider, account.api_key)
    return Round(account.id, account.key_hash, account.provider, provider, [])


def of_shipment(shipment: Shipment) -> Look:
    """What a look at this shipment has to know."""
    fields = json.loads(shipment.fields) if shipment.fields else {}
    carrier = shipment.wanted_carrier if not shipment.followed_at else ""
    return Look(
        began=clock.now(),
        account_id=shipment.account_id or "",
        shop_id=shipment.shop_id,
        shipment_id=shipment.id,
        ref=Ref(shipment.number_key, carrier or shipment.carrier, fields),
        followed=shipment.followed_at is not None,
        asked=shipment.asked_at is not None,
        wishes=tuple(shipment.wishes),
        wanted_carrier=shipment.wanted_carrier,
    )


def _lease(shipment: Shipment) -> Look:
    shipment.look_at = clock.now() + LEASE
    return of_shipment(shipment)


def _due() -> list[ColumnElement[bool]]:
    return [
        Shipment.look_at <= clock.now(),
        CarrierAccount.key_hash != "",
        not_paused(),
        _may_look(),
    ]


def _may_look() -> ColumnElement[bool]:
    """What is followed may be looked at; the rest only while there is quota."""
    return or_(Shipment.followed_at.is_not(None), _over(CarrierAccount.registers_from))


def _over(until: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    return or_(until.is_(None), until <= clock.now())
