"""Fulfillment progress: the orders fulfilled in a range of days, and where they are now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import g, render_template, request
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shopify_app import clock, database
from shopify_app.admin import formats, ranges
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.ranges import Range
from shopify_app.domain.status import Status
from shopify_app.models import Order

DEFAULT_DAYS = 7
Moment = InstrumentedAttribute[datetime | None]
LONGEST = 366
DAYS_IN_TABLE = 10
PARTS = {
    Status.DELIVERED: "delivered",
    Status.IN_TRANSIT: "moving",
    Status.PICK_UP: "moving",
    Status.PENDING: "waiting",
    Status.UNFULFILLED: "waiting",
}
"""What an order counts as in the columns; whatever is not named here is a problem."""


@dataclass(slots=True)
class Day:
    """The orders of one day, by part; `attention` counts those of them that require it."""

    on: date
    parts: Counter[str] = field(default_factory=Counter)
    attention: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All orders of the day."""
        return self.parts.total()


@dataclass(frozen=True, slots=True)
class Found:
    """One order of the range: when, where it is, whether it requires attention."""

    at: datetime
    status: Status
    attention: bool


@blueprint.get("/progress")
def progress_page() -> str:
    """The figures of the orders fulfilled (or, with `by=placed`, placed) in the range, by day."""
    column, chosen = _asked(request.args)
    with database.reading() as session:
        found = _orders(session, column, chosen)
        before = _count(session, column, chosen.before())
    days = _days(found, chosen)
    return render_template(
        "admin/progress.html",
        chosen=chosen,
        by_placed=column is Order.placed_at,
        highlight=request.args.get("attention") == "1",
        columns=[_column(day, len(days)) for day in days],
        rows=_rows(days),
        statuses=Counter(order.status for order in found),
        attention=Counter(order.status for order in found if order.attention),
        total=len(found),
        before=before,
        parts=sum((day.parts for day in days), Counter()),
    )


def days_of(arguments: Mapping[str, str]) -> list[Day]:
    """The days that a page of this address shows."""
    column, chosen = _asked(arguments)
    with database.reading() as session:
        return _days(_orders(session, column, chosen), chosen)


def _asked(arguments: Mapping[str, str]) -> tuple[Moment, Range]:
    column = Order.placed_at if arguments.get("by") == "placed" else Order.fulfilled_at
    return column, _bounded(ranges.chosen(arguments, ranges.last_days(DEFAULT_DAYS)))


def _bounded(chosen: Range) -> Range:
    """Both ends set, and no more than a year between them."""
    last = chosen.last or formats.today()
    first = chosen.first or last - timedelta(days=DEFAULT_DAYS - 1)
    return Range(max(first, last - timedelta(days=LONGEST - 1)), last, chosen.chosen)


def _orders(session: Session, column: Moment, chosen: Range) -> Sequence[Found]:
    now = clock.now()
    wanted = select(column, Order.status, Order.attention_from).where(*_in_range(column, chosen))
    return [
        Found(at, Status(status), bool(since and since <= now))
        for at, status, since in session.execute(wanted)
        if at
    ]


def _count(session: Session, column: Moment, chosen: Range) -> int:
    counted = select(func.count()).select_from(Order).where(*_in_range(column, chosen))
    return session.scalar(counted) or 0


def _in_range(column: Moment, chosen: Range) -> tuple[ColumnElement[bool], ...]:
    shown = (Order.shop_id == g.shop.id, Order.placed_at.is_not(None), Order.status != "")
    return (*shown, column >= chosen.start, column < chosen.end)


def _days(found: Sequence[Found], chosen: Range) -> list[Day]:
    first, last = chosen.first or formats.today(), chosen.last or formats.today()
    days = [Day(first + timedelta(days=n)) for n in range((last - first).days + 1)]
    by_date = {day.on: day for day in days}
    for order in found:
        part = PARTS.get(order.status, "problem")
        day = by_date[formats.local(order.at).date()]
        day.parts[part] += 1
        day.attention[part] += order.attention
    return days


@dataclass(slots=True)
class Row:
    """A day of the table, or a week where the range is long."""

    label: str
    parts: Counter[str] = field(default_factory=Counter)
    attention: int = 0

    @property
    def total(self) -> int:
        """All orders of the row."""
        return self.parts.total()


def _rows(days: list[Day]) -> list[Row]:
    size = 1 if len(days) <= DAYS_IN_TABLE else 7 if len(days) <= 7 * DAYS_IN_TABLE else 31
    return [_row(days[start : start + size]) for start in range(0, len(days), size)]


def _row(days: list[Day]) -> Row:
    first, last = formats.day(days[0].on), formats.day(days[-1].on)
    row = Row(first if first == last else f"{first} – {last}")
    for day in days:
        row.parts += day.parts
        row.attention += day.attention.total()
    return row


def _column(day: Day, count: int) -> dict[str, object]:
    """A day as the chart draws it; of many days only some have their date below."""
    every = max(1, count // 7)
    ticked = count <= DAYS_IN_TABLE or (day.on.toordinal() % every == 0)
    return {
        "title": f"{formats.day(day.on)}: {day.total}",
        "tick": formats.day(day.on) if ticked else "",
        "parts": {part: day.parts[part] for part in ("delivered", "moving", "waiting", "problem")},
        "attention": dict(day.attention),
    }
