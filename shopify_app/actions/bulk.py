"""One thing done to many orders: begun as a row, then order by order, each of them once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.actions import by_hand, holding, outbox
from shopify_app.domain.notification import CONFIRMATION
from shopify_app.domain.status import (
    PROBLEMS,
    REASONS,
    SHIPMENT_STATUSES,
    TERMINAL,
    Reason,
    Status,
)
from shopify_app.models import BulkRun, Order, Outbox, Shop
from shopify_app.models.outbox import UNSETTLED

RETRACK, SET_STATUS, RESOLVE, RESEND = "retrack", "status", "resolve", "resend"
FAILED = "failed"
"""The outcome of an order that raised: it is passed by, so that the others are done."""


def begin(
    session: Session,
    shop: Shop,
    kind: str,
    order_ids: Sequence[int],
    status: str = "",
    reason: str = "",
    *,
    ask: bool,
) -> BulkRun:
    """Remember what is to be done with which orders; with `ask` the merchant confirms it first.

    `status` is what SET_STATUS sets, `reason` one of its reasons, empty if it is not told. What is
    no order of the shop is passed over. Orders that have no failed confirmation are left out of
    RESEND, and counted.
    """
    if kind == SET_STATUS and not can_be_set(status, reason):
        raise ValueError(status, reason)
    ours = _ours(session, shop, order_ids)
    wanted = _to_resend(session, shop, ours) if kind == RESEND else ours
    left_out = len(ours) - len(wanted)
    run = BulkRun(
        shop_id=shop.id,
        kind=kind,
        status=status,
        reason=reason,
        order_ids=wanted,
        total=len(wanted),
        counted={"nothing": left_out} if left_out else {},
        created_at=clock.now(),
    )
    session.add(run)
    if not wanted:
        run.started_at = run.ended_at = run.created_at
    elif not ask:
        start(session, run)
    session.flush()
    return run


def start(session: Session, run: BulkRun) -> None:
    """Let the workers do it. Twice is as good as once."""
    if run.ended_at is None:
        run.started_at = run.started_at or clock.now()
        queue.wake_after_commit(session, "bulk")


def stop(run: BulkRun) -> None:
    """Leave what is not done yet; what is done stays."""
    if run.ended_at is None:
        run.ended_at, run.order_ids = clock.now(), []


def go_on(session: Session, shop: Shop, run: BulkRun, most: int) -> None:
    """Do the next orders, `most` of them. The caller holds the run's row."""
    counted = Counter(run.counted)
    for order_id in run.order_ids[run.place : run.place + most]:
        order = holding.hold(session, shop.id, order_id)
        counted.update(_DO[run.kind](session, shop, run, order))
    _move(run, counted, most)


def pass_by(run: BulkRun) -> None:
    """The next order cannot be done: the others can."""
    _move(run, Counter(run.counted) + Counter([FAILED]), 1)


def _move(run: BulkRun, counted: Counter[str], by: int) -> None:
    run.counted, run.place, run.failures = dict(counted), min(run.place + by, run.total), 0
    if run.place == run.total:
        stop(run)


def can_be_set(status: str, reason: str) -> bool:
    """Whether a parcel can be set to this status for this reason; an empty one is not told."""
    return status in SHIPMENT_STATUSES and reason in ("", *REASONS.get(Status(status), ()))


def _ours(session: Session, shop: Shop, order_ids: Iterable[int]) -> list[int]:
    wanted = select(Order.id).where(Order.shop_id == shop.id, Order.id.in_(order_ids))
    return sorted(session.scalars(wanted))


def _to_resend(session: Session, shop: Shop, order_ids: Iterable[int]) -> list[int]:
    """The orders whose shipping confirmation failed, or may have."""
    unsettled = select(Outbox.order_id).where(
        Outbox.shop_id == shop.id, UNSETTLED, Outbox.event == CONFIRMATION
    )
    return sorted(set(order_ids).intersection(session.scalars(unsettled)))


def _retrack(session: Session, shop: Shop, _run: BulkRun, order: Order) -> Iterator[str]:
    """What was set by hand is passed by, and so is what has arrived, or what the merchant did not
    want to spend a number on: for a parcel alone Retrack does more.
    """
    for shipment in order.live_shipments:
        if shipment.pinned:
            yield "pinned"
        elif shipment.status in TERMINAL:
            yield "ended"
        elif shipment.followed_at is None and shipment.look_at is None and shipment.account_id:
            yield "unasked"  # nobody was to follow it: that would take one of the quota
        else:
            by_hand.retrack(session, shop, shipment)
            yield "asked" if shipment.asked_at else "unasked"


def _set_status(session: Session, shop: Shop, run: BulkRun, order: Order) -> Iterator[str]:
    parcels, reason = order.live_shipments, Reason(run.reason) if run.reason else None
    for shipment in parcels:
        known = shipment.pinned and shipment.status == run.status
        if known and run.reason in ("", shipment.reason):
            yield "same"
        else:
            by_hand.set_status(session, shop, shipment, Status(run.status), reason)
            yield "set"
    if not parcels:
        yield "no_parcel"


def _resolve(session: Session, shop: Shop, _run: BulkRun, order: Order) -> Iterator[str]:
    troubled = [s for s in order.live_shipments if s.status in PROBLEMS or s.to_mend]
    for shipment in troubled:
        if shipment.resolved_at is None:
            by_hand.resolve(session, shop, shipment, resolved=True)
            yield "resolved"
        else:
            yield "same"
    if not troubled:
        yield "nothing"


def _resend(session: Session, shop: Shop, _run: BulkRun, order: Order) -> Iterator[str]:
    unsettled = select(Outbox).where(
        Outbox.shop_id == shop.id,
        UNSETTLED,
        Outbox.order_id == order.id,
        Outbox.event == CONFIRMATION,
    )
    for row in session.scalars(unsettled.with_for_update()).all():
        outbox.send_again(session, row)
        yield "sent"


_DO: dict[str, Callable[[Session, Shop, BulkRun, Order], Iterable[str]]] = {
    RETRACK: _retrack,
    SET_STATUS: _set_status,
    RESOLVE: _resolve,
    RESEND: _resend,
}
KINDS = frozenset(_DO)
