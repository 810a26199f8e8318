"""What every answer to a browser says of itself: who may frame it, what it may load."""

from __future__ import annotations

from flask import Response

from shopify_app.settings import Settings


def protect(response: Response, settings: Settings, shop: str | None) -> Response:
    """Let only this shop's admin frame the answer, and nothing foreign run in it.

    The page that App Bridge writes over the patch page lives under the patch page's policy, so all
    pages have the same, by host and without nonces.
    """
    ancestors = ["'none'"]
    if shop:
        ancestors = [f"https://{shop}", "https://admin.shopify.com"]
        if settings.dev_frame_ancestors:
            ancestors.append(settings.dev_frame_ancestors)
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
            f"frame-ancestors {' '.join(ancestors)}",
        )
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
