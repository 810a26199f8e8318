"""Shopify's own templates: what to paste there, and what is wrong with the one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g, render_template, request

from shopify_app import i18n
from shopify_app.admin import language
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.language import N_, _
from shopify_app.domain import liquid_doctor, tracking_url
from shopify_app.domain.liquid_doctor import Finding, Report
from shopify_app.domain.notification import CONFIRMATION, EMAIL, NUMBER_CHANGED, SMS
from shopify_app.models import Shop
from shopify_app.outgoing import sample, shopify_templates
from shopify_app.outgoing.shopify_templates import EVENTS

NAMES = {
    "shipping_confirmation": N_("Shipping confirmation"),
    "shipping_update": N_("Shipping update"),
    "out_for_delivery": N_("Out for delivery"),
    "delivered": N_("Delivered"),
}
_SAME_AS = {"shipping_confirmation": CONFIRMATION, "shipping_update": NUMBER_CHANGED}
"""The message of ours that says the same, where it has another name."""
_PROBLEMS = {
    "long": N_("This is longer than any template of Shopify's."),
    "syntax": N_("Something here is not written as Shopify's templates have to be."),
    "unclosed": N_("This is opened and never closed: %(what)s"),
    "missing": N_("There is no tracking link in it."),
    "doubled": N_("Retrack's links stand here a second time, so the email would show them twice."),
    "outdated": N_("Retrack's links here are not those of your present settings."),
    "shopify_only": N_("This link leads to the carrier's page, not to yours."),
    "shopify_too": N_("Shopify's own link stands here beside yours."),
    "name": N_("Shopify does not know %(what)s, and would show nothing."),
    "not_encoded": N_("The number is not encoded: one with a sign such as / opens the wrong page."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The template that the page is about."""

    event: str
    channel: str
    language: str
    parcels: int


@blueprint.get("/messages/shopify")
def shopify_texts() -> str:
    """What to paste, with a preview."""
    return _page(_choice(request.args), "", None)


@blueprint.post("/messages/shopify")
def check_shopify_text() -> str:
    """Look through the template that the merchant has. Nothing of it is kept."""
    choice, pasted = _choice(request.form), request.form.get("template", "").replace("\r\n", "\n")
    if not pasted.strip():
        nothing = _("Paste a template here first: in Shopify press Edit code and copy all of it.")
        return _page(choice, "", None, nothing)
    remedy = shopify_templates.remedy(g.shop, choice.event, choice.channel, choice.language)
    return _page(choice, pasted, liquid_doctor.examine(pasted, remedy))


def _choice(given: Mapping[str, str]) -> Choice:
    event, channel, spoken = (given.get(name, "") for name in ("event", "channel", "language"))
    parcels = given.get("parcels", "2")
    return Choice(
        event if event in EVENTS else EVENTS[0],
        channel if channel in (EMAIL, SMS) else EMAIL,
        spoken if spoken in i18n.LANGUAGES else language.current(),
        int(parcels) if parcels in ("0", "1", "2") else 2,
    )


def _page(choice: Choice, pasted: str, report: Report | None, nothing: str = "") -> str:
    """The page. `nothing` is what to do where there was nothing to look through."""
    text = shopify_templates.text(g.shop, choice.event, choice.channel, choice.language)
    return render_template(
        "admin/shopify_texts.html",
        choice=choice,
        names={event: _(name) for event, name in NAMES.items()},
        languages=[(each, language.NAMES[each]) for each in i18n.LANGUAGES],
        liquid=text,
        shown=shopify_templates.preview(text, g.shop, sample.SEVERAL[: choice.parcels]),
        site=tracking_url.site(g.shop.tracking_site(sample.CARRIER)),
        twice=_twice(g.shop, choice),
        switch=_switch(choice),
        pasted=pasted,
        nothing=nothing,
        report=report,
        findings=[(each.line, _said(each)) for each in report.findings] if report else [],
    )


def _said(finding: Finding) -> str:
    said = _(_PROBLEMS[finding.problem], what=finding.what)
    return f"{said} {_('Did you mean %(name)s?', name=finding.hint)}" if finding.hint else said


def _switch(choice: Choice) -> str:
    """Where Retrack's own message of the same is switched off."""
    if choice.event in _SAME_AS:
        return f"/settings#notify_{choice.channel}"
    return f"/settings/messages#{choice.event}-{choice.channel}"


def _twice(shop: Shop, choice: Choice) -> bool:
    """Whether Retrack writes to the customer of the same by the same way."""
    event = _SAME_AS.get(choice.event, choice.event)
    if event in _SAME_AS.values():
        return choice.channel in shop.tells_by
    return shop.told_since(event, choice.channel) is not None
