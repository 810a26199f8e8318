"""What the merchant does with a shipment: retrack it, decide for the carrier, put it aside."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.actions import accounts, history, looking, orders, readings, shipments
from shopify_app.actions.following import BEFORE_ALL
from shopify_app.domain import status_map
from shopify_app.domain.shipment import MERCHANT, Reading
from shopify_app.domain.status import Reason, Status
from shopify_app.models import Shipment, Shop


def set_status(
    session: Session, shop: Shop, shipment: Shipment, status: Status, reason: Reason | None = None
) -> None:
    """The merchant knows better: the status stays until a carrier tells of a later end.

    `reason` is one of those of the status (`domain.status.REASONS`); None: it is not told.
    """
    now = clock.now()
    before = shipment.status
    known = reason or status_map.MERCHANT[status].reason
    pin = Reading(MERCHANT, status, known, status, now, now, version=status_map.VERSION)
    readings.keep(shipment, pin)
    orders.conclude(session, shop, shipment.fulfillment.order)
    told: dict[str, Any] = {"before": before, "after": str(status)}
    if reason:
        told["reason"] = str(reason)
    history.note(session, shipment, "set_by_hand", MERCHANT, **told)
    if shipment.look_at:
        shipment.look_at = looking.next_look(session, shop, shipment)


def follow_again(session: Session, shop: Shop, shipment: Shipment) -> None:
    """Take back a status set by hand: what the carriers say counts again."""
    now = clock.now()
    if readings.drop_pin(shipment):
        shipment.pinned = False
        history.note(session, shipment, "unpinned", MERCHANT, at=now)
        orders.conclude(session, shop, shipment.fulfillment.order)
        shipment.look_at = looking.next_look(session, shop, shipment)


def retrack(session: Session, shop: Shop, shipment: Shipment) -> None:
    """Let the provider look now, and follow the carrier again if the status was set by hand.

    If it cannot be asked, the shipment's history says so at once.
    """
    now = clock.now()  # what the merchant did comes before what they wait for
    follow_again(session, shop, shipment)
    obstacle = _obstacle(session, shop, shipment)
    if obstacle:
        history.note(session, shipment, "retrack", MERCHANT, result=obstacle)
        return
    _ask(session, shipment)
    shipment.asked_at = now


def renew(session: Session, shop: Shop, shipment: Shipment) -> None:
    """Register the number anew, which costs one of the quota: the provider looks at it again.

    For a number that its provider stopped for good. The merchant has agreed to the cost.
    """
    if shipment.stopped == "for_good":
        shipment.wish("renew")
        retrack(session, shop, shipment)


def resolve(session: Session, shop: Shop, shipment: Shipment, *, resolved: bool) -> None:
    """Put its trouble aside, until its state changes; or take that back."""
    if resolved == (shipment.resolved_at is not None):
        return
    shipment.resolved_at = clock.now() if resolved else None
    history.note(session, shipment, "resolved" if resolved else "unresolved", MERCHANT)
    orders.conclude(session, shop, shipment.fulfillment.order)


def _ask(session: Session, shipment: Shipment) -> None:
    account = accounts.of_shipment(session, shipment)
    if account is None or not account.key_hash:
        shipment.account_id = shipment.followed_at = None
    shipment.look_at = clock.now() - BEFORE_ALL
    queue.wake_after_commit(session, "poll")


def _obstacle(session: Session, shop: Shop, shipment: Shipment) -> str:
    """Why no provider can be asked now, empty if one can."""
    if not shipment.number:
        return "no_number"
    if shipment.fulfillment.order.redacted_at:
        return "erased"
    serving = accounts.of(session, shop.id)
    if not serving:
        return "no_key"
    asked = [a for a in serving if a.id == shipment.account_id] or serving
    if not shipment.followed_at and all(account.problem == "quota" for account in asked):
        return "quota"
    for account in asked:
        accounts.try_again(account)
    if all(accounts.is_busy(account, shipments.PATIENCE) for account in asked):
        return "busy"
    return ""
