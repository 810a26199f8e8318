"""The providers we have, by name."""

from __future__ import annotations

from collections.abc import Callable

from shopify_app.carriers.base import Provider

_makers: dict[str, Callable[[str], Provider]] = {}


def configure(makers: dict[str, Callable[[str], Provider]]) -> None:
    """Set what makes each provider out of an API key; done by `bootstrap`."""
    _makers.clear()
    _makers.update(makers)


def provider(name: str, api_key: str) -> Provider:
    """The provider called `name`, used with this key. Raises KeyError for an unknown name."""
    return _makers[name](api_key)


def names() -> list[str]:
    """The names of the providers we have, in the order they were configured."""
    return list(_makers)
