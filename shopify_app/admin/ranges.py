"""Ranges of days, as the merchant chooses them in the shop's zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from shopify_app.admin import formats, links
from shopify_app.admin.language import _

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Beyond them no order lies, and some moments cannot be reckoned."""


@dataclass(frozen=True, slots=True)
class Range:
    """Days from `first` to `last`, both included; None: no bound. `chosen`: the merchant did it."""

    first: date | None
    last: date | None
    chosen: bool = False

    @property
    def start(self) -> datetime | None:
        """The first moment of the range, UTC."""
        return _midnight(self.first) if self.first else None

    @property
    def end(self) -> datetime | None:
        """The first moment after the range, UTC."""
        return _midnight(self.last + timedelta(days=1)) if self.last else None

    @property
    def words(self) -> str:
        """The range in words, such as `last 30 days`, `all dates`, `Nov 4 - Nov 14` or one day."""
        if self.first is None and self.last is None:
            return _("all dates")
        if self.first and self.first == self.last:
            return formats.day(self.first)
        if self.first and self.last == formats.today():
            return _("last %(n)s days", n=self.length)
        if self.first and self.last:
            return f"{formats.day(self.first)} – {formats.day(self.last)}"
        if self.first:
            return _("from %(day)s", day=formats.day(self.first))
        return _("until %(day)s", day=formats.day(self.last))

    @property
    def length(self) -> int:
        """How many days it is; 0 without bounds."""
        return (self.last - self.first).days + 1 if self.first and self.last else 0

    def before(self) -> Range:
        """The range of the same length that ends where this one begins."""
        if not (self.first and self.last):
            return self
        last = self.first - timedelta(days=1)
        return Range(last - timedelta(days=self.length - 1), last)


ANY = Range(None, None)


def last_days(count: int) -> Range:
    """The last `count` days, today included."""
    return Range(formats.today() - timedelta(days=count - 1), formats.today())


def presets(now: Range, *lengths: int, all_dates: bool = False) -> list[dict[str, object]]:
    """What the menu of dates offers besides two days: the last days, and if wished all dates.

    `now` is the range in force. The links are to the same page.
    """
    offered = [(_("Last %(n)s days", n=length), last_days(length)) for length in lengths]
    if all_dates:
        offered.append((_("All dates"), ANY))
    return [
        {
            "label": label,
            "href": links.here(from_=each.first or "any", to=each.last),
            "current": (each.first, each.last) == (now.first, now.last),
        }
        for label, each in offered
    ]


def chosen(arguments: Mapping[str, str], default: Range) -> Range:
    """The range in `from` and `to`; `from=any` is every date; what is no date is not given."""
    if arguments.get("from") == "any":
        return Range(None, None, chosen=True)
    first, last = _day(arguments.get("from", "")), _day(arguments.get("to", ""))
    if first is None and last is None:
        return default
    if first and last and first > last:
        first, last = last, first
    if first and not last:
        last = max(first, formats.today())
    return Range(first, last, chosen=True)


def is_day(text: str) -> bool:
    """Whether it is a date that a range can have."""
    return _day(text) is not None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), tzinfo=formats.zone()).astimezone(UTC)
