"""A job of the queue `bulk`: go on with what a merchant does to many orders at once.

The orders of a step and the run's place are one transaction: a worker that dies has done all of
them or none. What raises is tried again alone, and then passed by; a database that is busy is
waited for, as no order is to blame for it.
"""

from __future__ import annotations

import logging

from rq.timeouts import JobTimeoutException
from sqlalchemy import Select, select
from sqlalchemy.exc import OperationalError

from shopify_app import database
from shopify_app.actions import bulk
from shopify_app.models import BulkRun, Shop
from shopify_app.models.bulk_run import UNDER_WAY
from shopify_app.tenants import across_shops

log = logging.getLogger(__name__)

AT_A_TIME = 25
"""Orders in one transaction, so that others can write in between."""


def under_way() -> Select[BulkRun]:
    """The runs of every shop that are to go on; the one that has done least comes first."""
    wanted = select(BulkRun).where(UNDER_WAY)
    return across_shops(wanted.order_by(BulkRun.place, BulkRun.id))


def step() -> bool:
    """Do some orders of one run; False if none is under way."""
    with database.reading() as session:
        run = session.scalar(under_way().limit(1))
    return run is not None and go_on(run.shop_id, run.id)


def go_on(shop_id: int, run_id: int) -> bool:
    """Do some orders of this run; False if it has ended, or is to wait for the ticker."""
    try:
        return _go_on(shop_id, run_id)
    except JobTimeoutException:
        raise
    except OperationalError as error:  # locked, out of reach, a deadlock
        log.warning("bulk run %d of shop %d waits: %s", run_id, shop_id, type(error).__name__)
        return False
    except Exception as error:  # one order must not keep the others
        log.warning("bulk run %d of shop %d waits: %s", run_id, shop_id, type(error).__name__)
        _failed(shop_id, run_id)
        return True


def _go_on(shop_id: int, run_id: int) -> bool:
    with database.writing() as session:
        run = session.scalars(_held(shop_id, run_id)).one()
        if run.ended_at is None:
            shop = session.get_one(Shop, shop_id)
            bulk.go_on(session, shop, run, 1 if run.failures else AT_A_TIME)
        return run.ended_at is None


def _failed(shop_id: int, run_id: int) -> None:
    with database.writing() as session:
        run = session.scalars(_held(shop_id, run_id)).one()
        if run.ended_at is None and run.failures:
            bulk.pass_by(run)
        run.failures += 1


def _held(shop_id: int, run_id: int) -> Select[BulkRun]:
    wanted = select(BulkRun).where(BulkRun.shop_id == shop_id, BulkRun.id == run_id)
    return wanted.with_for_update()
