"""What can happen to a file of numbers and statuses: it comes, is agreed to, is applied, goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.actions import by_hand, history, mending, outbox, shipments
from shopify_app.domain.csv_columns import Row
from shopify_app.domain.csv_in import KnownOrder, KnownParcel, Verdict, What, names
from shopify_app.domain.facts import Parcel
from shopify_app.domain.notification import TO_SHOPIFY
from shopify_app.domain.shipment import MERCHANT
from shopify_app.domain.status import Reason, Status
from shopify_app.domain.tracking_number import normalise
from shopify_app.models import Order, Shipment, Shop, Upload, UploadRow

AT_ONCE = 200


def bring(session: Session, shop: Shop, name: str, text: str, columns: Mapping[str, int]) -> Upload:
    """Keep a file for its preview."""
    upload = Upload(
        shop_id=shop.id, created_at=clock.now(), name=name, text=text, columns=dict(columns)
    )
    session.add(upload)
    session.flush()
    return upload


def find(session: Session, shop_id: int, upload_id: int) -> Upload | None:
    """The shop's file of this id, locked until the end of the transaction."""
    wanted = select(Upload).where(Upload.shop_id == shop_id, Upload.id == upload_id)
    return session.scalar(wanted.with_for_update())


def known(session: Session, shop_id: int, rows: Iterable[Row]) -> dict[str, list[KnownOrder]]:
    """The orders that rows name, as they are now, by the name that the rows give them."""
    asked = sorted({row.order for row in rows if row.order})
    by_name: dict[str, list[KnownOrder]] = defaultdict(list)
    for begin in range(0, len(asked), AT_ONCE):
        called = {name for each in asked[begin : begin + AT_ONCE] for name in names(each)}
        for name, order in _orders(session, shop_id, called):
            by_name[name].append(order)
    return {each: [order for name in {*names(each)} for order in by_name[name]] for each in asked}


def _orders(session: Session, shop_id: int, called: set[str]) -> list[tuple[str, KnownOrder]]:
    wanted = select(Order.id, Order.name, Order.unfulfilled, Order.cancelled_at).where(
        Order.shop_id == shop_id, Order.name.in_(called), Order.placed_at.is_not(None)
    )
    found = session.execute(wanted).all()
    parcels = _parcels(session, shop_id, [row.id for row in found])
    return [
        (row.name, KnownOrder(row.id, row.unfulfilled, bool(row.cancelled_at), parcels[row.id]))
        for row in found
    ]


def _parcels(
    session: Session, shop_id: int, order_ids: Sequence[int]
) -> dict[int, tuple[KnownParcel, ...]]:
    parcels: dict[int, tuple[KnownParcel, ...]] = defaultdict(tuple)
    wanted = select(
        Shipment.order_id, Shipment.id, Shipment.number_key, Shipment.status, Shipment.reason
    ).where(
        Shipment.shop_id == shop_id,
        Shipment.order_id.in_(order_ids),
        Shipment.removed_at.is_(None),
        Shipment.joined_id.is_(None),
    )
    for row in session.execute(wanted.order_by(Shipment.id)):
        parcels[row.order_id] += (KnownParcel(row.id, row.number_key, row.status, row.reason),)
    return parcels


def agree(session: Session, upload: Upload, verdicts: Iterable[Verdict], *, quiet: bool) -> None:
    """The merchant saw what comes of each row, and wants it; once."""
    if upload.state != "preview":
        return
    upload.state, upload.quiet, upload.due_at = "running", quiet, clock.now()
    session.execute(insert(UploadRow), [_row(upload, each) for each in verdicts])
    queue.wake_after_commit(session, "bulk")


_STATES = {What.BAD: "failed", What.SAME: "done"}


def _row(upload: Upload, verdict: Verdict) -> dict[str, object]:
    row = verdict.row
    return {
        "shop_id": upload.shop_id,
        "upload_id": upload.id,
        "line": row.line,
        "what": verdict.what,
        "state": _STATES.get(verdict.what, "waiting"),
        "why": verdict.why,
        "order": row.order,
        "order_id": verdict.order_id,
        "parcel_id": verdict.parcel_id,
        "number": row.number,
        "number_key": normalise(row.number),
        "carrier": row.carrier,
        "sku": row.sku,
        "quantity": int(row.quantity) if row.quantity and verdict.what is not What.BAD else None,
        "status": verdict.status or "",
        "reason": verdict.reason or "",
        "quiet": verdict.what is What.NUMBER or (upload.quiet and verdict.what is What.FULFILL),
    }


def apply_row(session: Session, shop: Shop, row: UploadRow) -> None:
    """Change a number, or set a status, as the merchant does on the page; nobody is written to."""
    shipment = shipments.held(session, shop.id, row.parcel_id or 0)
    if shipment is None:
        row.state, row.why = "failed", "changed"
        return
    if row.what == What.STATUS:
        reason = Reason(row.reason) if row.reason else None
        by_hand.set_status(session, shop, shipment, Status(row.status), reason)
        outbox.call_back(session, shipment.fulfillment, TO_SHOPIFY, "by_file")
    else:
        shipment = _change_number(session, shop, shipment, row)
    history.note(session, shipment, "by_file", MERCHANT)
    row.state = "done"


def _change_number(session: Session, shop: Shop, shipment: Shipment, row: UploadRow) -> Shipment:
    parcel = Parcel(row.number, row.carrier or shipment.company)
    try:
        return mending.change_number(session, shop, shipment, parcel, tell_shopify=shop.write_back)
    except mending.Taken:
        return shipment  # the order has it by now


def counts(session: Session, upload: Upload) -> dict[tuple[str, str], int]:
    """How many rows there are by what comes of them, and how far they are."""
    wanted = (
        select(UploadRow.what, UploadRow.state, func.count())
        .where(UploadRow.shop_id == upload.shop_id, UploadRow.upload_id == upload.id)
        .group_by(UploadRow.what, UploadRow.state)
    )
    return {(what, state): count for what, state, count in session.execute(wanted)}


def failed(upload: Upload) -> Select[UploadRow]:
    """The rows that came to nothing, in the file's order."""
    return (
        select(UploadRow)
        .where(UploadRow.shop_id == upload.shop_id, UploadRow.upload_id == upload.id)
        .where(UploadRow.state == "failed")
        .order_by(UploadRow.line)
    )


def discard(session: Session, upload: Upload) -> None:
    """Forget a file and what came of it."""
    rows = delete(UploadRow).where(UploadRow.shop_id == upload.shop_id)
    session.execute(rows.where(UploadRow.upload_id == upload.id))
    session.delete(upload)


def forget_texts(session: Session, shop: Shop) -> None:
    """Forget who may be named in the shop's files. What is being applied goes on without them."""
    kept = update(Upload).where(Upload.shop_id == shop.id)
    session.execute(kept.values(text="", name=""))


def discard_old(session: Session, shop: Shop, before: datetime) -> None:
    """Forget the files of before that moment."""
    old = select(Upload).where(Upload.shop_id == shop.id, Upload.created_at < before)
    for upload in session.scalars(old.where(Upload.state != "running")):
        discard(session, upload)
