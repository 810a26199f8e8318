"""Who may come in: the embedded way, the authorization code grant, the patch page."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, g, render_template, request

from shopify_app.auth import code_grant, context, headers
from shopify_app.domain import shop_domain
from shopify_app.settings import Settings

blueprint = Blueprint("auth", __name__)
blueprint.add_url_rule("/auth", view_func=code_grant.begin)
blueprint.add_url_rule("/auth/callback", view_func=code_grant.finish)


@blueprint.get("/auth/patch")
def patch() -> str:
    """The page on which App Bridge gets a fresh id token and then opens `shopify-reload`."""
    return render_template("admin/patch.html")


def set_up(app: Flask, settings: Settings) -> None:
    """Let every answer carry its protection, and cookies travel only as they must."""
    context.keep(app, settings)
    secure = settings.app_url.startswith("https://")
    app.config.update(
        # A browser takes a cookie of this name from this host alone, and over TLS alone.
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=code_grant.STATE_SECONDS,
    )

    @app.after_request
    def protect(response: Response) -> Response:
        return headers.protect(response, settings, _framing_shop())


def _framing_shop() -> str | None:
    """The shop whose admin may frame this answer: the visitor's, else the one in the address."""
    known: str | None = g.get("shop_domain")
    return known or shop_domain.checked(request.args.get("shop", ""))
