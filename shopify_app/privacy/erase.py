"""Erasing what is kept of a customer, or of a whole shop.

Source of the topics: shopify.dev, "Privacy law compliance". An order that was erased stays as a
number without a person in it, so that a late webhook brings nobody back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.actions import holding, letting_go, orders, uploads
from shopify_app.models import Base, Calls, CarrierAccount, Inbox, Shop

SHOP_REDACT = "shop/redact"


def customer(session: Session, shop: Shop, order_ids: Iterable[int], marks: Iterable[str]) -> None:
    """Erase the person from these orders, and from bodies set aside that hold one of `marks`.

    Their parcels are looked at no more, by us or by a provider.
    """
    ids = sorted(set(order_ids))
    for order_id in ids:
        order = holding.hold(session, shop.id, order_id)
        order.redacted_at = order.redacted_at or clock.now()
        letting_go.of_order(session, order)
        orders.forget_customer(session, order)
    if marks := [*filter(None, marks)]:
        uploads.forget_texts(session, shop)  # nobody can tell who is in a file, and who is not
    _empty_bodies(session, shop, [*map(str, ids), *marks])
    database.after_commit(session, "forget freed pages", database.forget_freed_pages)


def shop(session: Session, gone: Shop) -> None:
    """Erase every row of a shop, its key and its bodies. The caller has proof that it left.

    Of numbers that its providers still look at, the number and the key stay until they are stopped.
    """
    letting_go.of_shop(session, gone)
    for table in reversed(Base.metadata.sorted_tables):
        if "shop_id" in table.c:
            session.execute(delete(table).where(table.c.shop_id == gone.id))
    own = select(CarrierAccount.id).where(CarrierAccount.owner_id == gone.id)
    session.execute(delete(Calls).where(Calls.account_id.in_(own)))
    session.execute(delete(CarrierAccount).where(CarrierAccount.owner_id == gone.id))
    bodies = delete(Inbox).where(Inbox.account.in_(gone.domains), Inbox.topic != SHOP_REDACT)
    session.execute(bodies)
    session.execute(delete(Shop).where(Shop.id == gone.id))
    database.after_commit(session, "forget freed pages", database.forget_freed_pages)


def _empty_bodies(session: Session, shop: Shop, marks: list[str]) -> None:
    """What could not be applied lies in the inbox with its body; who is in it goes too."""
    failed = or_(Inbox.state == "set_aside", (Inbox.state == "waiting") & (Inbox.failures > 0))
    aside = select(Inbox).where(Inbox.account.in_(shop.domains), failed)
    for row in session.scalars(aside):
        told = _told(row.body)
        if any(mark.casefold() in told for mark in marks):
            row.body, row.state, row.note = b"", "ignored", "erased for its customer"


def _told(body: bytes) -> str:
    """What stands in a body, as it came and with JSON's escapes undone; without regard to case."""
    text = body.decode(errors="replace")
    try:
        text = "\n".join([text, *_values(json.loads(text))])
    except (ValueError, RecursionError):
        pass  # it is no JSON that can be read, which may be why it was set aside
    return text.casefold()


def _values(body: Any) -> Iterator[str]:
    if not isinstance(body, dict | list):
        yield str(body)
        return
    for each in body.values() if isinstance(body, dict) else body:
        yield from _values(each)
