"""A row of the outbox whose time has come, and what may keep it from going out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Due:
    """One row that is ours to send, since `sending_since`."""

    id: int
    shop_id: int
    channel: str
    event: str
    order_id: int | None
    fulfillment_id: int | None
    happened_at: datetime | None
    attempts: int
    insisted: bool
    sending_since: datetime


@dataclass(frozen=True, slots=True)
class Became:
    """What has become of a row that was ours: its columns that `changed`.

    `also` is what follows from it for others, in the same transaction.
    """

    row: Due
    changed: dict[str, Any]
    also: Callable[[Session], None] | None = None


class Suppressed(Exception):
    """Nothing is to be sent any more; says why, by a key."""


class NotYet(Exception):
    """The hour is not fit for it; says which one is."""

    def __init__(self, due_at: datetime) -> None:
        super().__init__(due_at.isoformat())
        self.due_at = due_at


Sending = Callable[[], str]
"""Sends what was made ready and returns the id the other side gave."""
