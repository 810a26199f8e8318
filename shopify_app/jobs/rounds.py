"""One round: a batch of one account's shipments is looked at, and each one takes its answer.

The shipments are leased and the claim committed before the provider is called, outside of any
transaction. A number that the account does not follow yet is registered first; what the merchant
wants besides (another carrier, a field, a registration anew) is asked before the look.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from rq.timeouts import JobTimeoutException
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shopify_app import clock, database
from shopify_app.actions import accounts, following, ledger, shipments
from shopify_app.carriers import registry
from shopify_app.carriers.base import (
    AuthError,
    Batch,
    Provider,
    ProviderError,
    RateLimited,
    Ref,
    Refusal,
    Registered,
)
from shopify_app.domain.tracking_number import normalise
from shopify_app.jobs import choosing
from shopify_app.models import CarrierAccount, Shipment, Shop
from shopify_app.tenants import across_shops

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
OUT_OF_QUOTA = {"quota", "daily_limit"}
"""Refusals that are no fault of the number: the account may register none for a while."""
NOT_ITS_OWN = {"bad_number", "no_carrier", "carrier_unavailable"}
"""Refusals by which a provider says that it cannot tell of the number: another one may."""


@dataclass(frozen=True, slots=True)
class Look:
    """One shipment to look at. `began` is when: a Retrack that came later is not answered by it.

    `asked`: the merchant waits for the answer. `state` is what we learn on the way of how the
    provider follows the number.
    """

    began: datetime
    shop_id: int
    shipment_id: int
    ref: Ref
    followed: bool
    asked: bool
    wish: str
    wanted_carrier: str
    state: str = ""


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
    theirs = select(Shipment.id).where(Shipment.account_id == CarrierAccount.id, *_due())
    return across_shops(select(CarrierAccount).where(theirs.exists()))


def _due() -> list[ColumnElement[bool]]:
    return [
        Shipment.look_at <= clock.now(),
        CarrierAccount.key_hash != "",
        not_paused(),
        _may_look(),
    ]


def not_paused() -> ColumnElement[bool]:
    """Whether an account may be used now."""
    return _over(CarrierAccount.paused_until)


def claim(account_id: str) -> Round | None:
    """The account's most overdue shipments, leased."""
    with database.writing() as session:
        account = session.get_one(CarrierAccount, account_id)
        if not account.key_hash:
            return None
        round_ = of_account(account)
        batch = due_shipments().where(Shipment.account_id == account.id)
        batch = batch.limit(round_.provider.batch_size)
        locked = batch.with_for_update(of=Shipment, skip_locked=True)
        looks = [_lease(shipment) for shipment in session.scalars(locked)]
        return replace(round_, looks=looks) if looks else None


def of_account(account: CarrierAccount) -> Round:
    """A round of this account, without shipments yet."""
    provider = registry.provider(account.provider, account.api_key)
    return Round(account.id, account.key_hash, account.provider, provider, [])


def look(batch: Round) -> None:
    """Ask the provider, and let each shipment take its answer."""
    try:
        followed = _follow_all(batch)
        if followed:
            _fetch(batch, _revived(batch, followed))
    except JobTimeoutException:
        raise
    except ProviderError as error:
        failed(batch, error)


def _may_look() -> ColumnElement[bool]:
    """What is followed may be looked at; the rest only while there is quota."""
    return or_(Shipment.followed_at.is_not(None), _over(CarrierAccount.registers_from))


