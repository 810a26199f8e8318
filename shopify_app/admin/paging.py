"""Pages of a long list by keyset: page 1,000 costs what page 1 costs, and no row is shown twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Label, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from shopify_app import database

SIZE = 50
CHUNK = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows, and the marks of where the next and the previous page begin (empty: no such)."""

    rows: list[T]
    next: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """By a moment, then by id: both down, or both up."""

    moment: InstrumentedAttribute[Any] | Label[Any]
    id: InstrumentedAttribute[Any] | Label[Any]
    down: bool = True

    def by(self, *, backwards: bool) -> list[ColumnElement[Any]]:
        """The ORDER BY, or its reverse."""
        columns = (self.moment, self.id)
        return [c.desc() if self.down is not backwards else c.asc() for c in columns]

    def beyond(self, mark: tuple[datetime, int], *, backwards: bool) -> ColumnElement[bool]:
        """What lies beyond a mark, in the order's direction or against it."""
        at, row_id = mark
        # The bound on the moment stands by itself, so that an index is entered where the page is.
        if self.down is not backwards:
            return and_(self.moment <= at, or_(self.moment < at, self.id < row_id))
        return and_(self.moment >= at, or_(self.moment > at, self.id > row_id))


def read(session: Session, wanted: Select[T], order: Order, *, after: str, before: str) -> Page[T]:
    """One page of `wanted`: what follows the mark `after`, or precedes `before`, or the first."""
    mark, backwards = _parse(before or after), bool(before)
    if mark:
        wanted = wanted.where(order.beyond(mark, backwards=backwards))
    found = list(session.scalars(wanted.order_by(*order.by(backwards=backwards)).limit(SIZE + 1)))
    more, rows = len(found) > SIZE, found[:SIZE]
    if backwards:
        rows.reverse()
    has_next, has_previous = (True, more) if backwards else (more, bool(mark))
    return Page(
        rows,
        next=_mark(order, rows, -1) if has_next and rows else "",
        previous=_mark(order, rows, 0) if has_previous and rows else "",
    )


def merged(
    session: Session, parts: Sequence[tuple[Select[Any], Order]], *, after: str, before: str
) -> Page[Any]:
    """One page of several tables as one list; their orders go the same way, and no two rows of
    them have both their moment and their id in common.
    """
    mark, backwards = _parse(before or after), bool(before)
    found: list[tuple[Any, datetime, int]] = []
    for wanted, order in parts:
        some = wanted.where(order.beyond(mark, backwards=backwards)) if mark else wanted
        keyed = some.add_columns(order.moment, order.id).order_by(*order.by(backwards=backwards))
        found += [(*row,) for row in session.execute(keyed.limit(SIZE + 1))]
    found.sort(key=lambda row: row[1:], reverse=parts[0][1].down is not backwards)
    more, rows = len(found) > SIZE, found[:SIZE]
    if backwards:
        rows.reverse()
    has_next, has_previous = (True, more) if backwards else (more, bool(mark))
    return Page(
        [row[0] for row in rows],
        next=_written(*rows[-1][1:]) if has_next and rows else "",
        previous=_written(*rows[0][1:]) if has_previous and rows else "",
    )


def chunks(wanted: Select[T], order: Order) -> Iterator[list[T]]:
    """All rows of `wanted`, some at a time, so that few are in memory and no reader stays open."""
    beyond: list[ColumnElement[bool]] = []
    while True:
        some = wanted.where(*beyond).order_by(*order.by(backwards=False)).limit(CHUNK)
        with database.reading() as session:
            rows = list(session.scalars(some))
        yield rows
        if len(rows) < CHUNK:
            return
        mark = (getattr(rows[-1], order.moment.key), getattr(rows[-1], order.id.key))
        beyond = [order.beyond(mark, backwards=False)]


def _mark(order: Order, rows: Sequence[Any], index: int) -> str:
    row = rows[index]
    return _written(getattr(row, order.moment.key), getattr(row, order.id.key))


def _written(at: datetime, row_id: int) -> str:
    return f"{at.astimezone(UTC).strftime('%Y%m%dT%H%M%S.%f')}~{row_id}"


def _parse(text: str) -> tuple[datetime, int] | None:
    """A mark of ours; anything else is as good as none."""
    at, _, row_id = text.partition("~")
    try:
        moment = datetime.strptime(at, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
        return (moment, int(row_id)) if -(2**63) <= int(row_id) < 2**63 else None
    except ValueError:
        return None
