"""What stopped and needs the merchant, said at the top of every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app import database
from shopify_app.actions import accounts, following, importing, outages
from shopify_app.actions.outages import Outage
from shopify_app.admin import formats, words
from shopify_app.admin.language import N_, _
from shopify_app.auth.context import web_settings
from shopify_app.domain import scopes
from shopify_app.models import CarrierAccount, DataRequest, Shipment, Shop


@dataclass(frozen=True, slots=True)
class Notice:
    """One banner: what happened, since when, what it means, what to do.

    `choices` are the buttons of a question, by what they post as `answer`.

    `follows`: it tells of something under way, and changes while one looks.
    """

    kind: str
    tone: str
    title: str
    text: str
    link: str = ""
    link_text: str = ""
    action: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    follows: bool = False


def of(shop: Shop) -> list[Notice]:
    """The notices of a shop, the most urgent first."""
    with database.reading() as session:
        serving = accounts.of(session, shop.id)
        troubled = [a for a in serving if a.problem]
        asked = [_of_catch_up(session, shop), _of_requests(session, shop)]
    senders = [_of_sender(outage) for outage in outages.of(shop, serving)]
    found = [_of_import(shop), _of_scopes(shop), *senders, *asked, *map(_of_account, troubled)]
    return [notice for notice in found if notice]


def _of_account(account: CarrierAccount) -> Notice:
    """A provider tells nothing. Only a refused key is the merchant's to mend."""
    text = _(_COMES_OF[account.problem], since=formats.in_sentence(account.problem_since))
    title = words.trouble(account)
    if account.problem == "auth":
        mend = ("/settings#provider", _("Mend the key"))
        return Notice("auth", "trouble", title, text, *mend)
    return Notice(account.problem, "act", title, text)


_COMES_OF = {
    "auth": N_(
        "Statuses stay as they are until the key is mended. Nothing is lost: "
        "Retrack tries again every hour, and at once when you save a new key."
    ),
    "quota": N_(
        "New parcels wait since %(since)s. Parcels already followed go on, "
        "and customers still get their number and link."
    ),
    "unavailable": N_(
        "Nothing is lost: Retrack asks again every few minutes and catches up by itself."
    ),
}


def _of_sender(outage: Outage) -> Notice | None:
    """Messages that do not go out because the server refuses us, not the customer."""
    if outage.kind not in _SENDERS:
        return None
    title, text = _SENDERS[outage.kind]
    since = formats.in_sentence(outage.since)
    return Notice(outage.kind, "trouble", _(title, since=since), _(text), SENDER, _("Mend it"))


SENDER = "/settings#sender"
_SENDERS = {
    outages.MAIL: (
        N_("The mail server refuses the sender of your emails since %(since)s"),
        N_(
            "Correct the email address under Sender, or have the login to the mail server "
            "checked. Emails wait and go out afterwards."
        ),
    ),
    outages.TEXTS: (
        N_("The sender of your texts is refused since %(since)s"),
        N_(
            "Correct the number under Sender, or have the account at Twilio, or your gateway, "
            "checked. Texts wait and go out afterwards."
        ),
    ),
}


def _of_scopes(shop: Shop) -> Notice | None:
    """What the store did not grant, and so waits."""
    missing = scopes.missing(web_settings().shopify_scopes, shop.scopes)
    if not missing:
        return None
    waiting = dict.fromkeys(_(_WAITS_FOR.get(scope, scope)) for scope in missing)
    return Notice(
        "scopes",
        "act",
        _("Shopify does not grant Retrack all that it needs"),
        _(
            "What waits: %(what)s. Approve the update of the app: Shopify asks for it when you "
            "open Retrack, or under Settings, Apps.",
            what="; ".join(waiting),
        ),
    )


_WAITS_FOR = {
    "read_orders": N_("reading orders"),
    "read_customers": N_("knowing whom an order is for"),
    "read_locales": N_("knowing the language of the store"),
    "read_fulfillments": N_("hearing of shipped orders"),
    "write_fulfillments": N_("writing the delivery status to orders"),
    "read_merchant_managed_fulfillment_orders": N_("fulfilling orders from here"),
    "write_merchant_managed_fulfillment_orders": N_("correcting numbers and fulfilling orders"),
}


def _of_catch_up(session: Session, shop: Shop) -> Notice | None:
    """The question whether to follow more parcels of before than the quota has room for."""
    if shop.catch_up != "asked":
        return None
    costly = following.to_catch_up(shop).where(Shipment.account_id.is_not(None))
    parcels = session.scalar(select(func.count()).select_from(costly.subquery())) or 0
    left = accounts.numbers_left(session, shop.id)
    newest = {"newest": _("Follow the newest %(left)s", left=formats.number(left))} if left else {}
    return Notice(
        "catch-up",
        "act",
        _(
            "%(n)s parcels are on their way, and %(left)s numbers are left",
            n=formats.number(parcels),
            left=formats.number(left),
        ),
        _("Each parcel that is followed takes one number. New parcels take theirs first."),
        action="/catch-up",
        choices={
            **newest,
            "all": _("Follow all, as numbers come"),
            "none": _("Follow none of them"),
        },
    )


def _of_requests(session: Session, shop: Shop) -> Notice | None:
    """A customer asked for their data, and the law gives a month."""
    waiting = select(DataRequest).where(
        DataRequest.shop_id == shop.id, DataRequest.handed_over_at.is_(None)
    )
    oldest = session.scalar(waiting.order_by(DataRequest.asked_at).limit(1))
    if oldest is None:
        return None
    return Notice(
        "privacy",
        "act",
        _("A customer asked for the data you keep of them"),
        _("Hand the file over by %(day)s.", day=formats.day(oldest.due_at)),
        "/privacy",
        _("Open Privacy"),
    )


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
    if shop.importing:
        return Notice(
            "import",
            "moving",
            _how_far(shop),
            _("You can leave this page. No customer is written to about these orders."),
            follows=True,
        )
    return None


def _how_far(shop: Shop) -> str:
    """How far an import is. By bulk operation Shopify puts all orders together first."""
    since = shop.import_since or shop.installed_at - importing.REACH
    days = formats.number((shop.installed_at - since).days)
    waits = bool(shop.import_operation) and not shop.imported_orders
    done = shop.import_listed if waits else shop.imported_orders
    n, total = formats.number(done), formats.number(max(done, shop.import_expected))
    if not shop.import_expected:
        return _("Reading your orders of the last %(days)s days: %(n)s so far", days=days, n=n)
    told = {"days": days, "n": n, "total": total}
    if waits:
        return _(
            "Shopify is gathering your orders of the last %(days)s days: %(n)s of about %(total)s",
            **told,
        )
    return _("Reading your orders of the last %(days)s days: %(n)s of about %(total)s", **told)
