"""The second job of the queue `bulk`: read the orders a new shop already has.

Page by page, newest first, each through the same action as a webhook. The place is kept in the
shop's row, so a job that dies goes on where it was. What was fulfilled before the install is marked
as imported by that action: no message and no write-back comes of it.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from rq.timeouts import JobTimeoutException
from sqlalchemy import select

from shopify_app import clock, database
from shopify_app.actions import following, orders, reconciling
from shopify_app.models import Shop
from shopify_app.shopify import admin, client
from shopify_app.shopify.admin import OrdersPage
from shopify_app.shopify.tokens import NoToken

log = logging.getLogger(__name__)

REACH = timedelta(days=60)
"""Without `read_all_orders` Shopify shows the last 60 days."""
LEASE = timedelta(minutes=3)
MOST_TRIES = 8
WITHOUT_TOKEN = timedelta(hours=1)


class Overtaken(Exception):
    """The shop's import is not the one this page was read for."""


def step() -> bool:
    """Read a page of the shop that has waited longest; False if none waits."""
    claimed = _claim()
    if claimed:
        _read_page(*claimed)
    return claimed is not None


def _claim() -> tuple[int, str, str] | None:
    """A shop whose import waits, leased: its id, its domain and where to go on."""
    now = clock.now()
    wanted = (
        select(Shop)
        .where(Shop.import_state.in_(("waiting", "running")), Shop.import_due_at <= now)
        .order_by(Shop.import_due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with database.writing() as session:
        shop = session.scalar(wanted)
        if shop is None:
            return None
        shop.import_state, shop.import_due_at = "running", now + LEASE
        return shop.id, shop.domain, shop.import_cursor


def _read_page(shop_id: int, domain: str, cursor: str) -> None:
    try:
        with database.reading() as session:
            since = session.get_one(Shop, shop_id).installed_at - REACH
        page = admin.orders_page(shop_id, domain, since, cursor)
        _apply(shop_id, cursor, page)
    except JobTimeoutException:
        raise
    except Overtaken:
        log.info("shop %d left, or began anew, while a page was read", shop_id)
    except Exception as error:  # counted, so that an import that cannot go on is given up
        _failed(shop_id, error)


def _apply(shop_id: int, cursor: str, page: OrdersPage) -> None:
    """The orders of a page and the place of the next one, in one transaction. Raises Overtaken."""
    with database.writing() as session:
        shop = session.get_one(Shop, shop_id)
        orders.record_orders(session, shop, page.orders)
        session.refresh(shop, with_for_update=True)
        if shop.import_state != "running" or shop.import_cursor != cursor:
            raise Overtaken
        shop.imported_orders += len(page.orders)
        shop.import_cursor, shop.import_attempts, shop.import_error = page.next_cursor, 0, ""
        shop.import_state = "running" if page.next_cursor else "done"
        shop.import_due_at = clock.now() if page.next_cursor else None
        if not page.next_cursor:
            following.catch_up(session, shop)
            shop.reconcile_at = clock.now() + reconciling.EVERY


def _failed(shop_id: int, error: Exception) -> None:
    why = error if isinstance(error, client.ShopifyError) else type(error).__name__
    log.warning("the import of shop %d waits: %s", shop_id, why)
    with database.writing() as session:
        shop = session.get_one(Shop, shop_id)
        if shop.import_state != "running":
            return
        shop.import_error = type(error).__name__
        if isinstance(error, NoToken):  # it goes on when there is one again
            shop.import_due_at = clock.now() + WITHOUT_TOKEN
            return
        shop.import_attempts += 1
        shop.import_due_at = clock.now() + timedelta(seconds=10) * 2**shop.import_attempts
        if shop.import_attempts >= MOST_TRIES:
            shop.import_state = "failed"
