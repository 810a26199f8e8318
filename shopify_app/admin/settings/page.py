"""Settings: whether and by whom customers are told, their tracking link, the key, the sender."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import g, redirect, render_template, request
from werkzeug.wrappers import Response

from shopify_app import database
from shopify_app.actions import accounts, shops
from shopify_app.actions.shops import ShopSettings
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.changing import changing
from shopify_app.admin.language import N_, _
from shopify_app.admin.settings import form
from shopify_app.auth.context import web_settings
from shopify_app.domain import digest, tracking_url
from shopify_app.models import CarrierAccount, Shop
from shopify_app.outgoing import sample

NOTIFY_BY = ("retrack", "shopify")
DIGESTS = {
    digest.OFF: N_("Never"),
    digest.DAILY: N_("Every day at 8:00"),
    digest.WEEKLY: N_("On Mondays at 8:00"),
}
KEYS = {"17track": "seventeentrack_key", "dhl": "dhl_key"}
"""The field of each provider's key."""
PRESETS = {
    "17TRACK": "https://t.17track.net/en#nums=",
    "ParcelsApp": "https://parcelsapp.com/en/tracking/",
    "AfterShip": "https://www.aftership.com/track/",
}

_ADDRESS = re.compile(r"[^@\s<>\"',;:]+@[^@\s<>\"',;:]+\.[^@\s<>\"',;:.]+")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_KEY = re.compile(r"[A-Za-z0-9]{8,100}")


@blueprint.get("/settings")
def settings_page() -> str:
    """The settings as they are."""
    return _render(_values(g.shop), {}, saved=request.args.get("saved") == "1")


@blueprint.post("/settings")
def save_settings() -> Response | tuple[str, int]:
    """Save all, or nothing and say beside each field why."""
    given = {name: value.strip() for name, value in request.form.items()}
    given["boxes"] = " ".join(request.form.getlist("boxes"))
    errors = _check(given)
    if errors:
        return _render(_with_boxes(given), errors, saved=False), 422
    with changing() as (session, shop):
        shops.change_settings(session, shop, _chosen(given, shop))
    return redirect("/settings?saved=1", 303)


def _check(given: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, in words, by field."""
    errors = {}
    if problem := form.url_problem(given.get("tracking_url", g.shop.tracking_url)):
        errors["tracking_url"] = problem
    for name in ("mail_from", "reply_to"):
        if given.get(name) and not (given[name].isascii() and _ADDRESS.fullmatch(given[name])):
            errors[name] = _("This is not an email address.")
    if given.get("sms_from") and not _PHONE.fullmatch(_without_spaces(given["sms_from"])):
        errors["sms_from"] = _("Write the number with its country, such as +15550100142.")
    for name in KEYS.values():
        if given.get(name) and not _KEY.fullmatch(given[name]):
            errors[name] = _("A key has letters and digits only. Paste it once more.")
    if given.get("notify_by", "retrack") not in NOTIFY_BY:
        errors["notify_by"] = _("Choose one of the two.")
    if given.get("digest", "") not in DIGESTS:
        errors["digest"] = _("Choose one of these.")
    return errors


def _chosen(given: Mapping[str, str], now: Shop) -> ShopSettings:
    """The choices; a field that was not in the form stays as it is."""

    def box(name: str) -> bool:
        """A box that is not ticked is not sent; `boxes` names those that the form showed."""
        shown = name in given.get("boxes", "").split()
        return form.ticked(given, name) if shown or name in given else getattr(now, name)

    def text(name: str) -> str:
        return given.get(name, getattr(now, name))

    return ShopSettings(
        notify=box("notify"),
        notify_by=text("notify_by"),
        notify_email=box("notify_email"),
        notify_sms=box("notify_sms"),
        tracking_url=tracking_url.checked(text("tracking_url")),
        sender_name=" ".join(text("sender_name").split())[:100],
        mail_from=text("mail_from"),
        reply_to=text("reply_to"),
        sms_from=_without_spaces(text("sms_from")),
        write_back=box("write_back"),
        write_links=box("write_links"),
        write_metafield=box("write_metafield"),
        write_tags=box("write_tags"),
        keys=_keys(given),
        digest=text("digest"),
        told_at_once=box("told_at_once"),
        classic_look=box("classic_look"),
    )


def _keys(given: Mapping[str, str]) -> dict[str, str]:
    """The keys that change, by provider: a new one, or none of the shop's own any more ("")."""
    new = {name: given[field] for name, field in KEYS.items() if given.get(field)}
    return new | {name: "" for name in KEYS if f"forget_{KEYS[name]}" in given}


def _without_spaces(phone: str) -> str:
    return re.sub(r"[\s().-]", "", phone)


BOXES = (
    "notify",
    "notify_email",
    "notify_sms",
    "write_back",
    "write_links",
    "write_metafield",
    "write_tags",
    "told_at_once",
    "classic_look",
)


def _values(shop: Shop) -> dict[str, object]:
    names = (
        *BOXES,
        "notify_by",
        "tracking_url",
        "sender_name",
        "mail_from",
        "reply_to",
        "sms_from",
        "digest",
    )
    return {name: getattr(shop, name) for name in names}


def _with_boxes(given: Mapping[str, str]) -> dict[str, object]:
    """What was given, kept for the merchant to mend; a box that is not ticked is not sent."""
    names = [name for name in BOXES if name in given["boxes"].split()]
    return {**_values(g.shop), **given, **{name: form.ticked(given, name) for name in names}}


def _render(values: dict[str, object], errors: dict[str, str], *, saved: bool) -> str:
    with database.reading() as session:
        serving = {account.provider: account for account in accounts.of(session, g.shop.id)}
    installation = web_settings()
    shown_url = g.shop.tracking_url
    return render_template(
        "admin/settings.html",
        values=values,
        errors=errors,
        saved=saved,
        accounts=serving,
        push_url=_push_url(installation.app_url, serving.get("17track")),
        presets=PRESETS,
        digests=[(value, _(text)) for value, text in DIGESTS.items()],
        sample=sample.NUMBER,
        sample_link=tracking_url.link(shown_url, sample.NUMBER),
        default_mail_from=installation.mail_from,
        default_sms_from=installation.twilio_from,
        default_reply_to=g.shop.merchant_email,
    )


def _push_url(app_url: str, account: CarrierAccount | None) -> str:
    return f"{app_url}/webhooks/carriers/{account.provider}/{account.id}" if account else ""
