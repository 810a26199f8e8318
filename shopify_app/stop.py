"""The page behind the link in every mail on which a customer stops a shop's mails, or starts them.

Nobody logs in: who has the link is who got the mail. To open it changes nothing, since programs
that look for harm in mails open every link. Source of the POST without a page: RFC 8058.
"""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from shopify_app import database
from shopify_app.actions import opt_outs
from shopify_app.models import Shop

blueprint = Blueprint("stop", __name__)


@blueprint.get("/stop/<token>")
def stop_page(token: str) -> str:
    """What holds for this address, with the button that changes it."""
    who, language = opt_outs.open_token(token) or abort(404)
    with database.reading() as session:
        shop = session.get(Shop, who.shop_id) or abort(404)
        stopped = bool(opt_outs.why(session, who))
    name = shop.sender_name or shop.name
    return render_template(
        f"stop/{language}.html", lang=language, name=name, stopped=stopped, token=token
    )


@blueprint.post("/stop/<token>")
def stop(token: str) -> Response:
    """Stop the mails, or with `start` let them come again."""
    who, _language = opt_outs.open_token(token) or abort(404)
    with database.writing() as session:
        # The row is held, so that two clicks come one after the other.
        session.get(Shop, who.shop_id, with_for_update=True) or abort(404)
        if "start" in request.form:
            opt_outs.opt_in(session, who)
        else:
            opt_outs.opt_out(session, who, opt_outs.LINK)
    if request.form.get("List-Unsubscribe"):
        return Response(status=200)
    return redirect(f"/stop/{token}", 303)
