"""Reading what a provider told, whatever it is: what is not of the kind asked for is empty."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any

from shopify_app.domain.facts import Checkpoint, plain

_NEVER = datetime.min.replace(tzinfo=UTC)


def text(value: object) -> str:
    """A text or number as a text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return plain(str(value))


def count(value: object) -> int:
    """A whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def mapping(value: object) -> dict[str, Any]:
    """A JSON object."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[dict[str, Any]]:
    """The objects of a JSON list."""
    items: Iterable[object] = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict)]


def newest_first(checkpoints: Iterable[Checkpoint]) -> tuple[Checkpoint, ...]:
    """Checkpoints as a `Snapshot` has them; those without a time are the oldest."""
    return tuple(sorted(checkpoints, key=lambda c: c.happened_at or _NEVER, reverse=True))


def moment(value: object, zone: tzinfo = UTC) -> datetime | None:
    """A moment in ISO 8601 as UTC; one without an offset is taken in this zone."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):  # no time, or one beyond all years
        return None
