"""The page behind the link in every mail on which a customer stops a shop's mails, or starts them.

Nobody logs in: who has the link is who got the mail. To open it changes nothing, since programs
that look for harm in mails open every link. Source of the POST without a page: RFC 8058.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shopify_app import database, i18n
from shopify_app.actions import opt_outs
from shopify_app.actions.opt_outs import Address
from shopify_app.models import Shop

blueprint = Blueprint("unsubscribe", __name__)


class _BrokenLink(Exception):
    """The link is none of ours, or of a shop that is no more."""


@blueprint.errorhandler(_BrokenLink)
def _broken_link(_error: Exception) -> tuple[str, int]:
    """Whose link it was is not known, so their browser says the language."""
    spoken = i18n.language(*request.accept_languages.values())
    return render_template(f"unsubscribe/broken.{spoken}.html", lang=spoken), 404


@blueprint.get("/stop/<token>")
def page(token: str) -> str:
    """What holds for this address, with the button that changes it."""
    who, language = _opened(token)
    with database.reading() as session:
        shop = _shop(session, who)
        stopped = bool(opt_outs.why(session, who))
    name = shop.sender_name or shop.name
    return render_template(
        f"unsubscribe/{language}.html", lang=language, name=name, stopped=stopped, token=token
    )


@blueprint.post("/stop/<token>")
def change(token: str) -> Response:
    """Stop the mails, or with `start` let them come again."""
    who, _language = _opened(token)
    with database.writing() as session:
        # The row is held, so that two clicks come one after the other.
        _shop(session, who, held=True)
        if "start" in request.form:
            opt_outs.opt_in(session, who)
        else:
            opt_outs.opt_out(session, who, opt_outs.LINK)
    if request.form.get("List-Unsubscribe"):
        return Response(status=200)
    return redirect(f"/stop/{token}", 303)


def _opened(token: str) -> tuple[Address, str]:
    opened = opt_outs.open_token(token)
    if opened is None:
        raise _BrokenLink
    return opened


def _shop(session: Session, who: Address, *, held: bool = False) -> Shop:
    shop = session.get(Shop, who.shop_id, with_for_update=held)
    if shop is None:
        raise _BrokenLink
    return shop
