"""The merchant's custom tracking URL: what it may be, and the link it gives for a number."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

DEFAULT = "https://t.17track.net/en#nums="
PLACE = "{number}"
LONGEST = 500


class BadTrackingUrl(ValueError):
    """The URL cannot be used. `problem` is a key the page turns into words."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def checked(text: str) -> str:
    """The URL as it will be kept. Raises BadTrackingUrl: the problem is one of
    `empty`, `https`, `host`, `signs`, `place` (another than `{number}`), `long`.

    It is shown to customers and never fetched by us; a name and password before the host would
    make it look like another site.
    """
    url = text.strip()
    if not url:
        raise BadTrackingUrl("empty")
    if len(url) > LONGEST:
        raise BadTrackingUrl("long")
    if any(sign.isspace() or sign in "<>\"'`\\" or not sign.isprintable() for sign in url):
        raise BadTrackingUrl("signs")
    if "{" in url.replace(PLACE, "") or "}" in url.replace(PLACE, ""):
        raise BadTrackingUrl("place")
    _check_parts(url)
    return url


def _check_parts(url: str) -> None:
    try:
        parts = urlsplit(url.replace(PLACE, "0"))
        host, named = parts.hostname, parts.username or parts.password
        _ = parts.port
    except ValueError as error:
        raise BadTrackingUrl("host") from error
    if parts.scheme != "https":
        raise BadTrackingUrl("https")
    if not host or "." not in host or not all(host.split(".")) or named:
        raise BadTrackingUrl("host")


def link(url: str, number: str) -> str:
    """The address a customer opens: the number stands where `{number}` is, else at the end."""
    coded = quote(number, safe="")
    return url.replace(PLACE, coded) if PLACE in url else url + coded


def site(url: str) -> str:
    """The host a customer will see, such as `t.17track.net`."""
    return urlsplit(url.replace(PLACE, "0")).hostname or ""
