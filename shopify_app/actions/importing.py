"""A store's earlier orders are read once, after an install. How far that is stands in its row.

What is found and the place behind it are one transaction, so that a job that dies goes on where it
was. What was fulfilled before the install is marked as imported by the action that takes an order:
no message and no write-back comes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from shopify_app import clock, queue
from shopify_app.actions import again, following, orders, reconciling
from shopify_app.domain.facts import OrderFacts
from shopify_app.models import Shop

REACH = timedelta(days=60)
"""Without `read_all_orders` Shopify shows the last 60 days."""
FARTHEST = timedelta(days=365)
"""How far back the import goes where Shopify shows all."""
MOST_TRIES = 8
LEASE = timedelta(seconds=40)
"""An import whose worker died goes on after it; while one works it is renewed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an import goes on: behind so many bytes of an operation's file, or at a page."""

    operation: str = ""
    at: int = 0
    cursor: str = ""


def begin(session: Session, shop: Shop) -> None:
    """Start reading the store's orders from the beginning."""
    shop.import_since = shop.installed_at - (FARTHEST if shop.may_read_all_orders else REACH)
    shop.import_state, shop.import_paged, shop.import_error = "waiting", False, ""
    shop.import_attempts = shop.import_expected = 0
    _from_the_start(shop)
    shop.tidy_at = clock.now() + timedelta(days=1)
    shop.import_due_at = clock.now()
    session.flush()
    queue.wake_after_commit(session, "bulk")


def reach_further(session: Session, shop: Shop) -> None:
    """The store may show more than it did: if it does, its orders are read again, as far as that.

    Those that are known are passed by.
    """
    farthest = shop.installed_at - FARTHEST
    if shop.installed and shop.may_read_all_orders and shop.import_since != farthest:
        begin(session, shop)


def try_again(session: Session, shop: Shop) -> None:
    """Go on with an import that was given up, where it stopped."""
    if shop.import_state == "failed":
        shop.import_state, shop.import_attempts = "waiting", 0
        wake(session, shop)


def wake(session: Session, shop: Shop) -> None:
    """There is news for the import: it goes on now."""
    if shop.importing:
        shop.import_due_at = clock.now()
        queue.wake_after_commit(session, "bulk")


def place(shop: Shop) -> Place:
    """Where the shop's import goes on."""
    return Place(shop.import_operation, shop.import_place, shop.import_cursor)


def claim(shop: Shop) -> None:
    """Be the one who goes on with the import, for as long as the lease is renewed."""
    shop.import_state, shop.import_due_at = "running", clock.now() + LEASE


def renew(session: Session, shop_id: int) -> None:
    """Whoever goes on with the import still works; one that is due or has ended stays as it is."""
    leased = update(Shop).where(
        Shop.id == shop_id, Shop.import_state == "running", Shop.import_due_at > clock.now()
    )
    session.execute(leased.values(import_due_at=clock.now() + LEASE))


def take(
    session: Session,
    shop: Shop,
    found: Sequence[OrderFacts],
    before: Place,
    after: Place | None,
    expected: int = 0,
) -> None:
    """Some orders, and the place behind them; None if they are the last. Raises Overtaken."""
    orders.record_orders(session, shop, found)
    hold(session, shop, before)
    shop.imported_orders += len(found)
    shop.import_attempts, shop.import_error = 0, ""
    shop.import_expected = expected or shop.import_expected
    if after is None:
        _end(session, shop)
    else:
        _go_to(shop, after)
        shop.import_due_at = clock.now() + LEASE


def hold(session: Session, shop: Shop, before: Place) -> None:
    """Be the only one who changes the import. Raises Overtaken if it is not at this place."""
    session.refresh(shop, with_for_update=True)
    if shop.import_state != "running" or place(shop) != before:
        raise again.Overtaken


def started(shop: Shop, operation: str, expected: int) -> None:
    """Shopify puts the orders together; it has about so many."""
    _go_to(shop, Place(operation))
    shop.import_expected = expected


def wait(shop: Shop, until: datetime) -> None:
    """Nothing is to be done before then."""
    shop.import_due_at = until


def start_over(shop: Shop) -> None:
    """The operation is of no use any more: another one is run."""
    _from_the_start(shop)
    shop.import_due_at = clock.now()


def turn_to_pages(shop: Shop, why: str) -> None:
    """No bulk operation gives the orders: they are read page by page."""
    _from_the_start(shop)
    shop.import_paged, shop.import_attempts, shop.import_error = True, 0, why
    shop.import_due_at = clock.now()


def failed(shop: Shop, why: str) -> None:
    """It could not go on: it waits, longer each time, and is at last given up."""
    shop.import_error = why
    shop.import_attempts += 1
    shop.import_due_at = clock.now() + again.after(shop.import_attempts)
    if shop.import_attempts >= MOST_TRIES:
        shop.import_state = "failed"


def _from_the_start(shop: Shop) -> None:
    _go_to(shop, Place())
    shop.imported_orders = shop.import_listed = 0


def _go_to(shop: Shop, to: Place) -> None:
    shop.import_operation, shop.import_place, shop.import_cursor = to.operation, to.at, to.cursor


def _end(session: Session, shop: Shop) -> None:
    _go_to(shop, Place())
    shop.import_state, shop.import_due_at = "done", None
    following.catch_up(session, shop)
    shop.reconcile_at = clock.now() + reconciling.EVERY
