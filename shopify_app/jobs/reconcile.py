"""A job of the queue `bulk`: find what webhooks missed, a page of one shop at a time."""

from __future__ import annotations

import logging

from rq.timeouts import JobTimeoutException
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shopify_app import clock, database, observe
from shopify_app.actions import again, reconciling
from shopify_app.jobs import one_shop
from shopify_app.models import Reconciliation, Shop
from shopify_app.shopify import admin
from shopify_app.shopify.tokens import NoToken
from shopify_app.tenants import across_shops

log = logging.getLogger(__name__)

MOST_TRIES = 6


def shops_due() -> Select[Shop]:
    """The shops that are to be compared with their stores again."""
    return select(Shop).where(Shop.reconcile_at <= clock.now(), Shop.uninstalled_at.is_(None))


def passes_due() -> Select[Reconciliation]:
    """The passes, of every shop, whose next page is to be read."""
    row = Reconciliation
    due = select(row).where(row.ended_at.is_(None), row.due_at <= clock.now())
    return across_shops(due.order_by(row.due_at))


def step() -> bool:
    """Open the passes that are due, and read one page; False if there was nothing to read."""
    for _ in range(100):
        if not one_shop.step(shops_due(), Shop.reconcile_at, _begin):
            break
    claimed = _claim()
    if claimed:
        with observe.about(shop=claimed[1]):
            _read_page(*claimed)
    return claimed is not None


def _begin(shop_id: int) -> None:
    with database.writing() as session:
        reconciling.begin(session, session.get_one(Shop, shop_id))


def run_pass(shop_id: int) -> Reconciliation | None:
    """Compare a shop now, to the end or to a failure; None if there is nothing to compare."""
    with database.writing() as session:
        shop = session.get_one(Shop, shop_id)
        opened = reconciling.begin(session, shop) or reconciling.latest(session, shop_id)
        if opened and opened.ended_at:
            return None
    while opened and opened.ended_at is None and opened.due_at <= clock.now():
        _read_page(opened.id, shop_id)
        with database.reading() as session:
            opened = _held(session, shop_id, opened.id)
    return opened


def _claim() -> tuple[int, int] | None:
    due = passes_due().limit(1).with_for_update(skip_locked=True)
    with database.writing() as session:
        opened = session.scalar(due)
        if opened is None:
            return None
        opened.due_at = clock.now() + again.LEASE
        return opened.id, opened.shop_id


def _read_page(pass_id: int, shop_id: int) -> None:
    try:
        with database.reading() as session:
            opened, shop = _held(session, shop_id, pass_id), session.get_one(Shop, shop_id)
        changed = (opened.since, opened.until)
        page = admin.changed_orders(shop_id, shop.domain, *changed, opened.cursor)
        with database.writing() as session:
            held = _held(session, shop_id, pass_id)
            if held.ended_at is None and held.cursor == opened.cursor:
                owner = session.get_one(Shop, shop_id)
                reconciling.take_page(session, owner, held, page.orders, page.next_cursor)
    except JobTimeoutException:
        raise
    except Exception as error:  # counted, so that a pass that cannot go on is given up
        _failed(shop_id, pass_id, error)


def _failed(shop_id: int, pass_id: int, error: Exception) -> None:
    log.warning("comparing a shop with its store waits: %s", type(error).__name__)
    with database.writing() as session:
        opened = _held(session, shop_id, pass_id)
        if isinstance(error, NoToken):  # the pass goes on when there is one again
            opened.due_at = clock.now() + again.WITHOUT_TOKEN
            return
        opened.attempts += 1
        opened.due_at = clock.now() + again.after(opened.attempts)
        if opened.attempts >= MOST_TRIES:
            opened.ended_at, opened.error = clock.now(), type(error).__name__


def _held(session: Session, shop_id: int, pass_id: int) -> Reconciliation:
    found = select(Reconciliation).where(
        Reconciliation.shop_id == shop_id, Reconciliation.id == pass_id
    )
    return session.scalars(found.with_for_update()).one()
