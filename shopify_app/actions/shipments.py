"""What can happen to a shipment when its provider was asked, or tells of itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import (
    accounts,
    history,
    holding,
    looking,
    orders,
    outcomes,
    readings,
    unknown_words,
)
from shopify_app.actions.following import BEFORE_ALL
from shopify_app.actions.fulfillments import add_checkpoints
from shopify_app.domain.facts import Checkpoint, Snapshot
from shopify_app.domain.shipment import MERCHANT, Reading
from shopify_app.domain.understanding import understand
from shopify_app.models import Change, Shipment, Shop

A_DAY = timedelta(days=1)
REGISTER_AGAIN = timedelta(minutes=15)
PATIENCE = timedelta(seconds=20)
"""How long who pressed Retrack waits while the provider takes no more calls."""
NO_TROUBLE = {"no_info", "not_registered"}
_REFUSALS = {"bad_number": "NotFound_InvalidCode", "no_info": "NotFound_Other"}
"""Refusals that say something of the parcel, and the status they amount to."""


def take_snapshot(
    session: Session,
    shop: Shop,
    shipment: Shipment,
    snapshot: Snapshot,
    began: datetime | None = None,
    state: str = "",
) -> None:
    """A provider told where the parcel is. An unknown word keeps the old status and is counted.

    `began` is when we asked; a push has none. `state` is what we learned of how the provider
    follows it: `tracking`, `revived` (it had stopped, and looks again), `renewed` (as
    the merchant wished), `shared` (not renewed: another shop of the same key follows it as well)
    or `for_good` (it stopped).
    """
    before = (shipment.status, shipment.last_event_at)
    _keep_checkpoints(shipment, snapshot)
    told = _understood(snapshot)
    if told:
        readings.keep(shipment, told)
        shipment.first_seen = shipment.first_seen or (told.status if snapshot.checkpoints else "")
    else:
        unknown_words.count(session, snapshot.source, snapshot.code)
    shipment.carrier = snapshot.carrier or shipment.carrier
    shipment.carrier_name = snapshot.carrier_name or shipment.carrier_name
    shipment.problem = shipment.asks = ""
    _looked(session, shop, shipment, before, began, state)


def take_refusal(
    session: Session,
    shop: Shop,
    shipment: Shipment,
    source: str,
    kind: str,
    began: datetime,
    asks: Sequence[str] = (),
) -> None:
    """A provider would not tell of this number; `kind` is one of `carriers.base`'s.

    Only a bad number makes it `not_recognized`; what the merchant can mend stays as `problem`, and
    in `asks` the fields that the carrier wants.
    """
    before = (shipment.status, shipment.last_event_at)
    if kind == "not_registered":
        shipment.followed_at = None
    told = understand(source, _REFUSALS.get(kind, ""), None, clock.now(), ())
    if told and not _too_early(shipment, kind):
        readings.keep(shipment, told)
    shipment.problem = "" if kind in NO_TROUBLE else kind
    shipment.asks = ",".join(asks)
    _looked(session, shop, shipment, before, began)
    if kind == "not_registered" and shipment.look_at:
        shipment.look_at = clock.now() + REGISTER_AGAIN


def take_stop(shipment: Shipment) -> None:
    """The provider says of itself that it looks at this number no more."""
    shipment.stopped = shipment.stopped or "once"
    if not shipment.asked_at:  # who pressed Retrack still gets an answer
        shipment.look_at = None


def could_not_look(session: Session, _shop: Shop, shipment: Shipment, why: str) -> None:
    """The provider could not be asked: it stays due, and who waits for an answer is told `why`.

    Without a reason it is only a matter of seconds, and they wait on for a while.
    """
    now = clock.now()
    shipment.look_at = now - (BEFORE_ALL if shipment.asked_at else timedelta())
    if shipment.asked_at and (why or now - shipment.asked_at >= PATIENCE):
        _note_answer(session, shipment, why or "busy")


def find(session: Session, shop_id: int, shipment_id: int) -> Shipment | None:
    """The shipment of that id, also one that is no more; None if the shop never had it."""
    return session.scalar(
        select(Shipment).where(Shipment.shop_id == shop_id, Shipment.id == shipment_id)
    )


def held(session: Session, shop_id: int, shipment_id: int) -> Shipment | None:
    """The shipment, with its order held by this transaction; None if the shop has no such now."""
    return hold_all(session, shop_id, [shipment_id]).get(shipment_id)


def hold_all(session: Session, shop_id: int, ids: Iterable[int]) -> dict[int, Shipment]:
    """Those of these shipments that the shop has now, by id, their orders held in few queries."""
    wanted = sorted(ids)
    whose = select(Shipment.order_id).where(Shipment.shop_id == shop_id, Shipment.id.in_(wanted))
    with session.no_autoflush:  # what has an id is written, and stays its order's
        order_ids = session.scalars(whose.distinct()).all()
    holding.hold_all(session, shop_id, order_ids)
    held = [holding.hold(session, shop_id, order_id) for order_id in order_ids]
    fulfillments = [fulfillment for order in held for fulfillment in order.fulfillments]
    outcomes.read(session, fulfillments)
    found = (shipment for fulfillment in fulfillments for shipment in fulfillment.shipments)
    return {s.id: s for s in found if s.id in wanted and s.removed_at is None}


def _too_early(shipment: Shipment, kind: str) -> bool:
    """In the first day `no_info` says that the provider did not look, not that it found none."""
    since = shipment.followed_at
    return kind == "no_info" and since is not None and clock.now() - since < A_DAY


def _looked(
    session: Session,
    shop: Shop,
    shipment: Shipment,
    before: tuple[str, datetime | None],
    began: datetime | None,
    state: str = "",
) -> None:
    """A look is over: derive everything, plan the next, answer who pressed Retrack before it."""
    now = clock.now()
    if state:
        shipment.stopped = "for_good" if state in {"for_good", "shared"} else ""
    orders.conclude(session, shop, shipment.fulfillment.order)
    shipment.looked_at = now  # only now: what a first look tells of an imported parcel is no news
    same = before == (shipment.status, shipment.last_event_at)
    shipment.unchanged = shipment.unchanged + 1 if same else 0
    asked_at = shipment.asked_at
    if asked_at and (began is None or began < asked_at):
        shipment.look_at = asked_at - BEFORE_ALL
        return
    shipment.look_at = looking.next_look(session, shop, shipment)
    if asked_at:
        result = _answer(session, shipment, asked_at, same=same, state=state)
        _note_answer(session, shipment, result)


def _note_answer(session: Session, shipment: Shipment, result: str) -> None:
    account = accounts.of_shipment(session, shipment)
    provider = account.provider if account else ""
    history.note(session, shipment, "retrack", MERCHANT, result=result, provider=provider)
    shipment.asked_at = None


def _answer(
    session: Session, shipment: Shipment, asked_at: datetime, *, same: bool, state: str
) -> str:
    """What came of Retrack. That the carrier is followed again is news even without a change."""
    if not same:
        return "changed"
    if state in {"revived", "renewed", "shared", "for_good"}:
        return state
    unpinned = select(Change.id).where(
        Change.shop_id == shipment.shop_id,
        Change.shipment_id == shipment.id,
        Change.what == "unpinned",
        Change.at >= asked_at,
    )
    return "followed_again" if session.scalar(unpinned) else "no_change"


def _keep_checkpoints(shipment: Shipment, snapshot: Snapshot) -> None:
    told = (snapshot.source, snapshot.checkpoints)
    add_checkpoints(shipment.fulfillment, shipment, *told)
    newest = snapshot.checkpoints[0] if snapshot.checkpoints else None
    if newest and _is_later(newest, shipment):
        shipment.last_code, shipment.last_event_at = newest.code, newest.happened_at
        if not shipment.fulfillment.order.redacted_at:
            shipment.last_text = newest.text
            shipment.last_place = ", ".join(p for p in (newest.place, newest.country) if p)


def _is_later(newest: Checkpoint, shipment: Shipment) -> bool:
    """Of one moment the higher code counts as the later, whichever provider told it first."""
    known = shipment.last_event_at
    if known is None or newest.happened_at is None:
        return known is None
    return (newest.happened_at, newest.code) >= (known, shipment.last_code)


def _understood(snapshot: Snapshot) -> Reading | None:
    at = snapshot.happened_at
    newest = [each.text for each in snapshot.checkpoints if each.happened_at == at]
    return understand(snapshot.source, snapshot.code, at, snapshot.synced_at, newest)
