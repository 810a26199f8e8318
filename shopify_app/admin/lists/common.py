"""What the Orders and Tracking pages have in common: the list, its counts, filters and runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import g, request
from sqlalchemy.orm import Session

from shopify_app.actions.facets import CARRIER, COUNTRY, TAG
from shopify_app.admin import formats, links, paging
from shopify_app.admin.language import N_, _, ngettext
from shopify_app.admin.lists import bulk_report, chips, counting, filters, query
from shopify_app.admin.lists.filters import Filters
from shopify_app.domain.status import REASONS, SHIPMENT_STATUSES, Status

SORTS = {
    filters.NEWEST: N_("Newest first"),
    filters.OLDEST: N_("Oldest first"),
    filters.ATTENTION: N_("Longest waiting first"),
    filters.STATUS: N_("Longest in its status first"),
    filters.SILENT: N_("Longest without news first"),
}
MOST_AT_ONCE = 10_000
"""So many of the orders that match are taken by one press of a button."""
MOST_IN_TAB = 1_000
"""Beside a tab no merchant needs to know whether it is 1,200 or 9,000, and each has its cost."""


def context(session: Session, chosen: Filters) -> dict[str, Any]:
    """What both templates are drawn from."""
    only = Filters(tracked=chosen.tracked)
    attention = replace(only, attention=True)
    counts = counting.by_status(session, chosen, g.shop) if chosen.tracked else None
    found = _found(session, chosen, counts)
    carriers = counting.choices(session, g.shop, CARRIER)
    any_ = ("", _("Any"))
    return {
        "counts": counts,
        "page": paging.read(
            session,
            query.orders(chosen, g.shop),
            query.sorting(chosen),
            after=request.args.get("after", ""),
            before=request.args.get("before", ""),
        ),
        "filters": chosen,
        "found": found,
        "attention_count": tab_count(session, attention),
        "mend_count": tab_count(session, replace(only, mend=True)),
        "tags": counting.choices(session, g.shop, TAG),
        "carriers": [any_, *((name, name) for name in carriers)],
        "countries": [any_, *_countries(session)],
        "all_statuses": tuple(Status),
        "sorts": _sorts(chosen),
        "chips": chips.of(chosen),
        "dates": chips.dates(chosen),
        "listed": _listed(chosen, found),
        "report": bulk_report.of_address(session),
        "most": MOST_AT_ONCE,
        "reasons": REASONS,
        "settable": SHIPMENT_STATUSES,
    }


def tab_count(session: Session, wanted: Filters) -> str:
    """How many orders a tab shows: 1,000+ where they are more and no index counts them."""
    found = counting.count(session, wanted, g.shop, MOST_IN_TAB)
    many = found > MOST_IN_TAB and not counting.is_exact(wanted)
    return f"{formats.number(MOST_IN_TAB)}+" if many else formats.number(found)


def _sorts(chosen: Filters) -> list[dict[str, Any]]:
    """The orders a list can have; by attention only where all its orders require it."""
    return [
        {"label": _(label), "href": links.here(sort=sort), "current": sort == chosen.sort}
        for sort, label in SORTS.items()
        if sort != filters.ATTENTION or chosen.attention
    ]


def _listed(chosen: Filters, found: int) -> str:
    """How many orders the list has, and in which order."""
    n = formats.number(min(found, counting.MOST_COUNTED))
    orders = (
        _("More than %(n)s orders", n=n)
        if found > counting.MOST_COUNTED and not chosen.tracked
        else ngettext("%(orders)s order", "%(orders)s orders", found, orders=formats.number(found))
    )
    return f"{orders} · {_(SORTS[chosen.sort])}"


def _found(session: Session, chosen: Filters, counts: dict[str, int] | None) -> int:
    if counts is None:
        return counting.count(session, chosen, g.shop)
    return sum(n for status, n in counts.items() if status in (chosen.statuses or counts))


def _countries(session: Session) -> list[tuple[str, str]]:
    """The countries that parcels go to, by their names in the page's language."""
    codes = counting.choices(session, g.shop, COUNTRY)
    return sorted(((code, formats.country(code)) for code in codes), key=lambda each: each[1])
