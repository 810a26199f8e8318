"""The job of the queue `poll`: look at the shipments that are due.

Each round claims one batch of one account, commits, calls the provider without a transaction, and
applies the answer. A number the account does not follow yet is registered first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from rq.timeouts import JobTimeoutException
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shopify_app import clock, database, queue
from shopify_app.actions import accounts, shipments
from shopify_app.carriers import registry
from shopify_app.carriers.base import (
    AuthError,
    Batch,
    Provider,
    ProviderError,
    RateLimited,
    Ref,
    Refusal,
)
from shopify_app.domain.facts import Snapshot
from shopify_app.domain.tracking_number import normalise
from shopify_app.models import CarrierAccount, Shipment, Shop
from shopify_app.tenants import across_shops

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
OUT_OF_QUOTA = {"quota", "daily_limit"}
"""Refusals that are no fault of the number: the account may register none for a while."""


@dataclass(frozen=True, slots=True)
class Look:
    """One shipment to look at; `began` is when: a Retrack that came later is not answered by it."""

    began: datetime
    shop_id: int
    shipment_id: int
    ref: Ref
    registered: bool


@dataclass(frozen=True, slots=True)
class Round:
    """One batch of one account."""

    account_id: str
    key_hash: str
    provider_name: str
    provider: Provider
    looks: list[Look]


def run() -> None:
    """Check new keys, then look at shipments until none is due, or the shift is over."""
    check_accounts()
    queue.work("poll", _step)


def _step() -> bool:
    batch = _claim()
    if batch:
        _look(batch)
    return batch is not None


def unchecked_accounts() -> Select[CarrierAccount]:
    """The accounts whose key or quota has to be asked for."""
    return select(CarrierAccount).where(
        CarrierAccount.key_hash != "", CarrierAccount.checked_at.is_(None), _not_paused()
    )


def due_shipments() -> Select[Shipment]:
    """The shipments that may be looked at now, of every shop, the most overdue first."""
    due = (
        select(Shipment)
        .join(CarrierAccount, CarrierAccount.id == Shipment.account_id)
        .where(Shipment.look_at <= clock.now(), CarrierAccount.key_hash != "")
        .where(_not_paused(), _may_look())
        .order_by(Shipment.look_at)
    )
    return across_shops(due)


def check_accounts() -> None:
    """Ask for the quota with each key that was never tried: it tells whether the key works."""
    with database.reading() as session:
        accounts_found = session.scalars(unchecked_accounts())
        found = [_round(account, []) for account in accounts_found]
    for batch in found:
        _check(batch)


def _round(account: CarrierAccount, looks: list[Look]) -> Round:
    provider = registry.provider(account.provider, account.api_key)
    return Round(account.id, account.key_hash, account.provider, provider, looks)


def _check(batch: Round) -> None:
    try:
        quota = batch.provider.quota()
    except ProviderError as error:
        _account_failed(batch, error)
        return
    with _account(batch) as account:
        accounts.checked(account)
        if quota:
            accounts.answered(account)
            accounts.has_quota(account, quota.total, quota.left)


def _claim() -> Round | None:
    """The most overdue account's most overdue shipments, leased."""
    due = due_shipments()
    with database.writing() as session:
        first = session.scalar(due.limit(1))
        if first is None or first.account_id is None:
            return None
        account = session.get_one(CarrierAccount, first.account_id)
        provider = registry.provider(account.provider, account.api_key)
        batch = due.where(Shipment.account_id == account.id).limit(provider.batch_size)
        locked = batch.with_for_update(of=Shipment, skip_locked=True)
        looks = [_lease(shipment) for shipment in session.scalars(locked)]
        return _round(account, looks) if looks else None


def _not_paused() -> ColumnElement[bool]:
    return _over(CarrierAccount.paused_until)


def _may_look() -> ColumnElement[bool]:
    """What is registered may be looked at; the rest only while there is quota."""
    return or_(Shipment.registered_at.is_not(None), _over(CarrierAccount.registers_from))


