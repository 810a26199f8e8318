"""Accounts at tracking providers: whose key follows which shipments, and how it fares."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shopify_app import clock, crypto, queue
from shopify_app.domain.status import TERMINAL
from shopify_app.models import CarrierAccount, Shipment, Shop

REFUSED_PAUSE = timedelta(hours=1)
"""After a refused key or an empty quota: long enough to be no storm, short enough to heal alone."""
LONGEST_PAUSE = timedelta(minutes=15)


def keep_installation_account(session: Session, provider: str, api_key: str) -> None:
    """Let the installation's own key serve every shop without one. An empty key ends that."""
    account = session.scalar(select(CarrierAccount).where(CarrierAccount.owner_id.is_(None)))
    if account is None and not api_key:
        return
    if account is None:
        account = _new(session, provider, None)
    if _use(account, api_key):
        without = Shop.account_id.is_(None) & Shop.uninstalled_at.is_(None)
        concerned = without if api_key else Shop.account_id == account.id
        for shop in session.scalars(select(Shop).where(concerned)):
            _follow_with(session, shop, account if api_key else None)


def use_key(session: Session, shop: Shop, provider: str, api_key: str) -> None:
    """The merchant gave a key of their own, or (empty) goes back to the installation's."""
    own = session.scalar(select(CarrierAccount).where(CarrierAccount.owner_id == shop.id))
    if api_key:
        account = own or _new(session, provider, shop.id)
        _use(account, api_key)
        _follow_with(session, shop, account)
    elif own:
        own.api_key = own.key_hash = ""
        follow(session, shop)


def follow(session: Session, shop: Shop) -> None:
    """Look at the shop's parcels with its own key, else with the installation's."""
    own = select(CarrierAccount).where(
        CarrierAccount.owner_id == shop.id, CarrierAccount.key_hash != ""
    )
    _follow_with(session, shop, session.scalar(own) or installation_account(session))


def installation_account(session: Session) -> CarrierAccount | None:
    """The account of the installation, None while it has no key."""
    wanted = select(CarrierAccount).where(
        CarrierAccount.owner_id.is_(None), CarrierAccount.key_hash != ""
    )
    return session.scalar(wanted)


def answered(account: CarrierAccount) -> None:
    """The provider answered this key: it works. That its quota is used up may still hold."""
    if account.problem != "quota":
        account.problem, account.problem_since = "", None
    account.paused_until, account.failures = None, 0
    account.answered_at = clock.now()


def checked(account: CarrierAccount) -> None:
    """The key was tried, as far as the provider lets us try one."""
    account.checked_at = clock.now()


def has_quota(account: CarrierAccount, total: int, left: int) -> None:
    """The provider told what is left of the quota."""
    account.quota_total, account.quota_left = total, left
    if left > 0 and account.problem == "quota":
        account.problem, account.problem_since, account.registers_from = "", None, None


def key_refused(account: CarrierAccount) -> None:
    """The provider refuses the key: no call until the merchant mends it, or the pause is over."""
    _has_problem(account, "auth")
    account.paused_until = clock.now() + REFUSED_PAUSE


def quota_used_up(account: CarrierAccount) -> None:
    """No number more: new parcels wait, those that are followed are followed on."""
    _has_problem(account, "quota")
    account.registers_from = clock.now() + REFUSED_PAUSE


def unavailable(account: CarrierAccount) -> None:
    """The provider does not answer: wait longer each time, and say so from the third time on."""
    account.failures += 1
    wait = timedelta(seconds=15) * 2 ** min(account.failures, 8)
    account.paused_until = clock.now() + min(wait, LONGEST_PAUSE)
    if account.failures >= 3:
        _has_problem(account, "unavailable")


def throttled(account: CarrierAccount, retry_after: timedelta) -> None:
    """Too many calls: none until the provider wants more. No problem for the merchant to see."""
    account.paused_until = clock.now() + retry_after


def _has_problem(account: CarrierAccount, problem: str) -> None:
    if account.problem != problem:
        account.problem, account.problem_since = problem, clock.now()


def _new(session: Session, provider: str, owner_id: int | None) -> CarrierAccount:
    account = CarrierAccount(id=secrets.token_urlsafe(12), provider=provider, owner_id=owner_id)
    session.add(account)
    session.flush()
    return account


def _use(account: CarrierAccount, api_key: str) -> bool:
    """Take the key; True if it is another than before."""
    key_hash = crypto.keyed_hash(api_key) if api_key else ""
    changed = key_hash != account.key_hash
    account.api_key, account.key_hash = api_key, key_hash
    account.problem, account.problem_since = "", None
    account.paused_until = account.registers_from = account.checked_at = None
    return changed


def _follow_with(session: Session, shop: Shop, account: CarrierAccount | None) -> None:
    """Let this account, which knows none of them yet, follow the shop's parcels on their way."""
    shop.account_id = account.id if account else None
    on_their_way = (
        update(Shipment)
        .where(
            Shipment.shop_id == shop.id,
            Shipment.removed_at.is_(None),
            Shipment.number_key != "",
            Shipment.status.not_in(TERMINAL),
        )
        .values(
            account_id=shop.account_id,
            registered_at=None,
            look_at=clock.now() if account else None,
        )
    )
    session.execute(on_their_way)
    queue.wake_after_commit(session, "poll")
