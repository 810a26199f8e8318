"""The filters of a list in words, each with the address of the list without it."""

from __future__ import annotations

from collections.abc import Iterator

from shopify_app.admin import formats, links, words
from shopify_app.admin.language import _, ngettext
from shopify_app.admin.lists.filters import Filters

Chip = dict[str, str]


def of(filters: Filters) -> list[Chip]:
    """The filters in force that no tab and no button of the page shows."""
    return [{"label": label, "href": links.here(**without)} for label, without in _chips(filters)]


def _chips(filters: Filters) -> Iterator[tuple[str, dict[str, str]]]:
    if filters.q:
        yield _("Search: %(q)s", q=filters.q), {"q": ""}
    if len(filters.statuses) > 1 or (filters.statuses and not filters.tracked):
        named = ", ".join(map(words.status, filters.statuses))
        left = "mend" if filters.mend else ""
        yield _("Status: %(status)s", status=named), {"status": left}
    if filters.reason:
        yield _("Reason: %(reason)s", reason=words.reason(filters.reason)), {"reason": ""}
    if filters.unnumbered:
        yield _("No tracking number"), {"number": ""}
    if filters.carrier:
        yield _("Carrier: %(carrier)s", carrier=filters.carrier), {"carrier": ""}
    if filters.country:
        named = formats.country(filters.country)
        yield _("Country: %(country)s", country=named), {"country": ""}
    if filters.tag:
        yield _("Tag: %(tag)s", tag=filters.tag), {"tag": ""}
    if filters.silent:
        silence = ngettext("No news for %(n)s day", "No news for %(n)s days", filters.silent)
        yield silence, {"silent": ""}
    if filters.dates.chosen and (filters.dates.first or filters.dates.last):
        yield dates(filters), {"from_": "", "to": "", "by": ""}


def dates(filters: Filters) -> str:
    """The dates of a list in words, such as: Placed: last 30 days."""
    range_ = filters.dates.words
    if filters.by == "fulfilled":
        return _("Fulfilled: %(range)s", range=range_)
    return _("Placed: %(range)s", range=range_)
