"""The merchant's custom tracking URL: what it may be, and the links it gives for numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlsplit

from shopify_app.domain.carrier_names import folded, names_of

DEFAULT = "https://t.17track.net/en#nums="
PLACE = "{number}"
LONGEST = 500
_TOGETHER = {"t.17track.net": 40, "www.17track.net": 40}
"""Sites that take several numbers, parted by commas, and how many. Source: 17TRACK's own pages."""


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


def link(url: str, *numbers: str) -> str:
    """The address a customer opens: the number stands where `{number}` is, else at the end.

    Several numbers are for a site that takes them (`links`).
    """
    coded = ",".join(quote(number, safe="") for number in numbers)
    return url.replace(PLACE, coded) if PLACE in url else url + coded


def links(parcels: Iterable[tuple[str, str]]) -> list[str]:
    """As few addresses as the sites allow for these parcels, each the URL and the number."""
    by_url: dict[str, list[str]] = {}
    for url, number in parcels:
        by_url.setdefault(url, []).append(number)
    return [
        link(url, *numbers[start : start + _most(url)])
        for url, numbers in by_url.items()
        for start in range(0, len(numbers), _most(url))
    ]


def takes_several(url: str) -> bool:
    """Whether one address of this site can have several numbers."""
    return _most(url) > 1


def _most(url: str) -> int:
    """How many numbers one address of this site may have."""
    return _TOGETHER.get(site(url), 1)


def of_carrier(url: str, own: Mapping[str, str], *carriers: str) -> str:
    """The URL for a parcel whose carrier goes by these names: the first that `own` has, else `url`.

    `own` are URLs by one of a carrier's names.
    """
    known = {name: its for written, its in own.items() for name in names_of(written)}
    return next((known[name] for name in map(folded, carriers) if name in known), url)


def site(url: str) -> str:
    """The host a customer will see, such as `t.17track.net`."""
    return urlsplit(url.replace(PLACE, "0")).hostname or ""
