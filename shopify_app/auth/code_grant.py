"""The authorization code grant: the way in from outside Shopify's admin.

Source: shopify.dev, "Authorization code grant". The state is bound to the browser by a cookie, used
once, and lives ten minutes; the answer's HMAC is `shopifyapi`'s to check, its age (90 s) ours.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

import shopify
from flask import Response, redirect, render_template, request, session
from redis import RedisError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from shopify_app import clock, queue
from shopify_app.auth import installation
from shopify_app.auth.context import web_settings
from shopify_app.domain import shop_domain
from shopify_app.numbers import whole
from shopify_app.shopify import client, oauth

log = logging.getLogger(__name__)

STATE_SECONDS = 600
OLDEST = 90
"""Seconds: `shopifyapi` would take an answer that is a day old."""

Answer = BaseResponse | tuple[Response | str, int]


def begin() -> Answer:
    """Send the visitor to Shopify to allow the app."""
    shop = shop_domain.checked(request.args.get("shop", ""))
    if shop is None:
        return render_template("admin/open_from_shopify.html"), 400
    state = secrets.token_urlsafe(24)
    try:
        queue.redis().set(_key(state), shop, ex=STATE_SECONDS)
    except RedisError:
        return render_template("admin/unreachable.html"), 503
    session["state"] = state
    return redirect(_permission_url(shop, state))


def finish() -> Answer:
    """The visitor is back with a code: check everything, fetch the tokens, open the app."""
    shop = _proven_shop(request.args)
    if shop is None:
        return render_template("admin/open_from_shopify.html"), 401
    try:
        installation.install(shop, oauth.from_code(shop, request.args.get("code", "")))
    except client.ShopifyError as error:
        log.warning("the app could not be installed on %s: %s", shop, error)
        return render_template("admin/unreachable.html"), 503
    return redirect(client.admin_url(shop, f"apps/{web_settings().shopify_api_key}"))


def _proven_shop(answer: MultiDict[str, str]) -> str | None:
    """The shop that the answer proves, None if anything about it is wrong."""
    shop = shop_domain.checked(answer.get("shop", ""))
    state = session.pop("state", "")
    once = all(len(answer.getlist(name)) == 1 for name in answer)
    if not (shop and once and state and secrets.compare_digest(state, answer.get("state", ""))):
        return None
    if not (_state_is_for(state, shop) and fresh(answer.get("timestamp", ""))):
        return None
    return shop if signed(answer, web_settings().api_secrets) else None


def _state_is_for(state: str, shop: str) -> bool:
    """Whether we gave out this state for this shop; it is gone afterwards."""
    try:
        kept = queue.redis().getdel(_key(state))
    except RedisError:
        return False
    return isinstance(kept, bytes) and kept.decode() == shop


def signed(answer: MultiDict[str, str], api_secrets: Sequence[str]) -> bool:
    """Whether Shopify signed the answer with one of these secrets."""
    given = answer.get("hmac", "").encode()
    return any(secrets.compare_digest(given, _hmac(answer, secret)) for secret in api_secrets)


def _hmac(answer: MultiDict[str, str], secret: str) -> bytes:
    shopify.Session.setup(secret=secret)
    return str(shopify.Session.calculate_hmac(answer.to_dict())).encode()


def fresh(timestamp: str) -> bool:
    """Whether an answer of this time (seconds since 1970) is young enough to be believed."""
    at = whole(timestamp)
    return at is not None and abs(clock.now().timestamp() - at) <= OLDEST


def _permission_url(shop: str, state: str) -> str:
    settings = web_settings()
    shopify.Session.setup(api_key=settings.shopify_api_key, secret=settings.shopify_api_secret)
    made = shopify.Session(shop, settings.shopify_api_version).create_permission_url(
        settings.shopify_scopes.split(","), f"{settings.app_url}/auth/callback", state
    )
    return f"{client.admin_url(shop, 'oauth/authorize')}?{urlsplit(made).query}"


def _key(state: str) -> str:
    return f"oauth:{state}"
