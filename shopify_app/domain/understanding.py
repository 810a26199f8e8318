"""What a source's word amounts to by the tables of today: its reading."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from shopify_app.domain import event_text, status_map
from shopify_app.domain.shipment import Reading
from shopify_app.domain.status import TERMINAL, Reason


def understand(
    source: str, code: str, happened_at: datetime | None, read_at: datetime, texts: Collection[str]
) -> Reading | None:
    """The reading of `code`, said of an event with these texts; None for an unknown word.

    The texts are those of the events of that very moment, in whatever order.
    """
    meaning = status_map.meaning(source, code)
    if meaning is None:
        return None
    return Reading(
        source=source,
        status=meaning.status,
        reason=_reason(meaning, texts),
        code=code,
        happened_at=happened_at,
        read_at=read_at,
        terminal_at=happened_at if meaning.status in TERMINAL else None,
        not_found=meaning.not_found,
        version=status_map.VERSION,
    )


def _reason(meaning: status_map.Meaning, texts: Collection[str]) -> Reason | None:
    """Why, by the code; where that does not tell, by the words of the newest event."""
    if meaning.reason is not Reason.OTHER:
        return meaning.reason
    return event_text.reason(meaning.status, sorted(texts)) or Reason.OTHER
