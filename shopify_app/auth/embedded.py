"""The embedded way in: every request proves itself with an id token of App Bridge.

The first document carries it as a parameter, every later fetch as a bearer token. There are no
cookies (a frame gets none), so the bearer token also stands in for CSRF tokens: a form of another
site cannot send it. Source: shopify.dev, "Set up embedded app authorization".
"""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from flask import Response, g, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from shopify_app import database, observe
from shopify_app.auth import id_token, installation
from shopify_app.auth.context import web_settings
from shopify_app.auth.id_token import InvalidIdToken, Visitor
from shopify_app.domain import shop_domain
from shopify_app.models import Shop
from shopify_app.shopify import client, oauth

log = logging.getLogger(__name__)

RETRY_HEADER = "X-Shopify-Retry-Invalid-Session-Request"


def require_shop() -> BaseResponse | tuple[Response | str, int] | None:
    """Before every admin page: find out whose it is, in `g.shop` and `g.visitor`, or turn away."""
    token, in_address = _token()
    try:
        if not token:
            raise InvalidIdToken("there is none")
        visitor = _visitor(token)
        g.shop_domain, g.visitor = visitor.shop, visitor.user
        g.shop = _installed(visitor, token)
        observe.note(shop=g.shop.id)
    except (InvalidIdToken, oauth.InvalidIdToken) as error:
        log.info("no valid id token: %s", error)
        return _turn_away(in_address)
    except client.ShopifyError as error:
        log.warning("the app could not be opened for %s: %s", g.shop_domain, error)
        return render_template("admin/unreachable.html"), 503
    return None


def _token() -> tuple[str, bool]:
    """The request's token, and whether it is a document that a person opened by its address."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return bearer.strip(), False
    fetched = "HX-Request" in request.headers or request.headers.get("Sec-Fetch-Dest") == "empty"
    if request.method != "GET" or fetched:
        return "", False
    return request.args.get("id_token", ""), True


def _visitor(token: str) -> Visitor:
    settings = web_settings()
    visitor = id_token.verify(token, settings.shopify_api_key, settings.api_secrets)
    named = request.args.get("shop")
    if named and shop_domain.checked(named) != visitor.shop:
        raise InvalidIdToken("the address names another shop")
    return visitor


def _installed(visitor: Visitor, token: str) -> Shop:
    """The shop, after a token exchange if it has no usable token of ours yet."""
    with database.reading() as session:
        shop = session.scalar(select(Shop).where(Shop.domain == visitor.shop))
    if shop is None or not shop.has_token:
        installation.install(visitor.shop, oauth.exchange(visitor.shop, token))
        with database.reading() as session:
            shop = session.scalars(select(Shop).where(Shop.domain == visitor.shop)).one()
    return shop


def _turn_away(in_address: bool) -> BaseResponse | tuple[Response | str, int]:
    if not in_address:
        response = Response("The session has ended. Please try again.", 401)
        response.headers[RETRY_HEADER] = "1"
        return response
    named = shop_domain.checked(request.args.get("shop", ""))
    if request.headers.get("Sec-Fetch-Dest") == "iframe" and not request.args.get("shop"):
        # A frame that the browser restored, after going back. App Bridge remembers the shop.
        return redirect(f"/auth/patch?{_patch_query()}")
    if named is None:
        return render_template("admin/open_from_shopify.html"), 401
    if "embedded" not in request.args and "host" not in request.args:
        return redirect(f"/auth?{urlencode({'shop': named})}")
    return redirect(f"/auth/patch?{_patch_query()}")


def _patch_query() -> str:
    """Where App Bridge is to take the visitor once it has a token: here, without the old one."""
    kept = [
        (k, v) for k, v in request.args.items(multi=True) if k not in {"id_token", "shopify-reload"}
    ]
    back = f"{request.path}?{urlencode(kept)}"
    return urlencode([*kept, ("shopify-reload", back)])
