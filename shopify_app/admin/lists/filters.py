"""The filters of a list of orders: a page's address, read and checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from shopify_app.actions.attention import RULES
from shopify_app.actions.facets import CARRIER, COUNTRY, TAG
from shopify_app.admin import ranges
from shopify_app.admin.language import _
from shopify_app.admin.ranges import ANY, Range
from shopify_app.domain.status import Reason, Status
from shopify_app.numbers import whole

MEND = "mend"
"""Stands among the statuses of an address for the numbers that are to be mended."""
PLACED, FULFILLED = "placed", "fulfilled"
NEWEST, OLDEST, SILENT, STATUS, ATTENTION = "newest", "oldest", "silent", "status", "attention"
SORTS = (NEWEST, OLDEST, ATTENTION, STATUS, SILENT)
LONGEST_SILENCE = 365


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to, and its order. Empty: not narrowed.

    `tracked`: only orders of which something is to be shipped, or was.
    `dates` are those of `by`: when it was placed, or fulfilled. `silent`: no news for so many days.
    `remarks` say what in the address meant nothing.
    """

    tracked: bool = True
    dates: Range = ANY
    by: str = PLACED
    statuses: tuple[str, ...] = ()
    mend: bool = False
    reason: str = ""
    attention: bool = False
    rule: str = ""
    unnumbered: bool = False
    carrier: str = ""
    country: str = ""
    tag: str = ""
    silent: int = 0
    q: str = ""
    sort: str = NEWEST
    remarks: tuple[str, ...] = ()

    def status_words(self, *, mend: bool) -> str:
        """The status filter as an address has it, with or without MEND."""
        return ",".join((*self.statuses, MEND) if mend else self.statuses)

    @property
    def alone(self) -> str:
        """The one thing that is filtered by: `attention`, `mend`, `unnumbered`, `unfulfilled`.

        Empty if it is nothing, `more` if it is anything else.
        """
        plain = Filters(tracked=self.tracked, dates=self.dates, sort=self.sort)
        if self.dates.chosen or self.remarks:
            return "more"
        views = {
            "": plain,
            "attention": replace(plain, attention=True),
            "mend": replace(plain, mend=True),
            "unnumbered": replace(plain, unnumbered=True),
            "unfulfilled": replace(plain, statuses=(str(Status.UNFULFILLED),)),
        }
        return next((name for name, view in views.items() if view == self), "more")

    @property
    def facets(self) -> list[tuple[str, str]]:
        """The facets of an order that it is to have: kind and value."""
        chosen = ((TAG, self.tag), (CARRIER, self.carrier), (COUNTRY, self.country))
        return [(kind, value) for kind, value in chosen if value]

    @property
    def searched(self) -> str:
        """What a search is among, in the words of `alone`; empty for the whole list."""
        return replace(self, q="").alone

    @property
    def silence(self) -> timedelta:
        """How long nobody has told of it."""
        return timedelta(days=self.silent)

    @property
    def narrowed(self) -> bool:
        """Whether the merchant chose anything but the order."""
        more = (self.unnumbered, self.carrier, self.country, self.tag, self.silent)
        chosen = (self.statuses, self.mend, self.reason, self.attention, self.q)
        return self.dates.chosen or any(chosen) or any(more)


class _Address:
    """Takes values out of an address, and remembers those that mean nothing."""

    def __init__(self, arguments: Mapping[str, str]) -> None:
        self._arguments = arguments
        self.remarks: list[str] = []

    def text(self, name: str) -> str:
        return self._arguments.get(name, "").strip()

    def one(self, name: str, known: Collection[str], default: str = "") -> str:
        """One of the `known` words."""
        value = self.text(name)
        if value and value not in known:
            self._unknown(value)
        return value if value in known else default

    def many(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """Those of the known words that stand there, parted by commas."""
        words = [word.strip() for word in self.text(name).split(",") if word.strip()]
        for word in words:
            if word not in known:
                self._unknown(word)
        return tuple(word for word in known if word in words)

    def days(self, name: str) -> int:
        """A number of days, 0 for none."""
        value = self.text(name)
        if not value:
            return 0
        if found := whole(value, LONGEST_SILENCE):
            return found
        self.remarks.append(_("Days are a number from 1 to %(n)s.", n=LONGEST_SILENCE))
        return 0

    def dates(self, default: Range) -> Range:
        for name in ("from", "to"):
            value = self.text(name)
            if value not in {"", "any"} and not ranges.is_day(value):
                self._unknown(value)
        return ranges.chosen(self._arguments, default)

    def _unknown(self, value: str) -> None:
        self.remarks.append(_("“%(value)s” is no filter, so it was left out.", value=value[:40]))


def read(arguments: Mapping[str, str], default: Range = ANY, *, tracked: bool = True) -> Filters:
    """The filters in an address; `default` are the dates where none are chosen.

    What is to be done, is silent or is searched for is shown of all dates.
    """
    address = _Address(arguments)
    statuses = address.many("status", (*Status, MEND))
    rule = address.one("rule", RULES)
    attention = address.text("attention") == "1"
    silent, q, mend = address.days("silent"), address.text("q"), MEND in statuses
    sort = address.one("sort", SORTS)
    return Filters(
        tracked=tracked,
        dates=address.dates(ANY if attention or q or mend or silent else default),
        by=address.one("by", (PLACED, FULFILLED), PLACED),
        statuses=tuple(str(each) for each in statuses if each != MEND),
        mend=mend,
        reason=address.one("reason", tuple(Reason)),
        attention=attention,
        rule=rule if attention else "",
        unnumbered=address.text("number") == "none",
        carrier=address.text("carrier"),
        country=address.text("country").upper(),
        tag=address.text("tag"),
        silent=silent,
        q=q,
        sort=sort or (ATTENTION if attention else SILENT if silent else NEWEST),
        remarks=tuple(address.remarks),
    )
