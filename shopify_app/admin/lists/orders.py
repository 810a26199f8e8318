"""Orders: the tracking number beside each order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import render_template

from shopify_app import database
from shopify_app.admin import links
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.lists import common, filters
from shopify_app.admin.lists.filters import Filters


@blueprint.get("/orders")
def order_list_page() -> str:
    """Every order there is, whatever is to be shipped of it; the newest first."""
    chosen = chosen_filters(links.address())
    only = Filters(tracked=False)
    with database.reading() as session:
        tabs = {
            "unfulfilled": replace(only, statuses=("unfulfilled",)),
            "unnumbered": replace(only, unnumbered=True),
        }
        context = common.context(session, chosen) | {
            "tab_counts": {name: common.tab_count(session, tab) for name, tab in tabs.items()},
        }
    return render_template("admin/orders.html", **context)


def chosen_filters(address: Mapping[str, str]) -> Filters:
    """The filters in a page's address."""
    return filters.read(address, tracked=False)
