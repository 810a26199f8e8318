"""The commands that erase a store, or a customer."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shopify_app import database
from shopify_app.actions import shops
from shopify_app.bootstrap import refuse_unmigrated, wire
from shopify_app.models import Order, Shop
from shopify_app.numbers import whole
from shopify_app.privacy import erase
from shopify_app.settings import Settings


def erase_shop(settings: Settings, *, domain: str, yes: bool, force: bool) -> int:
    """Erase all that is kept of a store, as Shopify's shop/redact does."""
    wire(settings)
    refuse_unmigrated()
    with database.reading() as session:
        found = _of_name(session, domain)
    if found is None:
        return 1
    if found.installed and not force:
        print(f"the app is on {domain}: uninstall it there first, or --force", file=sys.stderr)
        return 1
    if not yes and not _is_typed_again(domain):
        print("that is another domain: nothing was erased", file=sys.stderr)
        return 1
    with database.writing() as session:
        gone = shops.by_domain(session, domain)
        if gone is not None and gone.id == found.id:
            erase.shop(session, gone)
    print(f"{domain} is erased; it is still in backups that were made before")
    return 0


def erase_customer(settings: Settings, *, domain: str, orders: Sequence[str], apply: bool) -> int:
    """Erase the customer of these orders of a store, as Shopify's customers/redact does."""
    wire(settings)
    refuse_unmigrated()
    with database.writing() as session:
        shop = _of_name(session, domain)
        if shop is None:
            return 1
        found = [order for word in orders for order in _orders(session, shop, word)]
        if len(found) < len(orders):
            return 1
        print("the customer of", *sorted(order.name for order in found), end=" ")
        if apply:
            marks = {mark for order in found for mark in (order.email, order.phone)}
            erase.customer(session, shop, [order.id for order in found], sorted(marks))
    print("is erased" if apply else "would be erased; --apply erases")
    return 0


def _orders(session: Session, shop: Shop, word: str) -> list[Order]:
    """The one order of this id or name; if there is not exactly one, that is said."""
    named = or_(Order.id == whole(word), Order.name.in_((word, f"#{word}")))
    found = session.scalars(select(Order).where(Order.shop_id == shop.id, named)).all()
    if len(found) == 1:
        return [*found]
    several = f": say which by its id: {', '.join(str(each.id) for each in found)}"
    print(
        f"{len(found) or 'no'} orders {word} of {shop.domain}" + several * bool(found),
        file=sys.stderr,
    )
    return []


def _of_name(session: Session, domain: str) -> Shop | None:
    """The store that has this name now, not one that had it; if there is none, that is said."""
    found = shops.by_domain(session, domain)
    if found is not None and found.domain == domain:
        return found
    print(f"no shop {domain}", file=sys.stderr)
    return None


def _is_typed_again(domain: str) -> bool:
    try:
        return input(f"All of {domain} will be gone. Type its domain once more: ") == domain
    except EOFError:
        return False
