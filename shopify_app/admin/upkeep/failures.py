"""Failures: what could not be applied or sent, to be tried again or dismissed; no body is shown."""

from __future__ import annotations

from collections.abc import Callable

from flask import g, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shopify_app import database
from shopify_app.actions import failures
from shopify_app.actions.failures import Chosen
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.changing import changing
from shopify_app.admin.language import N_, _
from shopify_app.admin.upkeep import set_aside
from shopify_app.models import Shop

_DONE = {
    "retry": N_("Tried again; what came of it stands below"),
    "dismiss": N_("Dismissed"),
    "nothing": N_("That was decided already"),
}
Decide = Callable[[Session, Shop, Chosen | None, str], int]


@blueprint.get("/failures")
def failures_page() -> str:
    """What waits for a decision, newest first, page by page, and what came of the last ones."""
    marks = {name: request.args.get(name, "") for name in ("after", "before")}
    with database.reading() as session:
        page = set_aside.waiting(session, g.shop, **marks)
        if not page.rows:  # those of that page are decided
            page, marks = set_aside.waiting(session, g.shop), {}
        context = {
            "page": page,
            "marks": marks,
            "total": failures.count(session, g.shop),
            "decided": set_aside.decided(session, g.shop),
        }
    done = _DONE.get(request.args.get("done", ""), "")
    return render_template("admin/failures.html", done=_(done) if done else "", **context)


@blueprint.post("/failures/retry")
def retry_failures() -> Response:
    """Let the chosen ones (`row`, or `all=1`) be tried once more."""
    return _decide(failures.retry, "retry")


@blueprint.post("/failures/dismiss")
def dismiss_failures() -> Response:
    """Let the chosen ones (`row`, or `all=1`) be."""
    return _decide(failures.dismiss, "dismiss")


def _decide(decide: Decide, done: str) -> Response:
    chosen = None if request.form.get("all") else failures.named(request.form.getlist("row"))
    with changing() as (session, shop):
        count = decide(session, shop, chosen, g.visitor)
    return redirect(f"/failures?done={done if count else 'nothing'}", 303)
