"""The scopes a store grants, compared with those that the app wants.

Source: shopify.dev, "Access scopes": a scope that lets write lets read, and Shopify then names the
first alone.
"""

from __future__ import annotations


def of(text: str) -> set[str]:
    """The scopes of a list with commas, with those that they imply."""
    named = {scope.strip() for scope in text.split(",") if scope.strip()}
    return named | {scope.replace("write_", "read_", 1) for scope in named}


def missing(wanted: str, granted: str) -> list[str]:
    """What is wanted and not granted; nothing where it is not known what is."""
    return sorted(of(wanted) - of(granted)) if granted else []
