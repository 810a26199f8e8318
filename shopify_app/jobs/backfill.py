"""A job of the queue `bulk`: read the orders that a new shop already has.

By bulk operation (`bulk_import`), which is fast and asks little of Shopify. If that cannot be had,
page by page, newest first, each through the same action as a webhook. Either way the place is kept
in the shop's row, so a job that dies goes on where it was.
"""

from __future__ import annotations

import logging
from functools import partial

from rq.timeouts import JobTimeoutException
from sqlalchemy import Select, select

from shopify_app import clock, database
from shopify_app.actions import again, importing
from shopify_app.actions.importing import Place
from shopify_app.jobs import bulk_import, heartbeat
from shopify_app.jobs.bulk_import import Import
from shopify_app.models import Shop
from shopify_app.shopify import admin, client
from shopify_app.shopify.bulk import Unfit
from shopify_app.shopify.bulk_file import FileAway
from shopify_app.shopify.tokens import NoToken

log = logging.getLogger(__name__)

FILE_TRIES = 4
"""So often a file is asked for before the orders are read by pages."""


def step() -> bool:
    """Go on with the shop that has waited longest; False if none waits."""
    claimed = _claim()
    if claimed:
        _go_on(claimed)
    return claimed is not None


def shops_due() -> Select[Shop]:
    """The shops whose import is to go on, the one that has waited longest first."""
    waiting = Shop.import_state.in_(("waiting", "running"))
    due = select(Shop).where(waiting, Shop.import_due_at <= clock.now())
    return due.order_by(Shop.import_due_at)


def _claim() -> Import | None:
    """A shop whose import waits, leased."""
    with database.writing() as session:
        shop = session.scalar(shops_due().limit(1).with_for_update(skip_locked=True))
        if shop is None:
            return None
        importing.claim(shop)
        since = shop.import_since or shop.installed_at - importing.REACH
        return Import(shop.id, shop.domain, since, importing.place(shop), shop.import_paged)


def _go_on(claimed: Import) -> None:
    try:
        with heartbeat.beating(partial(_renew, claimed.shop_id)):
            _take_further(claimed)
    except JobTimeoutException:
        raise
    except again.Overtaken:
        log.info("shop %d left, or began anew, while its orders were read", claimed.shop_id)
    except Exception as error:  # counted, so that an import that cannot go on is given up
        _failed(claimed.shop_id, error)


def _renew(shop_id: int) -> None:
    with database.writing() as session:
        importing.renew(session, shop_id)


def _take_further(claimed: Import) -> None:
    if claimed.paged:
        _read_page(claimed)
    else:
        bulk_import.go_on(claimed)


def _read_page(claimed: Import) -> None:
    """The orders of a page and the place of the next one, in one transaction."""
    page = admin.orders_page(claimed.shop_id, claimed.domain, claimed.since, claimed.place.cursor)
    after = Place(cursor=page.next_cursor) if page.next_cursor else None
    with database.writing() as session:
        shop = session.get_one(Shop, claimed.shop_id)
        importing.take(session, shop, page.orders, claimed.place, after)
        if after:
            importing.wait(shop, clock.now())


def _failed(shop_id: int, error: Exception) -> None:
    why = error if isinstance(error, client.ShopifyError | Unfit) else type(error).__name__
    log.warning("the import of shop %d waits: %s", shop_id, why)
    with database.writing() as session:
        shop = session.get_one(Shop, shop_id)
        if shop.import_state != "running":
            return
        name = type(error).__name__
        if isinstance(error, NoToken):  # it goes on when there is one again
            shop.import_error = name
            importing.wait(shop, clock.now() + again.WITHOUT_TOKEN)
        elif not shop.import_paged and _is_in_vain(shop, error):
            importing.turn_to_pages(shop, name)
        else:
            importing.failed(shop, name)


def _is_in_vain(shop: Shop, error: Exception) -> bool:
    """Whether the orders are not to be had in bulk: it was refused, or its file never comes.

    That Shopify itself does not answer says nothing of it.
    """
    never_comes = isinstance(error, FileAway) and shop.import_attempts + 1 >= FILE_TRIES
    return never_comes or isinstance(error, Unfit | client.Rejected)
