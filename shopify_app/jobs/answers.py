"""What becomes of a provider's answer: each shipment takes its own, the account how it fared."""

from __future__ import annotations

import logging
import math
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.actions import accounts, following, ledger, orders, shipments
from shopify_app.carriers.base import (
    AuthError,
    Batch,
    Provider,
    ProviderError,
    RateLimited,
    Refusal,
)
from shopify_app.domain.facts import Snapshot
from shopify_app.domain.tracking_number import normalise
from shopify_app.jobs import choosing, looks
from shopify_app.jobs.looks import Look, Round
from shopify_app.models import CarrierAccount, Shipment, Shop
from shopify_app.tenants import across_shops

log = logging.getLogger(__name__)

OUT_OF_QUOTA = {"quota", "daily_limit"}
"""Refusals that are no fault of the number: the account may register none for a while."""
NOT_ITS_OWN = {"bad_number", "no_carrier", "carrier_unavailable"}
"""Refusals by which a provider says that it cannot tell of the number: another one may."""


def _kind(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.name}, line {frame.lineno}"


Act = Callable[[Session, Shop, Shipment], None]


def change(each: Look, *acts: Act) -> None:
    """Change the shipment of a look in a transaction of its own: one order is held at a time.

    Nothing is changed if its number or its account was replaced while we asked. What one parcel's
    answer raises keeps that parcel waiting for the next look, and no other one.
    """
    try:
        with database.writing() as session:
            _change(session, each, acts)
    except Exception as error:  # the lease brings it back; its words may quote a number
        log.error("shipment %d could not take its answer: %s", each.shipment_id, _kind(error))


def _change(session: Session, each: Look, acts: Sequence[Act]) -> None:
    shop = session.get_one(Shop, each.shop_id)
    shipment = shipments.held(session, each.shop_id, each.shipment_id)
    if shipment and each.still_of(shipment):
        for act in acts:
            act(session, shop, shipment)


def answered(
    round_: Round, answer: Batch[Any], what: str, numbers: int, *, spent: bool = False
) -> None:
    """A call about so many numbers was answered: the key works. `spent`: it cost of the quota."""
    out = any(refusal.kind in OUT_OF_QUOTA for refusal in answer.refused)
    with account_of(round_) as (session, account):
        calls = math.ceil(numbers / round_.provider.numbers_a_call)
        ledger.called(session, account, what, calls, numbers)
        accounts.answered(account)
        if spent:
            account.checked_at = None  # the quota has changed: it is asked for again
        if out:
            accounts.quota_used_up(session, account)


@contextmanager
def account_of(round_: Round) -> Iterator[tuple[Session, CarrierAccount]]:
    """The account, to be changed; a stand-in that nobody keeps if it has another key by now."""
    with database.writing() as session:
        found = select(CarrierAccount).where(CarrierAccount.id == round_.account_id)
        account = session.scalars(found.with_for_update()).one()
        if account.key_hash != round_.key_hash:
            session.expunge(account)
        yield session, account


def failed(round_: Round, error: ProviderError) -> None:
    """The whole call failed: pause the account as the error asks, keep the shipments due."""
    log.warning("account %s: %s %s", round_.account_id[:4], type(error).__name__, error)
    with account_of(round_) as (session, account):
        if isinstance(error, AuthError):
            accounts.key_refused(session, account)
        elif isinstance(error, RateLimited):
            accounts.throttled(account, error.retry_after)
        else:
            accounts.unavailable(session, account)
        why = _why(error) or account.problem or "unavailable"
    why = "" if why == "soon" else why
    for each in round_.looks:
        change(each, partial(shipments.could_not_look, why=why))
    _tell_who_waits(round_, why)


def _why(error: ProviderError) -> str:
    """Too many calls is no answer to who waits for one, if it is a matter of seconds."""
    if not isinstance(error, RateLimited):
        return ""
    return "busy" if error.retry_after > shipments.PATIENCE else "soon"


def _tell_who_waits(round_: Round, why: str) -> None:
    """Nobody waits out a pause of the account for the answer to Retrack."""
    asked_by = clock.now() - (timedelta() if why else shipments.PATIENCE)
    # What somebody waits for is due before all others: so it is found by the index.
    waiting = select(Shipment).where(
        Shipment.account_id == round_.account_id,
        Shipment.look_at <= clock.now() - following.BEFORE_ALL / 2,
        Shipment.asked_at <= asked_by,
    )
    with database.reading() as session:
        found = session.scalars(across_shops(waiting))
        told = [looks.of_shipment(shipment) for shipment in found]
    for each in told:
        change(each, partial(shipments.could_not_look, why=why))


def tell(round_: Round, told: Sequence[tuple[Look, Snapshot]]) -> None:
    """The provider told where the shipments of these looks are.

    They take it in one transaction; if one of them raises, each in one of its own.
    """
    acts = [(each, _acts(round_, each, snapshot)) for each, snapshot in told]
    try:
        with database.writing() as session:
            _hold_all(session, [each for each, _ in acts])
            for each, theirs in acts:
                _change(session, each, theirs)
    except Exception as error:  # whichever it was is found one by one
        log.info("%d answers are taken one by one: %s", len(acts), type(error).__name__)
        for each, theirs in acts:
            change(each, *theirs)


def _hold_all(session: Session, looked: Iterable[Look]) -> None:
    """Hold the orders of these looks in few queries; each shipment then finds its own at once."""
    by_shop: defaultdict[int, list[int]] = defaultdict(list)
    for each in looked:
        by_shop[each.shop_id].append(each.shipment_id)
    for shop_id, ids in sorted(by_shop.items()):
        theirs = select(Shipment.order_id).where(Shipment.shop_id == shop_id, Shipment.id.in_(ids))
        orders.hold_all(session, shop_id, session.scalars(theirs))


def _acts(round_: Round, each: Look, snapshot: Snapshot) -> tuple[Act, ...]:
    take = partial(shipments.take_snapshot, snapshot=snapshot, began=each.began, state=each.state)
    return take, _unless_silent, partial(_not_too_often, round_.provider)


def refuse(round_: Round, asked: list[Look], refusals: Iterable[Refusal]) -> None:
    """Tell each look what its number was refused for; two looks may have the same number."""
    by_number = {normalise(refusal.ref.number): refusal for refusal in refusals}
    for each in asked:
        refusal = by_number.get(each.ref.number)
        if refusal is None:
            continue
        if refusal.kind in OUT_OF_QUOTA:
            change(each, partial(shipments.could_not_look, why="quota"))
        else:
            take = partial(_take_refusal, round_, each, refusal)
            change(each, take, _unless_silent, partial(_not_too_often, round_.provider))


def _take_refusal(
    round_: Round, each: Look, refusal: Refusal, session: Session, shop: Shop, shipment: Shipment
) -> None:
    """It is the provider's last word, unless there is another to ask."""
    other = _other(session, shipment) if refusal.kind in NOT_ITS_OWN else None
    if other:
        following.hand_on(session, shipment, other)
        return
    source, kind = round_.provider_name, refusal.kind
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
