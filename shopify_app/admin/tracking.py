"""Tracking: where all orders are, by status, by date, and which require attention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from flask import g, render_template, request
from sqlalchemy.orm import Session

from shopify_app import database
from shopify_app.actions import accounts
from shopify_app.actions.attention import RULES
from shopify_app.admin import asking, order_list, paging, ranges
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.order_list import Filters
from shopify_app.domain.status import REASONS, Reason
from shopify_app.models import CarrierAccount, Order

DEFAULT_DAYS = 30


@blueprint.get("/tracking")
def tracking_page() -> str:
    """The list. With `attention=1` and no dates chosen it has no lower date: rule 1 needs none."""
    filters = chosen_filters(request.args)
    with database.reading() as session:
        serving = accounts.of(session, g.shop.id)
        page = paging.read(
            session,
            order_list.orders(filters, g.shop),
            order(filters),
            after=request.args.get("after", ""),
            before=request.args.get("before", ""),
        )
        counts = order_list.counts(session, filters, g.shop)
        context = {
            "counts": counts,
            "total": sum(counts.values()),
            "found": order_list.count(session, filters, g.shop),
            "attention_count": order_list.count(session, Filters(attention=True), g.shop),
            "mend_count": order_list.count(session, Filters(status=order_list.MEND), g.shop),
            "rule_counts": _rule_counts(session, filters) if filters.attention else {},
            "answered_at": _answered_at(serving),
            "providers": {account.id: account.provider for account in serving},
            "asking": asking.of_address(session),
            "most": asking.MOST,
            "reasons": REASONS,
        }
    return render_template("admin/tracking.html", page=page, filters=filters, **context)


def chosen_filters(arguments: Mapping[str, str]) -> Filters:
    """The filters in a page's address. What is to be done is shown of all dates."""
    q = arguments.get("q", "").strip()
    attention = arguments.get("attention") == "1"
    status = order_list.known_status(arguments.get("status", ""))
    everything = attention or q or status == order_list.MEND
    default = ranges.ANY if everything else ranges.last_days(DEFAULT_DAYS)
    reason, rule = arguments.get("reason", ""), arguments.get("rule", "")
    return Filters(
        placed=ranges.chosen(arguments, default),
        status=status,
        reason=reason if reason in set(Reason) else "",
        attention=attention,
        rule=rule if rule in RULES else "",
        q=q,
    )


def order(filters: Filters) -> paging.Order:
    """What waits longest comes first where it requires attention, else the newest order."""
    if filters.attention:
        return paging.Order(Order.attention_from, Order.id, down=False)
    return order_list.NEWEST


def _rule_counts(session: Session, filters: Filters) -> dict[str, int]:
    def by(rule: str) -> int:
        narrowed = Filters(placed=filters.placed, attention=True, rule=rule, q=filters.q)
        return order_list.count(session, narrowed, g.shop)

    return {rule: by(rule) for rule in ("", *RULES)}


def _answered_at(serving: Iterable[CarrierAccount]) -> datetime | None:
    return max(filter(None, (account.answered_at for account in serving)), default=None)
