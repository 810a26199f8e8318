"""Tracking: where all orders are, by status, by date, and which require attention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from flask import g, render_template
from sqlalchemy.orm import Session

from shopify_app import database
from shopify_app.actions import accounts
from shopify_app.actions.attention import RULES
from shopify_app.admin import links, ranges
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.lists import common, counting, filters
from shopify_app.admin.lists.filters import Filters
from shopify_app.models import CarrierAccount

DEFAULT_DAYS = 30


@blueprint.get("/tracking")
def tracking_page() -> str:
    """The list. With `attention=1` and no dates chosen it has no lower date: rule 1 needs none."""
    chosen = chosen_filters(links.address())
    with database.reading() as session:
        serving = accounts.of(session, g.shop.id)
        context = common.context(session, chosen) | {
            "rule_counts": _rule_counts(session, chosen) if chosen.attention else {},
            "answered_at": _answered_at(serving),
            "providers": {account.id: account.provider for account in serving},
        }
    return render_template("admin/tracking.html", **context)


def chosen_filters(address: Mapping[str, str]) -> Filters:
    """The filters in a page's address: of the last days, if nothing else is said."""
    return filters.read(address, ranges.last_days(DEFAULT_DAYS))


def _rule_counts(session: Session, chosen: Filters) -> dict[str, int]:
    every = replace(chosen, statuses=())
    return {
        rule: counting.count(session, replace(every, rule=rule), g.shop) for rule in ("", *RULES)
    }


def _answered_at(serving: Iterable[CarrierAccount]) -> datetime | None:
    return max(filter(None, (account.answered_at for account in serving)), default=None)
