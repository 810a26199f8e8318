"""What stopped and needs the merchant, said at the top of every page."""

from __future__ import annotations

from dataclasses import dataclass

from shopify_app import database
from shopify_app.admin import formats
from shopify_app.admin.language import _
from shopify_app.models import CarrierAccount, Shop


@dataclass(frozen=True, slots=True)
class Notice:
    """One banner: what happened, since when, what it means, what to do.

    `follows`: it tells of something under way, and changes while one looks.
    """

    kind: str
    tone: str
    title: str
    text: str
    link: str = ""
    link_text: str = ""
    action: str = ""
    follows: bool = False


def of(shop: Shop) -> list[Notice]:
    """The notices of a shop, the most urgent first."""
    with database.reading() as session:
        account = session.get(CarrierAccount, shop.account_id) if shop.account_id else None
    found = [_of_import(shop), _of_account(account)]
    return [notice for notice in found if notice]


def _of_account(account: CarrierAccount | None) -> Notice | None:
    if account is None or not account.problem:
        return None
    since = formats.moment(account.problem_since)
    return _PROBLEMS[account.problem](since)


def _auth(since: str) -> Notice:
    return Notice(
        "auth",
        "trouble",
        _("17TRACK refuses the key since %(since)s", since=since),
        _(
            "Statuses stay as they are until the key is mended. Nothing is lost: "
            "Retrack tries again every hour, and at once when you save a new key."
        ),
        "/settings#provider",
        _("Mend the key"),
    )


def _quota(since: str) -> Notice:
    return Notice(
        "quota",
        "act",
        _("No tracking numbers left at 17TRACK"),
        _(
            "New parcels wait since %(since)s. Parcels already followed go on, "
            "and customers still get their number and link.",
            since=since,
        ),
    )


def _unavailable(since: str) -> Notice:
    return Notice(
        "unavailable",
        "act",
        _("17TRACK has not answered since %(since)s", since=since),
        _("Nothing is lost: Retrack asks again every few minutes and catches up by itself."),
    )


_PROBLEMS = {"auth": _auth, "quota": _quota, "unavailable": _unavailable}


def _of_import(shop: Shop) -> Notice | None:
    if shop.import_state == "failed":
        return Notice(
            "import",
            "act",
            _("Your earlier orders could not be read"),
            _("Shopify did not answer. New orders come in as usual."),
            link_text=_("Try again"),
            action="/import",
        )
    if shop.import_state in {"waiting", "running"}:
        read = formats.number(shop.imported_orders)
        return Notice(
            "import",
            "moving",
            _("Reading your orders of the last 60 days: %(n)s so far", n=read),
            _("You can leave this page. No customer is written to about these orders."),
            follows=True,
        )
    return None
