"""How a page changes something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g
from sqlalchemy.orm import Session

from shopify_app import database
from shopify_app.models import Shop


@contextmanager
def changing() -> Iterator[tuple[Session, Shop]]:
    """One write transaction, and in it the shop whose page it is."""
    with database.writing() as session:
        yield session, session.get_one(Shop, g.shop.id)
