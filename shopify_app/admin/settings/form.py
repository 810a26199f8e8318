"""Reading the forms of the settings."""

from __future__ import annotations

from collections.abc import Mapping

from shopify_app.admin.language import N_, _
from shopify_app.domain import tracking_url
from shopify_app.domain.tracking_url import BadTrackingUrl

_URL_PROBLEMS = {
    "empty": N_("Enter the address of a tracking site."),
    "https": N_("It has to start with https://, so that nobody on the way can change it."),
    "host": N_("This is not the address of a site."),
    "signs": N_("An address has no spaces and no quotes."),
    "place": N_("Only {number} can stand in braces: it is replaced by the tracking number."),
    "long": N_("This address is too long."),
}


def ticked(given: Mapping[str, str], name: str) -> bool:
    """Whether the box of this name was ticked."""
    return given.get(name, "").lower() not in {"", "0", "off", "false", "no"}


def url_problem(url: str) -> str:
    """What is wrong with the address of a tracking site, in words; empty if nothing is."""
    try:
        tracking_url.checked(url)
    except BadTrackingUrl as error:
        return _(_URL_PROBLEMS[error.problem])
    return ""
