"""The page's language: the one Shopify opens the app with, then App Bridge's `Accept-Language`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g, request

from shopify_app import i18n

NAMES = {"en": "English", "vi": "Tiếng Việt"}
"""What each language calls itself."""


def current() -> str:
    """The language of this request's page."""
    if "language" not in g:
        accepted = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0]
        g.language = i18n.language(request.args.get("locale", ""), accepted)
    spoken: str = g.language
    return spoken


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say what is said within in this language, whatever the page's is."""
    before, g.language = current(), language
    try:
        yield
    finally:
        g.language = before


def gettext(text: str) -> str:
    """The text in the page's language, as it is in the catalog."""
    return i18n.translations(current()).gettext(text)


def ngettext_raw(one: str, many: str, n: int) -> str:
    """The text for `n` in the page's language, as it is in the catalog."""
    return i18n.translations(current()).ngettext(one, many, n)


def _(text: str, **values: object) -> str:
    """The text in the page's language, with `%(name)s` filled in."""
    return gettext(text) % values if values else gettext(text)


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """The text for `n` in the page's language; `%(n)s` is the number."""
    return ngettext_raw(one, many, n) % {"n": n, **values}


def N_(text: str) -> str:  # noqa: N802 the usual name of a mark for the extractor
    """Mark a text for translation where it is only stored; `_` translates it when it is shown."""
    return text
