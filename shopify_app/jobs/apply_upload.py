"""A job of the queue `bulk`: do what the rows of a file ask for, each once.

Numbers and statuses are changes of ours: some rows and their ends are one transaction. An order is
fulfilled at Shopify: its rows are marked as being sent in a commit before the call, and who finds
them so looks first whether the order has their number by now.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import takewhile

from rq.timeouts import JobTimeoutException
from sqlalchemy import Select, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.actions import again, links, orders, uploads
from shopify_app.domain.csv_in import What
from shopify_app.domain.facts import FulfillmentFacts, OrderFacts, Parcel
from shopify_app.domain.tracking_number import normalise
from shopify_app.models import Shop, Upload, UploadRow
from shopify_app.shopify import admin, client, fulfilling
from shopify_app.shopify.fulfilling import Line
from shopify_app.tenants import across_shops

log = logging.getLogger(__name__)

AT_ONCE, TOGETHER = 50, 25
"""So many rows are done before others have their turn, and so many of ours in one transaction."""
MOST_TRIES = 8


class Refused(Exception):
    """The rows cannot be done; says why."""


@dataclass(slots=True)
class Claimed:
    """A file under our lease."""

    id: int
    shop: Shop
    quiet: bool
    leased_until: datetime


def due() -> Select[Upload]:
    """The files, of every shop, with rows to do."""
    wanted = select(Upload).where(Upload.due_at <= clock.now()).order_by(Upload.due_at)
    return across_shops(wanted)


def step() -> bool:
    """Do some rows of the file that has waited longest; False if none waits."""
    claimed = _claim()
    if claimed:
        try:
            _go_on(claimed)
        except JobTimeoutException:
            raise
        except again.Overtaken:
            log.info("file %d is in other hands", claimed.id)
        except Exception as error:  # counted, so that a file that cannot go on is given up
            _failed(claimed, error)
    return claimed is not None


def _claim() -> Claimed | None:
    with database.writing() as session:
        upload = session.scalar(due().limit(1).with_for_update(skip_locked=True))
        if upload is None:
            return None
        until = upload.due_at = clock.now() + again.LEASE
        shop = session.get_one(Shop, upload.shop_id)
        return Claimed(upload.id, shop, upload.quiet, until)


def _go_on(claimed: Claimed) -> None:
    done = 0
    while (rows := _next_rows(claimed)) and done < AT_ONCE:
        _do(claimed, rows)
        done += len(rows)
    _release(claimed, ended=not rows)


def _do(claimed: Claimed, rows: Sequence[UploadRow]) -> None:
    """Do these rows; by what nobody foresaw they are set aside, and the others go on."""
    try:
        if rows[0].what == What.FULFILL:
            _fulfill(claimed, rows)
        else:
            _apply(claimed, rows)
    except (JobTimeoutException, again.Overtaken, client.ShopifyError, SQLAlchemyError):
        raise
    except Exception as error:
        if rows[0].what != What.FULFILL and len(rows) > 1:
            return _each_alone(claimed, rows)
        log.error("line %d of file %d: %s", rows[0].line, claimed.id, type(error).__name__)
        with database.writing() as session:
            _end(session, claimed, rows, "failed", "unforeseen")


def _each_alone(claimed: Claimed, rows: Sequence[UploadRow]) -> None:
    """Not one of them was done, and one is to blame."""
    for row in rows:
        _do(claimed, [row])


def _next_rows(claimed: Claimed) -> list[UploadRow]:
    """The next rows that are done together: changes of ours, or those of one fulfillment."""
    of_upload = _rows(claimed).where(UploadRow.state.in_(("waiting", "sending")))
    with database.reading() as session:
        coming = session.scalars(of_upload.order_by(UploadRow.id).limit(TOGETHER)).all()
        ours = list(takewhile(lambda row: row.what != What.FULFILL, coming))
        if ours or not coming:
            return ours
        first = coming[0]
        alike = of_upload.where(UploadRow.what == first.what, UploadRow.order_id == first.order_id)
        if first.sku:
            alike = alike.where(UploadRow.number_key == first.number_key, UploadRow.sku != "")
        else:
            alike = alike.where(UploadRow.sku == "")
        return list(session.scalars(alike.order_by(UploadRow.id)))


def _rows(claimed: Claimed) -> Select[UploadRow]:
    return select(UploadRow).where(
        UploadRow.shop_id == claimed.shop.id, UploadRow.upload_id == claimed.id
    )


def _apply(claimed: Claimed, rows: Sequence[UploadRow]) -> None:
    with database.writing() as session:
        _hold(session, claimed)
        orders.hold_all(session, claimed.shop.id, {row.order_id for row in rows if row.order_id})
        shop = session.get_one(Shop, claimed.shop.id)
        ours = _rows(claimed).where(UploadRow.id.in_([row.id for row in rows]))
        for row in session.scalars(ours.order_by(UploadRow.id)).all():
            uploads.apply_row(session, shop, row)


def _fulfill(claimed: Claimed, rows: Sequence[UploadRow]) -> None:
    """One fulfillment for these rows. An answer that was lost leaves them `sending`."""
    shop, order_id = claimed.shop, rows[0].order_id or 0
    try:
        if any(row.state == "sending" for row in rows) and _is_there(claimed, rows):
            return
        wanted = _wanted(fulfilling.lines(shop.id, shop.domain, order_id), rows)
        with database.writing() as session:
            _hold(session, claimed)
            _end(session, claimed, rows, "sending")
        tell = shop.shopify_tells and not claimed.quiet
        by_number = {row.number_key: Parcel(row.number, row.carrier) for row in rows}
        parcels = [links.for_shopify(shop, parcel) for parcel in by_number.values()]
        told = fulfilling.fulfill(shop.id, shop.domain, order_id, wanted, parcels, tell=tell)
    except (Refused, client.Rejected) as error:
        with database.writing() as session:
            _end(session, claimed, rows, "failed", str(error)[:500])
    else:
        _take_over(claimed, rows, told)


def _is_there(claimed: Claimed, rows: Sequence[UploadRow]) -> bool:
    """Whether the order was fulfilled with these numbers when the answer was lost."""
    told = admin.order(claimed.shop.id, claimed.shop.domain, rows[0].order_id or 0)
    parcels = [p for f in (told.fulfillments if told else ()) if f.live for p in f.parcels]
    there = {row.number_key for row in rows} <= {normalise(parcel.number) for parcel in parcels}
    if told and there:
        _take_over(claimed, rows, told)
    return there


def _wanted(lines: Sequence[Line], rows: Sequence[UploadRow]) -> dict[Line, int]:
    """How many pieces of each line go out; all that are left where the file names no item."""
    if not lines:
        raise Refused("nothing_left")
    if not rows[0].sku:
        return {line: line.remaining for line in lines}
    wanted: dict[Line, int] = {}
    for row in rows:
        names = row.sku.casefold()
        line = next((each for each in lines if names in each.names and each not in wanted), None)
        if line is None:
            raise Refused("unknown_item")
        wanted[line] = row.quantity or line.remaining
        if wanted[line] > line.remaining:
            raise Refused("too_many_pieces")
    return wanted


def _take_over(
    claimed: Claimed, rows: Sequence[UploadRow], told: FulfillmentFacts | OrderFacts
) -> None:
    with database.writing() as session:
        shop = session.get_one(Shop, claimed.shop.id)
        if isinstance(told, OrderFacts):
            orders.record_order(session, shop, told)
        else:
            orders.record_fulfillment(session, shop, told)
        _end(session, claimed, rows, "done")
    log.info("order %d of shop %d was fulfilled by a file", rows[0].order_id, claimed.shop.id)


def _end(
    session: Session, claimed: Claimed, rows: Sequence[UploadRow], state: str, why: str = ""
) -> None:
    ours = update(UploadRow).where(
        UploadRow.shop_id == claimed.shop.id, UploadRow.id.in_([row.id for row in rows])
    )
    session.execute(ours.values(state=state, why=why))


def _hold(session: Session, claimed: Claimed) -> None:
    """Go on only under our own lease, and for as long again. Raises Overtaken."""
    upload = uploads.find(session, claimed.shop.id, claimed.id)
    if upload is None or upload.due_at != claimed.leased_until:
        raise again.Overtaken
    until = upload.due_at = clock.now() + again.LEASE
    renewed = partial(setattr, claimed, "leased_until", until)
    database.after_commit(session, "renewed", renewed)  # what is rolled back renews nothing


def _release(claimed: Claimed, *, ended: bool) -> None:
    with database.writing() as session:
        _hold(session, claimed)
        upload = session.get_one(Upload, claimed.id)
        upload.attempts, upload.due_at = 0, None if ended else clock.now()
        if ended:
            upload.state, upload.ended_at = "done", clock.now()


def _failed(claimed: Claimed, error: Exception) -> None:
    log.warning("file %d of shop %d waits: %s", claimed.id, claimed.shop.id, type(error).__name__)
    with database.writing() as session:
        upload = uploads.find(session, claimed.shop.id, claimed.id)
        if upload is None:
            return
        upload.attempts += 1
        upload.due_at = clock.now() + again.after(upload.attempts)
        if upload.attempts >= MOST_TRIES:
            rest = _rows(claimed).where(UploadRow.state.in_(("waiting", "sending")))
            _end(session, claimed, session.scalars(rest).all(), "failed", "unreachable")
