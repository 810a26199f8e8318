"""A job of the queue `bulk`: do what the rows of a file ask for, each once.

Numbers and statuses are changes of ours: some rows and their ends are one transaction. An order is
fulfilled at Shopify, by `fulfill_rows`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import takewhile

from rq.timeouts import JobTimeoutException
from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError

from shopify_app import clock, database
from shopify_app.actions import again, holding, uploads
from shopify_app.domain.csv_in import What
from shopify_app.jobs import fulfill_rows
from shopify_app.jobs.claimed_upload import Claimed, hold, mark, unfinished
from shopify_app.models import Shop, Upload, UploadRow
from shopify_app.shopify import client
from shopify_app.tenants import across_shops

log = logging.getLogger(__name__)

AT_ONCE, TOGETHER = 50, 25
"""So many rows are done before others have their turn, and so many of ours in one transaction."""
MOST_TRIES = 8


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
            fulfill_rows.fulfill(claimed, rows)
        else:
            _apply(claimed, rows)
    except (JobTimeoutException, again.Overtaken, client.ShopifyError, SQLAlchemyError):
        raise
    except Exception as error:
        if rows[0].what != What.FULFILL and len(rows) > 1:
            return _each_alone(claimed, rows)
        log.error("line %d of file %d: %s", rows[0].line, claimed.id, type(error).__name__)
        with database.writing() as session:
            mark(session, claimed, rows, "failed", "unforeseen")


def _each_alone(claimed: Claimed, rows: Sequence[UploadRow]) -> None:
    """Not one of them was done, and one is to blame."""
    for row in rows:
        _do(claimed, [row])


def _next_rows(claimed: Claimed) -> list[UploadRow]:
    """The next rows that are done together: changes of ours, or those of one fulfillment."""
    of_upload = unfinished(claimed)
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


def _apply(claimed: Claimed, rows: Sequence[UploadRow]) -> None:
    with database.writing() as session:
        hold(session, claimed)
        holding.hold_all(session, claimed.shop.id, {row.order_id for row in rows if row.order_id})
        shop = session.get_one(Shop, claimed.shop.id)
        ours = unfinished(claimed).where(UploadRow.id.in_([row.id for row in rows]))
        for row in session.scalars(ours.order_by(UploadRow.id)).all():
            uploads.apply_row(session, shop, row)


def _release(claimed: Claimed, *, ended: bool) -> None:
    with database.writing() as session:
        hold(session, claimed)
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
            rest = unfinished(claimed)
            mark(session, claimed, session.scalars(rest).all(), "failed", "unreachable")
