"""Who looks at a shipment: nobody, or one account at a provider after another.

A shipment that is due without an account is given to one by `jobs.choosing`, which knows the
providers. What was there before an install, or before a new key, is caught up on: newest first,
and only after the merchant was asked if it would take more of a quota than is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, or_, select, update
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.actions import history
from shopify_app.domain.status import TERMINAL
from shopify_app.models import CarrierAccount, Fulfillment, Order, Shipment, Shop

BEFORE_ALL = timedelta(days=365)
"""How far before now a look is due that somebody waits for: it comes before all others."""
SOON = timedelta(hours=1)
"""How far before now a new number is due: it comes before what is merely caught up on."""
NOT_OLDER = timedelta(days=90)
"""Providers forget a parcel after about as long; there is nothing to catch up on."""
CHUNK = 500


def begin(session: Session, shipment: Shipment) -> None:
    """A number is new, or another one: a provider is chosen for it and asked at once."""
    shipment.account_id = shipment.followed_at = None
    shipment.stopped = shipment.problem = shipment.asks = ""
    shipment.look_at = clock.now() - SOON
    queue.wake_after_commit(session, "poll")


def give_to(shipment: Shipment, account: CarrierAccount | None) -> None:
    """Let this account look at it from now on; None if no provider would know it."""
    shipment.account_id = account.id if account else None
    shipment.followed_at, shipment.stopped = None, ""
    if account is None:
        shipment.look_at = None


def hand_on(session: Session, shipment: Shipment, account: CarrierAccount) -> None:
    """Its provider knows nothing (any more): the next one is asked, at once."""
    history.note(session, shipment, "asked_elsewhere", history.SCHEDULE, provider=account.provider)
    give_to(shipment, account)
    shipment.problem = shipment.asks = ""
    shipment.look_at = clock.now() - (BEFORE_ALL if shipment.asked_at else SOON)


def reconsider(session: Session, shop: Shop, kept: Sequence[str]) -> None:
    """A key came, went or changed: what no account of `kept` follows is to be given out anew."""
    anew = (
        update(Shipment)
        .where(*_on_their_way(shop))
        .where(or_(Shipment.account_id.not_in(kept), Shipment.followed_at.is_(None)))
        .values(account_id=None, followed_at=None, look_at=None)
    )
    session.execute(anew)
    catch_up(session, shop)


def catch_up(session: Session, shop: Shop) -> None:
    """Follow the parcels that nobody follows yet, as far as the quota allows."""
    shop.catch_up = "wanted"
    queue.wake_after_commit(session, "poll")


def to_catch_up(shop: Shop) -> Select[Shipment]:
    """The parcels on their way that nobody looks at, the newest first."""
    newest_first = (Fulfillment.created_at.desc(), Shipment.id.desc())
    return (
        select(Shipment)
        .join(Fulfillment, _same_fulfillment())
        .where(*_on_their_way(shop), Shipment.look_at.is_(None), Shipment.followed_at.is_(None))
        .where(Fulfillment.shop_id == shop.id)
        .where(Fulfillment.created_at > clock.now() - NOT_OLDER)
        .where(Shipment.order_id.not_in(_erased(shop)))
        .order_by(*newest_first)
    )


def give_out(
    session: Session, shop: Shop, by_account: Mapping[str, Sequence[int]], *, at_once: bool
) -> None:
    """Let each account look at its shipments, in their order; or, not at once, when asked to."""
    for account_id, shipment_ids in by_account.items():
        for number, these in _chunks(shop, shipment_ids):
            look_at = clock.now() + timedelta(milliseconds=number) if at_once else None
            session.execute(these.values(account_id=account_id, look_at=look_at, stopped=""))
    queue.wake_after_commit(session, "poll")


def answer_catch_up(session: Session, shop: Shop, most: int | None) -> None:
    """The merchant was asked: follow this many of the newest (None: all, as quota comes)."""
    if shop.catch_up != "asked":
        return
    costly = to_catch_up(shop).where(Shipment.account_id.is_not(None)).limit(most)
    ids = session.scalars(costly.with_only_columns(Shipment.id)).all()
    for number, these in _chunks(shop, ids):
        session.execute(these.values(look_at=clock.now() + timedelta(milliseconds=number)))
    shop.catch_up = ""
    queue.wake_after_commit(session, "poll")


def _chunks(shop: Shop, ids: Sequence[int]) -> Iterator[tuple[int, Update]]:
    """The shipments some at a time, numbered: of thousands the first are to be looked at first."""
    for begin_ in range(0, len(ids), CHUNK):
        some = ids[begin_ : begin_ + CHUNK]
        yield (
            begin_ // CHUNK,
            update(Shipment).where(
                Shipment.shop_id == shop.id, Shipment.id.in_(some), Shipment.look_at.is_(None)
            ),
        )


def _erased(shop: Shop) -> Select[Any]:
    return select(Order.id).where(Order.shop_id == shop.id, Order.redacted_at.is_not(None))


def _same_fulfillment() -> ColumnElement[bool]:
    return (Fulfillment.shop_id == Shipment.shop_id) & (Fulfillment.id == Shipment.fulfillment_id)


def _on_their_way(shop: Shop) -> Iterable[ColumnElement[bool]]:
    return (
        Shipment.shop_id == shop.id,
        Shipment.removed_at.is_(None),
        Shipment.number_key != "",
        Shipment.status.not_in(TERMINAL),
    )
