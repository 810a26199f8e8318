"""A job of the queue `bulk`: tell providers of the numbers that they need look at no more.

One that another parcel with the same key has, in whatever shop, is looked at on. A provider that
cannot be told is asked again for some days; by then it has nearly stopped of itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from rq.timeouts import JobTimeoutException
from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.actions import again, ledger
from shopify_app.carriers import registry
from shopify_app.carriers.base import Provider, ProviderError, RateLimited, Ref
from shopify_app.models import CarrierAccount, Shipment, Stopping
from shopify_app.tenants import across_shops

log = logging.getLogger(__name__)

PAUSE = timedelta(hours=1)
GIVEN_UP = timedelta(days=3)


class Key(NamedTuple):
    """A key by its hash, at a provider."""

    provider: str
    key_hash: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """Numbers followed with one key, under our lease."""

    provider: Provider
    key_hash: str
    refs: dict[int, Ref]

    @property
    def numbers(self) -> set[str]:
        """Each once, whatever its carrier."""
        return {ref.number for ref in self.refs.values()}


def due() -> Select[Stopping]:
    """The numbers to be stopped now."""
    return select(Stopping).where(Stopping.due_at <= clock.now()).order_by(Stopping.due_at)


def step() -> bool:
    """Let a provider stop a batch of numbers; False if none waits."""
    key = _first_key()
    if key:
        try:
            _stop(key)
        except JobTimeoutException:
            raise
        except Exception as error:  # or a key that cannot be read would keep all others
            _wait(key, error)
    return key is not None


def _first_key() -> Key | None:
    """The one that has waited longest; the key itself is not read yet."""
    with database.reading() as session:
        wanted = due().with_only_columns(Stopping.provider, Stopping.key_hash)
        found = session.execute(wanted.limit(1)).first()
    return Key(*found) if found else None


def _stop(key: Key) -> None:
    claimed = _claim(key)
    if claimed and claimed.refs:
        claimed.provider.stop(list(claimed.refs.values()))
        _stopped(claimed)


def _claim(key: Key) -> Claimed | None:
    """Some numbers of the key; what is still needed is taken off the list."""
    with database.writing() as session:
        of_key = due().where(*_of_key(key))
        first = session.scalar(of_key.limit(1).with_for_update(skip_locked=True))
        if first is None:
            return None
        claimed = Claimed(registry.provider(first.provider, first.api_key), first.key_hash, {})
        alike = of_key.limit(claimed.provider.batch_size)
        rows = session.scalars(alike.with_for_update(skip_locked=True)).all()
        needed = _needed(session, claimed.key_hash, {row.number for row in rows})
        for row in rows:
            if row.number in needed or "stop" not in claimed.provider.caps:
                session.delete(row)
            else:
                row.due_at = clock.now() + again.LEASE
                claimed.refs[row.id] = Ref(row.number, row.carrier)
        return claimed


def _needed(session: Session, key_hash: str, numbers: Iterable[str]) -> set[str]:
    """Those of the numbers that a parcel of any shop has, and follows with this key."""
    wanted = select(Shipment.number_key).where(*_followed(key_hash, numbers))
    return set(session.scalars(across_shops(wanted)))


def _followed(key_hash: str, numbers: Iterable[str]) -> list[ColumnElement[bool]]:
    same_key = select(CarrierAccount.id).where(CarrierAccount.key_hash == key_hash)
    return [
        Shipment.number_key.in_(numbers),
        Shipment.account_id.in_(same_key),
        Shipment.removed_at.is_(None),
    ]


def _stopped(claimed: Claimed) -> None:
    """Taken or refused, there is no more to be done; it is not known, or was stopped before.

    Who began to follow a number while it was being stopped registers it once more: a provider that
    says it knows the number is asked whether it still looks.
    """
    with database.writing() as session:
        session.execute(delete(Stopping).where(Stopping.id.in_(claimed.refs)))
        anew = update(Shipment).where(*_followed(claimed.key_hash, claimed.numbers))
        session.execute(
            across_shops(anew.values(followed_at=None)),
            execution_options={"synchronize_session": False},
        )
        _count(session, claimed)


def _count(session: Session, claimed: Claimed) -> None:
    same_key = select(CarrierAccount).where(
        CarrierAccount.provider == claimed.provider.name,
        CarrierAccount.key_hash == claimed.key_hash,
    )
    account = session.scalar(same_key.order_by(CarrierAccount.id).limit(1).with_for_update())
    if account:
        ledger.called(session, account, "stop", 1, len(claimed.refs))


def _wait(key: Key, error: Exception) -> None:
    """The whole call failed, so all of the key waits; what has waited for days is given up."""
    unforeseen = not isinstance(error, ProviderError)
    log.warning("%s stops nothing: %s", key.provider, type(error).__name__, exc_info=unforeseen)
    now = clock.now()
    pause = error.retry_after if isinstance(error, RateLimited) else PAUSE
    with database.writing() as session:
        of_key = _of_key(key)
        session.execute(delete(Stopping).where(*of_key, Stopping.wanted_at < now - GIVEN_UP))
        session.execute(update(Stopping).where(*of_key).values(due_at=now + pause))


def _of_key(key: Key) -> tuple[ColumnElement[bool], ...]:
    return (Stopping.provider == key.provider, Stopping.key_hash == key.key_hash)
