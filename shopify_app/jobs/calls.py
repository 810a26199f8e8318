"""How a call to a provider fared, and what follows for the account that made it."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.actions import accounts, following, ledger, shipments
from shopify_app.carriers.base import AuthError, Batch, ProviderError, RateLimited
from shopify_app.jobs import looks
from shopify_app.jobs.looks import Round
from shopify_app.jobs.taking import take_all
from shopify_app.models import CarrierAccount, Shipment
from shopify_app.tenants import across_shops

log = logging.getLogger(__name__)

OUT_OF_QUOTA = {"quota", "daily_limit"}
"""Refusals that are no fault of the number: the account may register none for a while."""


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
    could_not = partial(shipments.could_not_look, why=why)
    take_all([(each, [could_not]) for each in round_.looks])
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
    take_all([(each, [partial(shipments.could_not_look, why=why)]) for each in told])
