"""Accounts at tracking providers: whose key follows which shipments, and how it fares."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from shopify_app import clock, crypto
from shopify_app.actions import following, letting_go, outages
from shopify_app.models import CarrierAccount, Shipment, Shop

REFUSED_PAUSE = timedelta(hours=1)
"""After a refused key or an empty quota: long enough to be no storm, short enough to heal alone."""
LONGEST_PAUSE = timedelta(minutes=15)
SERVING, LOOKING = "accounts that serve a shop", "accounts that look at a shipment"
"""What a transaction has found out of both, by shop and by id."""


def keep_installation_accounts(session: Session, keys: Mapping[str, str]) -> None:
    """Let the installation's own keys, by provider, serve every shop without one.

    An empty key ends that.
    """
    for provider, api_key in keys.items():
        _keep_installation_account(session, provider, api_key)


def _keep_installation_account(session: Session, provider: str, api_key: str) -> None:
    account = _of_owner(session, provider, None)
    if account is None and not api_key:
        return
    account = account or _new(session, provider, None)
    if _has_another_key(account, api_key):
        letting_go.of_account(session, account)
        _use(session, account, api_key)
        for shop in session.scalars(_shops_without(provider)):
            _reconsider(session, shop, account)


def use_key(session: Session, shop: Shop, provider: str, api_key: str) -> None:
    """The merchant gave a key of their own, or (empty) goes back to the installation's."""
    own = _of_owner(session, provider, shop.id)
    if own is None and not api_key:
        return
    own = own or _new(session, provider, shop.id)
    if _has_another_key(own, api_key):
        letting_go.of_provider(session, shop, provider)
    _use(session, own, api_key)
    _reconsider(session, shop, own)


def of(session: Session, shop_id: int) -> list[CarrierAccount]:
    """The accounts that serve a shop: at each provider its own, else the installation's."""
    wanted = select(CarrierAccount).where(
        or_(CarrierAccount.owner_id == shop_id, CarrierAccount.owner_id.is_(None)),
        CarrierAccount.key_hash != "",
    )
    found: dict[str, CarrierAccount] = {}
    for account in session.scalars(wanted.order_by(CarrierAccount.provider)):
        if account.owner_id or account.provider not in found:
            found[account.provider] = account
    return list(found.values())


def numbers_left(session: Session, shop_id: int) -> int:
    """How many more numbers a shop may have followed, by what its providers last told."""
    return sum(account.quota_left or 0 for account in of(session, shop_id))


def serving(session: Session, shop_id: int) -> list[CarrierAccount]:
    """The accounts that serve a shop, as `of` finds them; asked for once a transaction."""
    known: dict[int, list[CarrierAccount]] = session.info.setdefault(SERVING, {})
    if shop_id not in known:
        with session.no_autoflush:  # what waits to be written is written once, whole, in the end
            known[shop_id] = of(session, shop_id)
    return known[shop_id]


def serve(session: Session, shop_id: int) -> bool:
    """Whether any account serves the shop."""
    return bool(serving(session, shop_id))


def of_installation(session: Session, provider: str) -> CarrierAccount | None:
    """The installation's own account at this provider, None while it has no key."""
    account = _of_owner(session, provider, None)
    return account if account and account.key_hash else None


def of_shipment(session: Session, shipment: Shipment) -> CarrierAccount | None:
    """The account that looks at it; each is asked for once a transaction."""
    id_ = shipment.account_id
    known: dict[str, CarrierAccount | None] = session.info.setdefault(LOOKING, {})
    if id_ and id_ not in known:
        with session.no_autoflush:
            known[id_] = session.get(CarrierAccount, id_)
    return known[id_] if id_ else None


def _reconsider(session: Session, shop: Shop, changed: CarrierAccount) -> None:
    session.flush()
    kept = [account.id for account in of(session, shop.id) if account is not changed]
    following.reconsider(session, shop, kept)


def _of_owner(session: Session, provider: str, owner_id: int | None) -> CarrierAccount | None:
    whose = (
        CarrierAccount.owner_id.is_(None)
        if owner_id is None
        else (CarrierAccount.owner_id == owner_id)
    )
    return session.scalar(select(CarrierAccount).where(CarrierAccount.provider == provider, whose))


