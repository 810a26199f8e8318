"""Fulfillment progress: the orders of a range of days, where they are, and the range before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask import g, render_template, request
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.admin import formats, ranges
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.progress import cohort
from shopify_app.admin.progress.cohort import Cohort, Counts, Takes
from shopify_app.admin.ranges import Range
from shopify_app.domain.status import Status
from shopify_app.models import Order

DEFAULT_DAYS = 7
LONGEST = 366
MOST_COLUMNS = 62
"""Beyond so many days a column of the chart is a week."""
ROWS_OF_DAYS = 10
PARTS = ("delivered", "moving", "waiting", "problem")
"""Of a column, from the bottom up."""
_PART_OF = {
    Status.DELIVERED: "delivered",
    Status.IN_TRANSIT: "moving",
    Status.PICK_UP: "moving",
    Status.PENDING: "waiting",
    Status.UNFULFILLED: "waiting",
}
"""What an order counts as in the columns; whatever is not named here is a problem."""


@dataclass(frozen=True, slots=True)
class Column:
    """The orders of some days, by the parts of a column."""

    first: date
    last: date
    parts: Counter[str]
    attention: Counter[str]

    @property
    def label(self) -> str:
        """Its days in words."""
        first, last = (formats.unbroken(formats.day(each)) for each in (self.first, self.last))
        return first if first == last else f"{first} – {last}"

    @property
    def total(self) -> int:
        """All orders of them."""
        return self.parts.total()


@dataclass(frozen=True, slots=True)
class Side:
    """What is told of a range: of the one chosen, or of the one before as it stood at its end."""

    counts: Counts
    placed: int
    fulfilled: int
    to_fulfill: Takes
    to_deliver: Takes

    @property
    def parts(self) -> Counter[str]:
        """Its orders by the parts of a column."""
        return _parts(self.counts.orders)


@blueprint.get("/progress")
def progress_page() -> str:
    """The figures of the orders fulfilled (or, with `by=placed`, placed) in the range, by day."""
    by_placed, chosen = _asked(request.args)
    these, before = _cohort(chosen, by_placed), _cohort(chosen.before(), by_placed)
    size = 1 if chosen.length <= MOST_COLUMNS else 7
    with database.reading() as session:
        columns = _columns(session, these, chosen, size)
        now = _side(session, these)
        then = _side(session, replace(before, then=min(before.end, clock.now())))
    return render_template(
        "admin/progress.html",
        chosen=chosen,
        by_placed=by_placed,
        highlight=request.args.get("attention") == "1",
        columns=[_drawn(column, columns) for column in columns],
        rows=_rows(columns, size),
        now=now,
        before=then,
        takes=_takes(now, then),
    )


def days_of(arguments: Mapping[str, str]) -> list[Column]:
    """The days that a page of this address tells of, one by one."""
    by_placed, chosen = _asked(arguments)
    with database.reading() as session:
        return _columns(session, _cohort(chosen, by_placed), chosen, size=1)


def _asked(arguments: Mapping[str, str]) -> tuple[bool, Range]:
    chosen = _bounded(ranges.chosen(arguments, ranges.last_days(DEFAULT_DAYS)))
    return arguments.get("by") == "placed", chosen


def _bounded(chosen: Range) -> Range:
    """Both ends set, and no more than a year between them."""
    last = chosen.last or formats.today()
    first = chosen.first or last - timedelta(days=DEFAULT_DAYS - 1)
    return Range(max(first, last - timedelta(days=LONGEST - 1)), last, chosen.chosen)


def _cohort(chosen: Range, by_placed: bool) -> Cohort:
    moment = Order.placed_at if by_placed else Order.fulfilled_at
    return Cohort(g.shop.id, moment, *_span(chosen))


def _span(chosen: Range) -> tuple[datetime, datetime]:
    now = clock.now()
    return chosen.start or now, chosen.end or now


def _side(session: Session, of: Cohort) -> Side:
    placed = replace(of, moment=Order.placed_at)
    found = cohort.counts(session, of)
    by_placed = of.moment is Order.placed_at
    return Side(
        found,
        found.total if by_placed else cohort.counts(session, replace(placed, then=None)).total,
        cohort.fulfilled(session, of) if by_placed else found.total,
        cohort.takes(session, of, Order.placed_at, Order.fulfilled_at),
        cohort.takes(session, of, Order.fulfilled_at, Order.delivered_at),
    )


def _columns(session: Session, of: Cohort, chosen: Range, size: int) -> list[Column]:
    """A column for each `size` days."""
    first, last = chosen.first or formats.today(), chosen.last or formats.today()
    begins = [first + timedelta(days=n) for n in range(0, chosen.length, size)]
    days = [(begin, min(begin + timedelta(days=size - 1), last)) for begin in begins]
    found = cohort.by_bucket(session, of, [_span(Range(*each)) for each in days])
    return [
        Column(*each, _parts(counts.orders), _parts(counts.attention))
        for each, counts in zip(days, found, strict=True)
    ]


def _parts(counted: Counter[Status]) -> Counter[str]:
    parts: Counter[str] = Counter()
    for status, count in counted.items():
        parts[_PART_OF.get(status, "problem")] += count
    return parts


def _rows(columns: Sequence[Column], size: int) -> list[Column]:
    """The columns as rows of the table: of many days weeks, of weeks four at a time."""
    few = len(columns) <= ROWS_OF_DAYS
    step = 4 if size > 1 else 1 if few else 7
    return [_together(columns[n : n + step]) for n in range(0, len(columns), step)]


def _together(columns: Sequence[Column]) -> Column:
    def all_of(counted: Iterable[Counter[str]]) -> Counter[str]:
        return sum(counted, Counter())

    return Column(
        columns[0].first,
        columns[-1].last,
        all_of(column.parts for column in columns),
        all_of(column.attention for column in columns),
    )


def _drawn(column: Column, columns: Sequence[Column]) -> dict[str, object]:
    """A column as the chart draws it; of many only some have their date below."""
    every = max(1, len(columns) // 7)
    ticked = len(columns) <= ROWS_OF_DAYS or columns.index(column) % every == 0
    return {
        "title": f"{column.label}: {column.total}",
        "tick": formats.day(column.first) if ticked else "",
        "parts": {part: column.parts[part] for part in PARTS},
        "attention": dict(column.attention),
    }


def _takes(now: Side, before: Side) -> list[dict[str, object]]:
    """The lines of the chart of durations; a step that nobody made has none."""
    found: list[dict[str, object]] = []
    for step in ("to_fulfill", "to_deliver"):
        for side in (now, before):
            took: Takes = getattr(side, step)
            if took.count:
                ends = {"p50": took.half, "p90": took.nine_in_ten}
                found.append({"step": step, "before": side is before, **ends})
    return found
