"""What an order at Shopify tells of its parcels: one tag and one metafield.

Both are for the merchant's own searches, Flow and theme, so their words are fixed and English.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shopify_app.domain.status import SHIPMENT_STATUSES, Status

NAMESPACE, KEY = "retrack", "tracking"
PREFIX = "Retrack: "
ATTENTION = f"{PREFIX}Requires attention"
_OF_STATUS: dict[Status, str] = {
    status: f"{PREFIX}{status.value.replace('_', ' ').capitalize()}" for status in SHIPMENT_STATUSES
}
OURS = frozenset({ATTENTION, *_OF_STATUS.values()})
"""The tags that are ours to take off again; another one of this prefix is somebody else's."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What an order is to tell. None: that is not ours to write."""

    tags: frozenset[str] | None = None
    metafield: str | None = None

    @property
    def text(self) -> str:
        """All of it in one text: another one means that something is to be written."""
        told = [sorted(self.tags) if self.tags is not None else None, self.metafield]
        return json.dumps(told, separators=(",", ":")) if any(told) else ""


def tags(status: str, *, attention: bool) -> frozenset[str]:
    """The tags of an order: that of its status, if it has a parcel, and that it needs attention."""
    own = {_OF_STATUS[Status(status)]} if status in _OF_STATUS else set()
    return frozenset(own | ({ATTENTION} if own and attention else set()))


def metafield(status: str, numbers: Iterable[str], last_event_at: datetime | None) -> str:
    """The value of the metafield, a JSON object; times are UTC in whole seconds."""
    at = last_event_at.astimezone(UTC) if last_event_at else None
    told = {
        "status": status,
        "numbers": list(numbers),
        "last_checkpoint_at": f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None,
    }
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def tag_changes(now: Sequence[str], wanted: frozenset[str]) -> tuple[list[str], list[str]]:
    """Which tags to add and which to take off; Shopify tells tags apart without regard to case."""
    have = {tag.casefold() for tag in now}
    add = sorted(tag for tag in wanted if tag.casefold() not in have)
    keep = {tag.casefold() for tag in wanted}
    ours = {tag.casefold() for tag in OURS}
    return add, [tag for tag in now if tag.casefold() in ours - keep]
