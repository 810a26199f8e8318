"""The blueprint of all admin pages: nobody sees one without proving whose it is."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, g, render_template, request
from werkzeug.exceptions import HTTPException

from shopify_app.admin.language import _
from shopify_app.auth.embedded import require_shop

access_log = logging.getLogger("retrack.access")
NAMES_PEOPLE = ("/orders", "/shipments", "/tracking", "/messages", "/privacy", "/uploads")
"""Where pages begin that show a customer's name, place or address."""

blueprint = Blueprint("admin", __name__)
blueprint.before_request(require_shop)


@blueprint.before_request
def refuse_impossible_ids() -> None:
    """An id that no column can hold is nobody's: some databases would raise on it."""
    ids = (request.view_args or {}).values()
    if any(isinstance(each, int) and each >= 2**63 for each in ids):
        abort(404)


@blueprint.after_request
def log_access(response: Response) -> Response:
    """Who of the store's staff saw personal data. The query is left out: it may hold some."""
    if response.status_code == 200 and request.path.startswith(NAMES_PEOPLE):
        access_log.info("shop %d, user %s: %s", g.shop.id, g.visitor, request.path)
    return response


@blueprint.errorhandler(404)
def not_found(_error: HTTPException) -> tuple[str, int]:
    """A page of nothing, or of another shop's."""
    title = _("This page is not here")
    text = _("It may have been deleted, or its address is not quite right.")
    return render_template("admin/error.html", title=title, text=text), 404


def unknown_address(_error: HTTPException) -> tuple[str, int]:
    """An address that nothing of ours has, or a file's that is over; who asks is not known."""
    return render_template("admin/unknown_address.html"), 404


@blueprint.errorhandler(500)
def failed(_error: Exception) -> tuple[str, int]:
    """Our own mistake; what went wrong is in the log."""
    title = _("Something went wrong here")
    text = _("It is not your doing, and nothing was changed. Try again; if it stays, tell us when.")
    return render_template("admin/error.html", title=title, text=text), 500