def _over(until: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    return or_(until.is_(None), until <= clock.now())


def _lease(shipment: Shipment) -> Look:
    shipment.look_at = clock.now() + LEASE
    return _look(shipment)


def _look(shipment: Shipment) -> Look:
    fields = json.loads(shipment.fields) if shipment.fields else {}
    carrier = shipment.wanted_carrier if not shipment.followed_at else ""
    return Look(
        began=clock.now(),
        shop_id=shipment.shop_id,
        shipment_id=shipment.id,
        ref=Ref(shipment.number_key, carrier or shipment.carrier, fields),
        followed=shipment.followed_at is not None,
        asked=shipment.asked_at is not None,
        wish=shipment.wish,
        wanted_carrier=shipment.wanted_carrier,
    )


def _follow_all(batch: Round) -> list[Look]:
    """Do what is to be done before a look; returns the looks that the account follows then."""
    ready = [each for each in batch.looks if each.followed and not each.wish]
    fresh = [each for each in batch.looks if not each.followed]
    wishing = [each for each in batch.looks if each.followed and each.wish]
    if fresh:
        ready += _register(batch, fresh, "register")
    for each in wishing:
        ready += _grant(batch, each)
    return ready


def _register(batch: Round, looks: list[Look], what: str) -> list[Look]:
    """Register these numbers; returns the looks that are followed from here on."""
    if "register" not in batch.provider.caps:
        for each in looks:
            _change(each, partial(_now_followed, Registered(each.ref, spent=False), "", ""))
        return looks
    answer = batch.provider.register([each.ref for each in looks])
    _answered(batch, answer, what, len(looks), spent=any(each.spent for each in answer.accepted))
    known = {normalise(each.ref.number): each for each in answer.accepted}
    accepted = [each for each in looks if each.ref.number in known]
    charged: set[str] = set()
    for each in accepted:
        number = each.ref.number
        told = replace(known[number], spent=known[number].spent and number not in charged)
        charged.add(number)  # a number in two shipments is registered once
        _change(each, partial(_now_followed, told, batch.account_id, what))
    _refuse(batch, looks, answer.refused)
    return [_followed(each, known[each.ref.number].ref.carrier) for each in accepted]


def _now_followed(
    told: Registered, account_id: str, what: str, session: Session, _shop: Shop, shipment: Shipment
) -> None:
    shipment.followed_at = clock.now()
    shipment.carrier = told.ref.carrier or shipment.carrier
    shipment.wish = shipment.wanted_carrier = ""
    if what == "renew":
        shipment.stopped = ""
    if told.spent:
        ledger.spent(session, account_id, shipment, what)


def _followed(each: Look, carrier: str) -> Look:
    ref = Ref(each.ref.number, carrier or each.ref.carrier, each.ref.fields)
    return replace(each, ref=ref, followed=True)


def _grant(batch: Round, each: Look) -> list[Look]:
    """Ask the provider for what the merchant wants of a number it follows already."""
    if each.wish == "renew":
        return _renew(batch, each)
    answer = _wish(batch.provider, each)
    if answer is None:
        _change(each, _wish_is_over)
        return [each]
    _answered(batch, answer, each.wish, 1)
    granted = answer.accepted or any(refusal.kind == "already" for refusal in answer.refused)
    _change(each, _wish_is_over)
    if not granted:
        _refuse(batch, [each], answer.refused)
        return []
    carrier = answer.accepted[0].carrier if answer.accepted else ""
    return [_followed(each, carrier)]


def _wish(provider: Provider, each: Look) -> Batch[Ref] | None:
    """None if the provider has no such thing: a plain look then takes the fields along."""
    if each.wish == "carrier" and "change_carrier" in provider.caps:
        return provider.change_carrier(each.ref, each.wanted_carrier)
    if each.wish == "inform" and "info" in provider.caps:
        return provider.inform(each.ref, each.ref.fields)
    return None


def _wish_is_over(_session: Session, _shop: Shop, shipment: Shipment) -> None:
    shipment.wish = ""


def _renew(batch: Round, each: Look) -> list[Look]:
    """Delete and register anew; not while another shop of the same key follows the number."""
    if "delete" in batch.provider.caps and not _followed_by_others(batch, each):
        answer = batch.provider.delete([each.ref])
        _answered(batch, answer, "delete", 1)
    return [replace(renewed, state="renewed") for renewed in _register(batch, [each], "renew")]


def _followed_by_others(batch: Round, each: Look) -> bool:
    same_key = select(CarrierAccount.id).where(CarrierAccount.key_hash == batch.key_hash)
    others = select(Shipment.id).where(
        Shipment.number_key == each.ref.number,
        Shipment.account_id.in_(same_key),
        Shipment.id != each.shipment_id,
        Shipment.removed_at.is_(None),
    )
    with database.reading() as session:
        return session.scalar(across_shops(others).limit(1)) is not None


def _revived(batch: Round, looks: list[Look]) -> list[Look]:
    """Let the provider look again at what it had stopped; for those that somebody waits for."""
    asked = [each for each in looks if each.asked and not each.state]
    if not asked or "state" not in batch.provider.caps:
        return looks
    told = batch.provider.state([each.ref for each in asked])
    _answered(batch, told, "state", len(asked))
    stopped = {normalise(f.ref.number): f for f in told.accepted if not f.tracking}
    again = [f.ref for f in stopped.values() if not f.retracked]
    revived = set()
    if again:
        answer = batch.provider.retrack(again)
        _answered(batch, answer, "retrack", len(again))
        revived = {normalise(ref.number) for ref in answer.accepted}
    tracked = {normalise(f.ref.number) for f in told.accepted if f.tracking}

    def state(number: str) -> str:
        """Of a number that was not asked about it is none."""
        if number in revived:
            return "revived"
        return "for_good" if number in stopped else "tracking" if number in tracked else ""

    return [replace(each, state=each.state or state(each.ref.number)) for each in looks]


def _fetch(batch: Round, looks: list[Look]) -> None:
    answer = batch.provider.fetch([each.ref for each in looks])
    _answered(batch, answer, "fetch", len(looks))
    told = {normalise(snapshot.number): snapshot for snapshot in answer.accepted}
    for each in looks:
        if snapshot := told.get(each.ref.number):
            take = partial(shipments.take_snapshot, snapshot=snapshot, began=each.began)
            take = partial(take, state=each.state)
            _change(each, take, _unless_silent, partial(_not_too_often, batch.provider))
    _refuse(batch, looks, answer.refused)
    if answer.cut_short:
        raise answer.cut_short


def _refuse(batch: Round, looks: list[Look], refusals: Iterable[Refusal]) -> None:
    """Tell each look what its number was refused for; two looks may have the same number."""
    by_number = {normalise(refusal.ref.number): refusal for refusal in refusals}
    for each in looks:
        refusal = by_number.get(each.ref.number)
        if refusal is None:
            continue
        if refusal.kind in OUT_OF_QUOTA:
            _change(each, partial(shipments.could_not_look, why="quota"))
        else:
            take = partial(_take_refusal, batch, each, refusal)
            _change(each, take, _unless_silent, partial(_not_too_often, batch.provider))


def _take_refusal(
    batch: Round, each: Look, refusal: Refusal, session: Session, shop: Shop, shipment: Shipment
) -> None:
    """It is the provider's last word, unless there is another to ask."""
    other = _other(session, shipment) if refusal.kind in NOT_ITS_OWN else None
    if other:
        following.hand_on(session, shipment, other)
        return
    source, kind = batch.provider_name, refusal.kind
    shipments.take_refusal(session, shop, shipment, source, kind, each.began, refusal.fields)


def _unless_silent(session: Session, _shop: Shop, shipment: Shipment) -> None:
    """Ask the next provider if this one has known nothing (new) of the parcel for long."""
    if shipments.is_silent(shipment) and (other := _other(session, shipment)):
        following.hand_on(session, shipment, other)


def _not_too_often(provider: Provider, _session: Session, _shop: Shop, shipment: Shipment) -> None:
    """The plan may want more looks at a number than its provider allows in a day."""
    now, most = clock.now(), provider.looks_a_day
    if most and shipment.look_at and shipment.look_at > now:
        shipment.look_at = max(shipment.look_at, now + timedelta(days=1) / most)


def _other(session: Session, shipment: Shipment) -> CarrierAccount | None:
    serving = accounts.of(session, shipment.shop_id)
    return choosing.after(serving, shipment.account_id or "", shipment.number_key)


Act = Callable[[Session, Shop, Shipment], None]


def _change(each: Look, *acts: Act) -> None:
    """Change the shipment of a look in a transaction of its own: one order is held at a time.

    Nothing is changed if its number was replaced while we asked. What one parcel's answer raises
    keeps that parcel waiting for the next look, and no other one.
    """
    try:
        with database.writing() as session:
            shop = session.get_one(Shop, each.shop_id)
            shipment = shipments.held(session, each.shop_id, each.shipment_id)
            if shipment and shipment.number_key == each.ref.number:
                for act in acts:
                    act(session, shop, shipment)
    except JobTimeoutException:
        raise
    except Exception:  # the lease brings it back
        log.exception("shipment %d could not take its answer", each.shipment_id)


def _answered(
    batch: Round, answer: Batch[Any], what: str, numbers: int, *, spent: bool = False
) -> None:
    out = any(refusal.kind in OUT_OF_QUOTA for refusal in answer.refused)
    with account_of(batch) as (session, account):
        calls = math.ceil(numbers / batch.provider.numbers_a_call)
        ledger.called(session, account, what, calls, numbers)
        accounts.answered(account)
        if spent:
            account.checked_at = None  # the quota has changed: it is asked for again
        if out:
            accounts.quota_used_up(account)


@contextmanager
def account_of(batch: Round) -> Iterator[tuple[Session, CarrierAccount]]:
    """The account, to be changed; a stand-in that nobody keeps if it has another key by now."""
    with database.writing() as session:
        found = select(CarrierAccount).where(CarrierAccount.id == batch.account_id)
        account = session.scalars(found.with_for_update()).one()
        if account.key_hash != batch.key_hash:
            session.expunge(account)
        yield session, account


def failed(batch: Round, error: ProviderError) -> None:
    """The whole call failed: pause the account as the error asks, keep the shipments due."""
    log.warning("account %s: %s %s", batch.account_id[:4], type(error).__name__, error)
    with account_of(batch) as (_session, account):
        if isinstance(error, AuthError):
            accounts.key_refused(account)
        elif isinstance(error, RateLimited):
            accounts.throttled(account, error.retry_after)
        else:
            accounts.unavailable(account)
        # Too many calls is no answer to who waits for one: it comes in a second or two.
        why = "" if isinstance(error, RateLimited) else account.problem or "unavailable"
    for each in batch.looks:
        _change(each, partial(shipments.could_not_look, why=why))
    _tell_who_waits(batch, why)


def _tell_who_waits(batch: Round, why: str) -> None:
    """Nobody waits out a pause of the account for the answer to Retrack."""
    asked_by = clock.now() - (timedelta() if why else shipments.PATIENCE)
    waiting = select(Shipment).where(
        Shipment.account_id == batch.account_id, Shipment.asked_at <= asked_by
    )
    with database.reading() as session:
        looks = [_look(shipment) for shipment in session.scalars(across_shops(waiting))]
    for each in looks:
        _change(each, partial(shipments.could_not_look, why=why))
