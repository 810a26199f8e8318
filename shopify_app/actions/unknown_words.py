"""Counting the words of carriers that our tables do not know, so that somebody teaches us."""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.models import UnknownWord

log = logging.getLogger(__name__)
LONGEST = 100


def count(session: Session, source: str, word: str) -> None:
    """A source used a word that means nothing to us; `doctor` lists them."""
    word = word[:LONGEST]
    row = session.get(UnknownWord, (source, word), with_for_update=True)
    if row is None:
        log.warning("unknown status %s from %s", word, source)
        row = UnknownWord(source=source, word=word, count=0)
        session.add(row)
    row.count, row.last_at = row.count + 1, clock.now()
    session.flush()
