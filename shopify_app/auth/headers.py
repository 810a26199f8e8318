"""What every answer to a browser says of itself: who may frame it, what it may load."""

from __future__ import annotations

from flask import Response, request

from shopify_app.settings import Settings

PATCH = "auth.patch"


def protect(response: Response, settings: Settings, shop: str | None) -> Response:
    """Let only this shop's admin frame the answer, and nothing foreign run in it.

    The page that App Bridge writes over the patch page lives under the patch page's policy, so all
    pages have the same, by host and without nonces.
    """
    ancestors = " ".join(_ancestors(settings, shop)) or "'none'"
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {settings.shopify_app_bridge_url}",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {ancestors}",
        )
    )
    if settings.app_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _ancestors(settings: Settings, shop: str | None) -> list[str]:
    """Who may frame it: that shop's admin. The patch page holds nothing of any shop's, and a frame
    that the browser restores does not say which shop it is; so there any Shopify admin may."""
    if not shop and request.endpoint != PATCH:
        return []
    known = [f"https://{shop}"] if shop else []
    extra = [settings.dev_frame_ancestors] if settings.dev_frame_ancestors else []
    return [*known, "https://admin.shopify.com", *extra]
