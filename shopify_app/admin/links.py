"""Addresses of the page at hand with other filters: the filters of a list live in its address."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request

OURS = ("q", "status", "reason", "attention", "rule", "number", "carrier", "country", "tag",
        "silent", "event", "channel", "from", "to", "by", "sort", "state")  # fmt: skip
"""Shopify adds parameters of its own to the first address; they are not carried along."""


def here(**changes: object) -> str:
    """The page with some filters changed; an empty one is taken out. `from_` stands for `from`.

    The place in the list is not kept: with other filters it means nothing.
    """
    return at(request.path, **changes)


def at(path: str, **changes: object) -> str:
    """Another address with the filters of this page, some of them changed."""
    now = {name: _now(name) for name in OURS}
    changed = {name.rstrip("_"): str(value or "") for name, value in changes.items()}
    found = {name: value for name, value in (now | changed).items() if value}
    return f"{path}?{urlencode(found)}" if found else path


def kept(*without: str) -> list[tuple[str, str]]:
    """The filters in force but these, as a form carries them along."""
    found = [(name, _now(name)) for name in OURS if name not in without]
    return [(name, value) for name, value in found if value]


def address() -> dict[str, str]:
    """The filters of this page's address, each as one text."""
    return dict(kept())


def _now(name: str) -> str:
    """What the address has of it; a form gives each choice of many by itself."""
    return ",".join(filter(None, request.args.getlist(name)))