def _shops_without(provider: str) -> Select[Shop]:
    """The shops that have no key of their own at this provider."""
    with_own = select(CarrierAccount.owner_id).where(
        CarrierAccount.provider == provider,
        CarrierAccount.owner_id.is_not(None),
        CarrierAccount.key_hash != "",
    )
    return select(Shop).where(Shop.uninstalled_at.is_(None), Shop.id.not_in(with_own))


def answered(account: CarrierAccount) -> None:
    """The provider answered this key: it works. That its quota is used up may still hold."""
    if account.problem != "quota":
        account.problem, account.problem_since = "", None
    account.paused_until, account.failures = None, 0
    account.answered_at = clock.now()


def try_again(account: CarrierAccount) -> None:
    """Somebody wants an answer now: a pause because of trouble is over, for one try at least."""
    if account.problem in {"auth", "unavailable"}:
        account.paused_until = None


def is_busy(account: CarrierAccount, patience: timedelta) -> bool:
    """Whether the provider takes no more calls for longer than somebody would wait."""
    return account.paused_until is not None and account.paused_until > clock.now() + patience


def checked(account: CarrierAccount) -> None:
    """The key was tried, as far as the provider lets us try one."""
    account.checked_at = clock.now()


def has_quota(account: CarrierAccount, total: int, left: int) -> None:
    """The provider told what is left of the quota."""
    account.quota_total, account.quota_left = total, left
    if left > 0 and account.problem == "quota":
        account.problem, account.problem_since, account.registers_from = "", None, None


def key_refused(session: Session, account: CarrierAccount) -> None:
    """The provider refuses the key: no call until the merchant mends it, or the pause is over."""
    _has_problem(session, account, "auth")
    account.paused_until = clock.now() + REFUSED_PAUSE


def quota_used_up(session: Session, account: CarrierAccount) -> None:
    """No number more: new parcels wait, those that are followed are followed on."""
    _has_problem(session, account, "quota")
    account.registers_from = clock.now() + REFUSED_PAUSE


def unavailable(session: Session, account: CarrierAccount) -> None:
    """The provider does not answer: wait longer each time, and say so from the third time on.

    What it said before it fell silent, of its key or its quota, still holds.
    """
    account.failures += 1
    wait = timedelta(seconds=15) * 2 ** min(account.failures, 8)
    account.paused_until = clock.now() + min(wait, LONGEST_PAUSE)
    if account.failures >= 3 and not account.problem:
        _has_problem(session, account, "unavailable")


def rest(session: Session, account_id: str) -> None:
    """Nobody foresaw why it cannot be used: it rests, unread, and the others go on."""
    paused = {"paused_until": clock.now() + LONGEST_PAUSE}
    session.execute(update(CarrierAccount).where(CarrierAccount.id == account_id).values(paused))


def throttled(account: CarrierAccount, retry_after: timedelta) -> None:
    """Too many calls: none until the provider wants more. No problem for the merchant to see."""
    account.paused_until = clock.now() + retry_after


def _has_problem(session: Session, account: CarrierAccount, problem: str) -> None:
    if account.problem != problem:
        account.problem, account.problem_since = problem, clock.now()
        if account in session:  # and no stand-in that nobody keeps
            _tell_owners(session, account, account.problem_since)


def _tell_owners(session: Session, account: CarrierAccount, since: datetime) -> None:
    """Tell the owner of every shop that it serves, if it is something to be told."""
    kind = outages.OF_ACCOUNT.get(account.problem)
    if kind is None:
        return
    own = select(Shop).where(Shop.id == account.owner_id)
    for shop in session.scalars(own if account.owner_id else _shops_without(account.provider)):
        outages.began(session, shop, kind, since, account.provider)


def _new(session: Session, provider: str, owner_id: int | None) -> CarrierAccount:
    account = CarrierAccount(id=secrets.token_urlsafe(12), provider=provider, owner_id=owner_id)
    session.add(account)
    session.flush()
    return account


def _has_another_key(account: CarrierAccount, than: str) -> bool:
    return account.key_hash != _hash(than)


def _hash(api_key: str) -> str:
    return crypto.keyed_hash(api_key) if api_key else ""


def _use(session: Session, account: CarrierAccount, api_key: str) -> None:
    """Take the key, also the same once more: then it is tried anew."""
    session.info.pop(SERVING, None)
    account.api_key, account.key_hash = api_key, _hash(api_key)
    account.problem, account.problem_since = "", None
    account.paused_until = account.registers_from = account.checked_at = None
    account.quota_total = account.quota_left = None
