"""Which provider follows a parcel: the carrier's own API first, then one that knows every carrier.

The order is that of `carriers.registry`: a direct API costs none of a quota.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.actions import accounts, following, history
from shopify_app.carriers import registry
from shopify_app.domain.shipment import MERCHANT
from shopify_app.models import CarrierAccount, Shipment, Shop
from shopify_app.tenants import across_shops

MOST_AT_ONCE = 100
PIECE = 2000
"""So many shipments are given out in one transaction."""


def unchosen() -> Select[Shipment]:
    """The shipments, of every shop, that are due and that no account looks at."""
    due = select(Shipment).where(Shipment.look_at <= clock.now(), Shipment.account_id.is_(None))
    return across_shops(due.order_by(Shipment.look_at))


def shops_behind() -> Select[Shop]:
    """The shops whose earlier parcels are to be followed as far as the quota allows.

    How much a new key may register has to be known first.
    """
    untried = select(CarrierAccount.id).where(
        or_(CarrierAccount.owner_id == Shop.id, CarrierAccount.owner_id.is_(None)),
        CarrierAccount.key_hash != "",
        CarrierAccount.checked_at.is_(None),
    )
    wanted = select(Shop).where(Shop.catch_up == "wanted", Shop.uninstalled_at.is_(None))
    return wanted.where(~untried.exists())


def choose() -> None:
    """Give shipments that are due to accounts, and catch up on the earlier ones."""
    with database.writing() as session:
        found = unchosen().limit(MOST_AT_ONCE).with_for_update(of=Shipment, skip_locked=True)
        serving: dict[int, list[CarrierAccount]] = {}
        for shipment in session.scalars(found).all():
            of_shop = serving.get(shipment.shop_id)
            if of_shop is None:
                of_shop = serving[shipment.shop_id] = accounts.of(session, shipment.shop_id)
            _give(session, shipment, of_shop)
    with database.reading() as session:
        shop_ids = session.scalars(shops_behind().with_only_columns(Shop.id)).all()
    for shop_id in shop_ids:
        _catch_up(shop_id)


def first(serving: Sequence[CarrierAccount], number: str) -> CarrierAccount | None:
    """The account to ask for this number first."""
    return next(iter(_in_turn(serving, number)), None)


def after(serving: Sequence[CarrierAccount], account_id: str, number: str) -> CarrierAccount | None:
    """The account to ask when this one knows nothing of the number; one in trouble is passed by."""
    turn = _in_turn(serving, number)
    ids = [account.id for account in turn]
    rest = turn[ids.index(account_id) + 1 :] if account_id in ids else []
    return next((account for account in rest if not account.problem), None)


def _in_turn(serving: Sequence[CarrierAccount], number: str) -> list[CarrierAccount]:
    by_provider = {account.provider: account for account in serving}
    found = [by_provider[name] for name in registry.names() if name in by_provider]
    return [a for a in found if registry.provider(a.provider, "").recognises(number)]


def _give(session: Session, shipment: Shipment, serving: Sequence[CarrierAccount]) -> None:
    account = first(serving, shipment.number_key)
    following.give_to(shipment, account)
    if account is None and shipment.asked_at:
        shipment.asked_at = None
        history.note(session, shipment, "retrack", MERCHANT, result="nobody_knows")


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom each parcel to catch up on is given to, newest first: at no cost, or for one of a quota.

    `left` is how many the quotas have room for, None where nobody counts.
    """

    free: dict[str, list[int]]
    costly: dict[str, list[int]]
    left: int | None

    @property
    def accounts(self) -> set[str]:
        """Those that get something."""
        return set(self.free) | set(self.costly)

    @property
    def fits(self) -> bool:
        """Whether the quotas have room for all that cost."""
        wanted = sum(map(len, self.costly.values()))
        return self.left is None or wanted <= self.left


def _catch_up(shop_id: int) -> None:
    """Release what costs nothing, and the rest if the quota has room; else ask the merchant.

    A shop may have tens of thousands: it is planned on what can be read, and written in pieces, so
    that nobody else waits long to write. What changes meanwhile is caught up on the next time.
    """
    plan = _plan(shop_id)
    pieces = [(each, True) for each in _pieces(plan.free)]
    pieces += [(each, plan.fits) for each in _pieces(plan.costly)]
    for (account_id, ids), at_once in pieces:
        with _wanting(shop_id, plan.accounts) as (session, shop):
            if shop is None:
                return
            following.give_out(session, shop, {account_id: ids}, at_once=at_once)
    with _wanting(shop_id, plan.accounts) as (_, shop):
        if shop:
            shop.catch_up = "" if plan.fits else "asked"


@contextmanager
def _wanting(shop_id: int, planned: set[str]) -> Iterator[tuple[Session, Shop | None]]:
    """The shop, held; None if it wants to catch up no more, or has other accounts by now."""
    with database.writing() as session:
        shop = session.get_one(Shop, shop_id, with_for_update=True)
        serving = {account.id for account in accounts.of(session, shop_id)}
        yield session, shop if shop.catch_up == "wanted" and planned <= serving else None


def _pieces(by_account: Mapping[str, Sequence[int]]) -> Iterator[tuple[str, Sequence[int]]]:
    for account_id, ids in by_account.items():
        for begin in range(0, len(ids), PIECE):
            yield account_id, ids[begin : begin + PIECE]


def _plan(shop_id: int) -> Plan:
    free: dict[str, list[int]] = {}
    costly: dict[str, list[int]] = {}
    with database.reading() as session:
        shop, serving = session.get_one(Shop, shop_id), accounts.of(session, shop_id)
        wanted = following.to_catch_up(shop).with_only_columns(Shipment.id, Shipment.number_key)
        for shipment_id, number in session.execute(wanted):
            account = first(serving, number)
            if account:
                metered = "quota" in registry.provider(account.provider, "").caps
                (costly if metered else free).setdefault(account.id, []).append(shipment_id)
    left = [account.quota_left for account in serving if account.quota_left is not None]
    return Plan(free, costly, sum(left) if left else None)
