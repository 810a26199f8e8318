"""Whether Shopify withholds who the customers are: protected customer data that was not granted.

Shopify then leaves the fields of every order empty, which the newest orders show.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.admin.language import N_, _
from shopify_app.models import Order

NEWEST, FEWEST = 10, 3
"""So many orders are looked at; with fewer it may be chance."""
_WORDS = {"customer_name": N_("names"), "email_hash": N_("email addresses")}


def withheld(session: Session, shop_id: int) -> str:
    """What is missing in all of the newest orders that ship, in words; empty if nothing is."""
    fields = [getattr(Order, name) for name in _WORDS]
    newest = select(*fields).where(
        Order.shop_id == shop_id,
        Order.placed_at.is_not(None),
        Order.redacted_at.is_(None),
        Order.ships,
    )
    rows = session.execute(newest.order_by(Order.placed_at.desc()).limit(NEWEST)).all()
    if len(rows) < FEWEST:
        return ""
    missing = [name for at, name in enumerate(_WORDS) if not any(row[at] for row in rows)]
    return _(" and ").join(_(_WORDS[name]) for name in missing)
