"""What can happen to a shipment: a provider tells of it, the merchant retracks or decides."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.actions import history, orders, readings, unknown_words
from shopify_app.actions.fulfillments import add_checkpoints
from shopify_app.domain import poll_plan, status_map
from shopify_app.domain.facts import Checkpoint, Snapshot
from shopify_app.domain.poll_plan import Watched
from shopify_app.domain.shipment import MERCHANT, Reading
from shopify_app.domain.status import TERMINAL, Status
from shopify_app.models import CarrierAccount, Change, Shipment, Shop

AT_ONCE = timedelta(days=365)
"""How far before now a look is due that somebody waits for: it comes before all others."""

A_DAY = timedelta(days=1)
PUSHES_LIVE = timedelta(days=2)
REGISTER_AGAIN = timedelta(minutes=15)
NO_TROUBLE = {"no_info", "not_registered"}
_REFUSALS = {"bad_number": "NotFound_InvalidCode", "no_info": "NotFound_Other"}
"""Refusals that say something of the parcel, and the status they amount to."""


def take_snapshot(
    session: Session,
    shop: Shop,
    shipment: Shipment,
    snapshot: Snapshot,
    began: datetime | None = None,
) -> None:
    """A provider told where the parcel is. An unknown word keeps the old status and is counted.

    `began` is when we asked; a push has none.
    """
    before = (shipment.status, shipment.last_event_at)
    _keep_checkpoints(session, shipment, snapshot)
    meaning = status_map.meaning(snapshot.source, snapshot.code)
    if meaning:
        readings.keep(session, shipment, _to_reading(snapshot, meaning))
        shipment.first_seen = shipment.first_seen or _first_seen(snapshot, meaning)
    else:
        unknown_words.count(session, snapshot.source, snapshot.code)
    shipment.carrier = snapshot.carrier or shipment.carrier
    shipment.carrier_name = snapshot.carrier_name or shipment.carrier_name
    shipment.problem = ""
    _looked(session, shop, shipment, before, began)


def take_refusal(
    session: Session, shop: Shop, shipment: Shipment, source: str, kind: str, began: datetime
) -> None:
    """A provider would not tell of this number; `kind` is one of `carriers.base`'s.

    Only a bad number makes it `not_recognized`; what the merchant can mend stays as `problem`.
    """
    before = (shipment.status, shipment.last_event_at)
    if kind == "not_registered":
        shipment.registered_at = None
    if kind in _REFUSALS and not _too_early(shipment, kind):
        readings.keep(session, shipment, _refusal(source, _REFUSALS[kind]))
    shipment.problem = "" if kind in NO_TROUBLE else kind
    _looked(session, shop, shipment, before, began)
    if kind == "not_registered" and shipment.look_at:
        shipment.look_at = clock.now() + REGISTER_AGAIN


def set_by_hand(session: Session, shop: Shop, shipment: Shipment, status: Status) -> None:
    """The merchant knows better: the status stays until a carrier tells of a later end."""
    now = clock.now()
    before = shipment.status
    meaning = status_map.MERCHANT[status]
    pin = Reading(MERCHANT, status, meaning.reason, status, now, now)
    readings.keep(session, shipment, pin)
    orders.conclude(session, shop, shipment.fulfillment.order)
    history.note(session, shipment, "set_by_hand", MERCHANT, before=before, after=str(status))
    if shipment.account_id:
        shipment.look_at = _next_look(session, shop, shipment)


def ask_again(session: Session, shop: Shop, shipment: Shipment) -> None:
    """Retrack: let the provider look now, and follow it again if the status was set by hand.

    If it cannot be asked, the shipment's history says so at once.
    """
    if readings.drop_pin(session, shipment):
        shipment.pinned = False
        history.note(session, shipment, "unpinned", MERCHANT)
        orders.conclude(session, shop, shipment.fulfillment.order)
    obstacle = _obstacle(session, shop, shipment)
    if obstacle:
        history.note(session, shipment, "retrack", MERCHANT, result=obstacle)
        return
    now = clock.now()
    shipment.account_id = shop.account_id
    shipment.asked_at, shipment.look_at = now, now - AT_ONCE
    queue.wake_after_commit(session, "poll")


def _obstacle(session: Session, shop: Shop, shipment: Shipment) -> str:
    """Why no provider can be asked now, empty if one can."""
    if not shipment.number:
        return "no_number"
    account = session.get(CarrierAccount, shop.account_id) if shop.account_id else None
    if account is None:
        return "no_key"
    if account.problem == "quota":
        return "" if shipment.registered_at else "quota"
    return account.problem


def could_not_look(session: Session, _shop: Shop, shipment: Shipment, why: str) -> None:
    """The provider could not be asked: it stays due, and who waits for an answer is told `why`.

    Without a reason it is only a matter of seconds, and they wait on.
    """
    shipment.look_at = clock.now() - (AT_ONCE if shipment.asked_at else timedelta())
    if shipment.asked_at and why:
        shipment.asked_at = None
        history.note(session, shipment, "retrack", MERCHANT, result=why)


def held(session: Session, shop_id: int, shipment_id: int) -> Shipment | None:
    """The shipment, with its order held by this transaction; None if the shop has no such now."""
    whose = select(Shipment.order_id).where(Shipment.shop_id == shop_id, Shipment.id == shipment_id)
    order_id = session.scalar(whose)
    if order_id is None:
        return None
    order = orders.hold(session, shop_id, order_id)
    found = (s for f in order.fulfillments for s in f.live_shipments if s.id == shipment_id)
    return next(found, None)


def _too_early(shipment: Shipment, kind: str) -> bool:
    """In the first day `no_info` says that the provider did not look, not that it found none."""
    registered_at = shipment.registered_at
    return kind == "no_info" and registered_at is not None and clock.now() - registered_at < A_DAY


def _looked(
    session: Session,
    shop: Shop,
    shipment: Shipment,
    before: tuple[str, datetime | None],
    began: datetime | None,
) -> None:
    """A look is over: derive everything, plan the next, answer who pressed Retrack before it."""
    now = clock.now()
    shipment.looked_at = now
    orders.conclude(session, shop, shipment.fulfillment.order)
    same = before == (shipment.status, shipment.last_event_at)
    shipment.unchanged = shipment.unchanged + 1 if same else 0
    asked_at = shipment.asked_at
    if asked_at and (began is None or began < asked_at):
        shipment.look_at = asked_at - AT_ONCE
        return
    shipment.look_at = _next_look(session, shop, shipment)
    if asked_at:
        result = _answer(session, shipment, asked_at, same=same)
        history.note(session, shipment, "retrack", MERCHANT, result=result)
        shipment.asked_at = None


def _answer(session: Session, shipment: Shipment, asked_at: datetime, *, same: bool) -> str:
    """What came of Retrack. That the carrier is followed again is news even without a change."""
    if not same:
        return "changed"
    unpinned = select(Change.id).where(
        Change.shop_id == shipment.shop_id,
        Change.shipment_id == shipment.id,
        Change.what == "unpinned",
        Change.at >= asked_at,
    )
    return "followed_again" if session.scalar(unpinned) else "no_change"


def _next_look(session: Session, shop: Shop, shipment: Shipment) -> datetime | None:
    if shop.uninstalled_at:
        return None
    now = clock.now()
    watched = Watched(
        status=Status(shipment.status),
        since=shipment.status_since,
        fulfilled_at=shipment.fulfillment.created_at,
        pinned=shipment.pinned,
        unchanged=shipment.unchanged,
        pushed=_pushed(session, shipment, now),
    )
    planned = poll_plan.next_look(watched, now, random.random())
    if planned and shipment.registered_at and not shipment.first_seen:
        return min(planned, poll_plan.first_look(shipment.registered_at, now))
    return planned


def _pushed(session: Session, shipment: Shipment, now: datetime) -> bool:
    """Whether the provider pushes to this account: then looks only catch what a push lost."""
    account = session.get(CarrierAccount, shipment.account_id) if shipment.account_id else None
    pushed_at = account.pushed_at if account else None
    return pushed_at is not None and now - pushed_at < PUSHES_LIVE


def _keep_checkpoints(session: Session, shipment: Shipment, snapshot: Snapshot) -> None:
    told = (snapshot.source, snapshot.checkpoints)
    add_checkpoints(session, shipment.fulfillment, shipment, *told)
    newest = snapshot.checkpoints[0] if snapshot.checkpoints else None
    if newest and _is_later(newest, shipment):
        shipment.last_text, shipment.last_code = newest.text, newest.code
        shipment.last_place = ", ".join(p for p in (newest.place, newest.country) if p)
        shipment.last_event_at = newest.happened_at


def _is_later(newest: Checkpoint, shipment: Shipment) -> bool:
    known = shipment.last_event_at
    return known is None or (newest.happened_at is not None and newest.happened_at > known)


def _to_reading(snapshot: Snapshot, meaning: status_map.Meaning) -> Reading:
    at = snapshot.happened_at
    return Reading(
        source=snapshot.source,
        status=meaning.status,
        reason=meaning.reason,
        code=snapshot.code,
        happened_at=at,
        read_at=snapshot.synced_at,
        terminal_at=at if meaning.status in TERMINAL else None,
        not_found=meaning.not_found,
    )


def _first_seen(snapshot: Snapshot, meaning: status_map.Meaning) -> str:
    return str(meaning.status) if snapshot.checkpoints else ""


def _refusal(source: str, code: str) -> Reading:
    meaning = status_map.SEVENTEENTRACK[code]
    return Reading(
        source, meaning.status, None, code, None, clock.now(), not_found=meaning.not_found
    )
