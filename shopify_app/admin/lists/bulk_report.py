"""The report of something done to many orders: before it, meanwhile, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import g, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.actions import bulk
from shopify_app.admin import formats, words
from shopify_app.admin.language import _, ngettext
from shopify_app.domain.status import Reason
from shopify_app.models import BulkRun, Change, Shipment
from shopify_app.numbers import whole

MOST_ANSWERS = 20_000
NEWS = {"changed", "revived"}
NO_NEWS = {"no_change", "followed_again", "for_good"}
"""The results of Retrack where the provider answered; by any other it could not be asked."""


@dataclass(frozen=True, slots=True)
class BulkReport:
    """A run as the page reports it. `question` and `yes`: it is to be confirmed. `said`: what was
    done. `waiting`: so many answers of carriers are out; `result` is what they were.
    """

    run: BulkRun
    title: str
    question: str = ""
    yes: str = ""
    said: str = ""
    waiting: int = 0
    result: str = ""


def of_address(session: Session) -> BulkReport | None:
    """The run that the page's address names; None if it names none of this shop."""
    run_id = whole(request.args.get("run", ""))
    if run_id is None:
        return None
    wanted = select(BulkRun).where(BulkRun.shop_id == g.shop.id, BulkRun.id == run_id)
    run = session.scalar(wanted)
    return _report(session, run) if run else None


def _report(session: Session, run: BulkRun) -> BulkReport:
    if run.started_at is None:
        if run.ended_at:
            return BulkReport(run, _title(run), said=_("Nothing was changed"))
        return BulkReport(run, _title(run), _question(run), _yes(run))
    if run.ended_at is None or run.kind != bulk.RETRACK:
        return BulkReport(run, _title(run), said=_said(run))
    waiting = select(func.count()).select_from(Shipment)
    waiting = waiting.where(Shipment.shop_id == g.shop.id, Shipment.asked_at >= run.started_at)
    answers = select(Change.detail).where(
        Change.shop_id == g.shop.id, Change.at >= run.started_at, Change.what == "retrack"
    )
    found = [each.get("result", "") for each in session.scalars(answers.limit(MOST_ANSWERS))]
    out = session.scalar(waiting) or 0
    return BulkReport(run, _title(run), said=_said(run), waiting=out, result=_result(found))


def _title(run: BulkRun) -> str:
    if run.kind == bulk.SET_STATUS:
        why = f", {words.reason(run.reason)}" if run.reason not in {"", Reason.OTHER} else ""
        return _("Set tracking status: %(status)s", status=words.status(run.status) + why)
    return {
        bulk.RETRACK: _("Retrack"),
        bulk.RESOLVE: _("Mark as resolved"),
        bulk.RESEND: _("Resend confirmation"),
    }[run.kind]


def _question(run: BulkRun) -> str:
    n = formats.number(run.total)
    if run.kind == bulk.RESEND:
        writes = ngettext(
            "This writes to the customers of %(orders)s order, whose confirmation failed or may "
            "not have gone out.",
            "This writes to the customers of %(orders)s orders, whose confirmation failed or may "
            "not have gone out.",
            run.total,
            orders=n,
        )
        return f"{writes} {_left_out(run)}".strip()
    return ngettext(
        "This is for %(orders)s order.", "This is for %(orders)s orders.", run.total, orders=n
    )


def _left_out(run: BulkRun) -> str:
    out = run.counted.get("nothing", 0)
    return (
        ngettext(
            "%(n)s other order has none to send again.",
            "%(n)s other orders have none to send again.",
            out,
        )
        if out
        else ""
    )


def _yes(run: BulkRun) -> str:
    n = formats.number(run.total)
    return ngettext(
        "Do it for %(orders)s order", "Do it for %(orders)s orders", run.total, orders=n
    )


def _said(run: BulkRun) -> str:
    """What was done, such as: Asking about 12 parcels; 2 set by hand were passed by."""
    (first, *others), n = _OUTCOMES[run.kind].items(), run.counted
    said = [first[1](n.get(first[0], 0))]
    said += [words_of(n[outcome]) for outcome, words_of in others if n.get(outcome)]
    if failed := n.get(bulk.FAILED, 0):
        said.append(ngettext("%(n)s order failed", "%(n)s orders failed", failed))
    if run.ended_at and run.place < run.total:
        left = run.total - run.place
        said.append(ngettext("stopped before %(n)s order", "stopped before %(n)s orders", left))
    return "; ".join(said)


_OUTCOMES: dict[str, dict[str, Callable[[int], str]]] = {
    bulk.RETRACK: {
        "asked": lambda n: ngettext("Asking about %(n)s parcel", "Asking about %(n)s parcels", n),
        "pinned": lambda n: ngettext(
            "%(n)s set by hand was passed by", "%(n)s set by hand were passed by", n
        ),
        "ended": lambda n: ngettext(
            "%(n)s delivered or returned was passed by",
            "%(n)s delivered or returned were passed by",
            n,
        ),
        "unasked": lambda n: ngettext("%(n)s cannot be asked", "%(n)s cannot be asked", n),
    },
    bulk.SET_STATUS: {
        "set": lambda n: ngettext("%(n)s parcel set", "%(n)s parcels set", n),
        "same": lambda n: ngettext(
            "%(n)s skipped, since it was set so before",
            "%(n)s skipped, since they were set so before",
            n,
        ),
        "no_parcel": lambda n: ngettext(
            "%(n)s order skipped, since it has no parcel",
            "%(n)s orders skipped, since they have no parcel",
            n,
        ),
    },
    bulk.RESOLVE: {
        "resolved": lambda n: ngettext(
            "%(n)s parcel marked as resolved", "%(n)s parcels marked as resolved", n
        ),
        "same": lambda n: ngettext(
            "%(n)s skipped, since it was resolved before",
            "%(n)s skipped, since they were resolved before",
            n,
        ),
        "nothing": lambda n: ngettext(
            "%(n)s order skipped, since it has no trouble",
            "%(n)s orders skipped, since they have no trouble",
            n,
        ),
    },
    bulk.RESEND: {
        "sent": lambda n: ngettext(
            "%(n)s confirmation goes out again", "%(n)s confirmations go out again", n
        ),
        "nothing": lambda n: ngettext(
            "%(n)s order skipped, since none of its confirmations failed",
            "%(n)s orders skipped, since none of their confirmations failed",
            n,
        ),
    },
}
"""What is said of each outcome, the first of a kind always."""


def _result(results: Sequence[str]) -> str:
    changed = sum(result in NEWS for result in results)
    same = sum(result in NO_NEWS for result in results)
    said = [_("Retracked: %(changed)s changed, %(same)s did not", changed=changed, same=same)]
    if silent := len(results) - changed - same:
        said.append(ngettext("%(n)s without an answer", "%(n)s without an answer", silent))
    return "; ".join(said)
