"""Addresses of the page at hand with other filters: the filters of a list live in its address."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request

OURS = ("q", "status", "reason", "attention", "rule", "from", "to", "by", "state")
"""Shopify adds parameters of its own to the first address; they are not carried along."""


def here(**changes: object) -> str:
    """The page with some filters changed; an empty one is taken out. `from_` stands for `from`.

    The place in the list is not kept: with other filters it means nothing.
    """
    return at(request.path, **changes)


def at(path: str, **changes: object) -> str:
    """Another address with the filters of this page, some of them changed."""
    now = {name: request.args.get(name, "") for name in OURS}
    changed = {name.rstrip("_"): str(value or "") for name, value in changes.items()}
    found = {name: value for name, value in (now | changed).items() if value}
    return f"{path}?{urlencode(found)}" if found else path


def kept(*without: str) -> list[tuple[str, str]]:
    """The filters in force but these, as a form carries them along."""
    found = [(name, request.args.get(name, "")) for name in OURS if name not in without]
    return [(name, value) for name, value in found if value]
