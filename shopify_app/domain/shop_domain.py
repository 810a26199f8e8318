"""What a shop's name may look like. Shopify: it ends in `.myshopify.com` and nothing follows."""

from __future__ import annotations

import re

_SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,59}\.myshopify\.com")


def checked(text: str) -> str | None:
    """The shop's domain in lower case, or None if `text` is not one, whatever it hides."""
    domain = text.lower()
    return domain if text.isascii() and _SHOP.fullmatch(domain) else None
