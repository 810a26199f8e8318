"""Doing one thing to many orders of a list: those chosen on the page, or all that match."""

from __future__ import annotations

from flask import abort, g, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shopify_app import database
from shopify_app.actions import bulk
from shopify_app.admin import links
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.changing import changing
from shopify_app.admin.lists import orders, query, tracking
from shopify_app.admin.lists.common import MOST_AT_ONCE
from shopify_app.jobs import bulk_runs
from shopify_app.models import BulkRun, Order
from shopify_app.numbers import whole

AT_ONCE = 200
"""Up to so many are done while the page waits; what takes longer goes on behind it, and the
merchant is asked first."""
LISTS = {"/tracking": tracking.chosen_filters, "/orders": orders.chosen_filters}


@blueprint.post("/tracking/bulk")
@blueprint.post("/orders/bulk")
def do_to_many() -> Response:
    """Do `do` to the chosen orders, or (`all=1`) to those that the filters leave, at most
    MOST_AT_ONCE.

    `do` is one of `actions.bulk.KINDS`, or `status:` and the status to be set, for the reason that
    `reason:` and that status has. Customers are never written to without being asked about.
    """
    path = request.path.removesuffix("/bulk")
    kind, _, status = request.form.get("do", "").partition(":")
    reason = request.form.get(f"reason:{status}", "")
    if kind not in bulk.KINDS or not _can_be_set(kind, status, reason):
        abort(404)
    with database.reading() as session:
        order_ids = _matching(session, path) if request.form.get("all") else _chosen(session)
    ask = kind == bulk.RESEND or len(order_ids) > AT_ONCE
    with changing() as (session, shop):
        run = bulk.begin(session, shop, kind, order_ids, status, reason, ask=ask)
    if not ask:
        while bulk_runs.go_on(run.shop_id, run.id):
            pass
    return redirect(links.at(path, run=run.id), 303)


def _can_be_set(kind: str, status: str, reason: str) -> bool:
    if kind != bulk.SET_STATUS:
        return not status
    return bulk.can_be_set(status, reason)


@blueprint.post("/tracking/bulk/<int:run_id>/start")
@blueprint.post("/orders/bulk/<int:run_id>/start")
def start_run(run_id: int) -> Response:
    """The merchant means it."""
    with database.writing() as session:
        bulk.start(session, _held(session, run_id))
    return _back(run_id)


@blueprint.post("/tracking/bulk/<int:run_id>/stop")
@blueprint.post("/orders/bulk/<int:run_id>/stop")
def stop_run(run_id: int) -> Response:
    """The merchant does not mean it, or no more."""
    with database.writing() as session:
        bulk.stop(_held(session, run_id))
    return _back(run_id)


def _back(run_id: int) -> Response:
    return redirect(links.at(request.path.partition("/bulk")[0], run=run_id), 303)


def _held(session: Session, run_id: int) -> BulkRun:
    wanted = select(BulkRun).where(BulkRun.shop_id == g.shop.id, BulkRun.id == run_id)
    run = session.scalar(wanted.with_for_update())
    return run if run else abort(404)


def _matching(session: Session, path: str) -> list[int]:
    return list(session.scalars(query.ids(LISTS[path](links.address()), g.shop, MOST_AT_ONCE)))


def _chosen(session: Session) -> list[int]:
    """The ids that were sent."""
    sent = {whole(each) for each in request.form.getlist("order")}
    wanted = select(Order.id).where(Order.shop_id == g.shop.id, Order.id.in_(sent - {None}))
    found = list(session.scalars(wanted))
    if len(found) < len(sent) or len(sent) > AT_ONCE:
        abort(404)
    return found