def _over(until: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    return or_(until.is_(None), until <= clock.now())


def _lease(shipment: Shipment) -> Look:
    shipment.look_at = clock.now() + LEASE
    ref = Ref(shipment.number_key, shipment.carrier)
    registered = shipment.registered_at is not None
    return Look(clock.now(), shipment.shop_id, shipment.id, ref, registered)


def _look(batch: Round) -> None:
    try:
        fresh = [look for look in batch.looks if not look.registered]
        following = [look for look in batch.looks if look.registered]
        if fresh:
            following += _register(batch, fresh)
        if following:
            _fetch(batch, following)
    except JobTimeoutException:
        raise
    except ProviderError as error:
        _account_failed(batch, error)


def _register(batch: Round, looks: list[Look]) -> list[Look]:
    """Register these numbers; returns the looks that are followed from here on."""
    if "register" not in batch.provider.caps:
        return looks
    answer = batch.provider.register([look.ref for look in looks])
    _account_answered(batch, answer, spent=True)
    carriers = {normalise(ref.number): ref.carrier for ref in answer.accepted}
    accepted = [look for look in looks if look.ref.number in carriers]
    for look in accepted:
        _change(look, partial(_now_followed, carriers[look.ref.number]))
    _refuse(batch, looks, answer.refused)
    return [_followed(look, carriers[look.ref.number]) for look in accepted]


def _now_followed(carrier: str, _session: Session, _shop: Shop, shipment: Shipment) -> None:
    shipment.registered_at = clock.now()
    shipment.carrier = carrier or shipment.carrier


def _followed(look: Look, carrier: str) -> Look:
    ref = Ref(look.ref.number, carrier or look.ref.carrier)
    return replace(look, ref=ref, registered=True)


def _fetch(batch: Round, looks: list[Look]) -> None:
    answer = batch.provider.fetch([look.ref for look in looks])
    _account_answered(batch, answer)
    told = {normalise(snapshot.number): snapshot for snapshot in answer.accepted}
    for look in looks:
        if snapshot := told.get(look.ref.number):
            take = partial(shipments.take_snapshot, snapshot=snapshot, began=look.began)
            _change(look, take)
    _refuse(batch, looks, answer.refused)
    if answer.cut_short:
        raise answer.cut_short


def _refuse(batch: Round, looks: list[Look], refusals: Iterable[Refusal]) -> None:
    """Tell each look what its number was refused for; two looks may have the same number."""
    kinds = {normalise(refusal.ref.number): refusal.kind for refusal in refusals}
    for look in looks:
        kind = kinds.get(look.ref.number)
        if kind in OUT_OF_QUOTA:
            _change(look, partial(shipments.could_not_look, why="quota"))
        elif kind:
            refuse = partial(shipments.take_refusal, source=batch.provider_name)
            _change(look, partial(refuse, kind=kind, began=look.began))


def _change(look: Look, change: Callable[[Session, Shop, Shipment], None]) -> None:
    """Change the shipment of a look in a transaction of its own: one order is held at a time.

    Nothing is changed if its number was replaced while we asked. What one parcel's answer raises
    keeps that parcel waiting for the next look, and no other one.
    """
    try:
        with database.writing() as session:
            shop = session.get_one(Shop, look.shop_id)
            shipment = shipments.held(session, look.shop_id, look.shipment_id)
            if shipment and shipment.number_key == look.ref.number:
                change(session, shop, shipment)
    except JobTimeoutException:
        raise
    except Exception:  # the lease brings it back
        log.exception("shipment %d could not take its answer", look.shipment_id)


def _account_answered(
    batch: Round, answer: Batch[Ref] | Batch[Snapshot], *, spent: bool = False
) -> None:
    out = any(refusal.kind in OUT_OF_QUOTA for refusal in answer.refused)
    with _account(batch) as account:
        accounts.answered(account)
        if spent:
            account.checked_at = None  # the quota has changed: it is asked for again
        if out:
            accounts.quota_used_up(account)


@contextmanager
def _account(batch: Round) -> Iterator[CarrierAccount]:
    """The account, to be changed; a stand-in that nobody keeps if it has another key by now."""
    with database.writing() as session:
        account = session.get_one(CarrierAccount, batch.account_id)
        if account.key_hash != batch.key_hash:
            session.expunge(account)
        yield account


def _account_failed(batch: Round, error: ProviderError) -> None:
    """The whole call failed: pause the account as the error asks, keep the shipments due."""
    log.warning("account %s: %s %s", batch.account_id[:4], type(error).__name__, error)
    with _account(batch) as account:
        if isinstance(error, AuthError):
            accounts.key_refused(account)
        elif isinstance(error, RateLimited):
            accounts.throttled(account, error.retry_after)
        else:
            accounts.unavailable(account)
        # Too many calls is no answer to who waits for one: it comes in a second or two.
        why = "" if isinstance(error, RateLimited) else account.problem or "unavailable"
    for look in batch.looks:
        _change(look, partial(shipments.could_not_look, why=why))
