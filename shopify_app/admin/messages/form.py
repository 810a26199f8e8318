"""What the merchant typed into the editor of a message, and what is wrong with it in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from shopify_app import i18n
from shopify_app.actions.texts import Which
from shopify_app.admin import language
from shopify_app.admin.language import N_, _
from shopify_app.domain import message_template
from shopify_app.domain.message_template import NAMES, PARCEL, Mistake
from shopify_app.domain.notification import CONFIRMATION, EMAIL, NUMBER_CHANGED, OPTIONAL, SMS
from shopify_app.outgoing import wording

EVENTS = (CONFIRMATION, NUMBER_CHANGED, *OPTIONAL)
ONE_LINE = {"subject", "headline"}
MAY_BE_EMPTY = {"note"}
LABELS = {
    "subject": N_("Subject"),
    "headline": N_("Headline"),
    "lead": N_("Text"),
    "note": N_("Remark under the button"),
    "text": N_("Text message"),
}
INSERTABLE = {
    N_("Order number"): "{{ order.name }}",
    N_("First name"): "{{ customer.first_name }}",
    N_("Shop name"): "{{ shop.name }}",
    N_("Tracking links"): "{{ links }}",
    N_("Date shipped"): "{{ fulfillment.date }}",
    N_("Destination"): "{{ customer.place }}",
    N_(
        "Each parcel"
    ): "{% for parcel in parcels %}{{ parcel.carrier }} {{ parcel.number }} {% endfor %}",
    N_("If several parcels"): "{% if several %}…{% else %}…{% endif %}",
    N_("If a carrier has it"): "{% if scanned %}…{% else %}…{% endif %}",
}
_PROBLEMS = {
    "empty": N_("This cannot be empty."),
    "long": N_("This is too long: %(what)s characters at most."),
    "lines": N_("This has to stand on one line."),
    "syntax": N_("Line %(line)d: something is not closed, or not written as it should be."),
    "tag": N_("Line %(line)d: of commands there are only if, elif, else and for."),
    "name": N_("Line %(line)d: nothing is called %(what)s here."),
    "filter": N_("Line %(line)d: the filter %(what)s cannot be used here."),
    "call": N_("Line %(line)d: nothing can be called. Insert a name from the list below."),
    "piece": N_("Line %(line)d: this cannot be used. Insert a name from the list below."),
    "loop": N_("Line %(line)d: the only loop there is runs over parcels, and not within itself."),
    "calculation": N_("Line %(line)d: nothing can be calculated or compared here."),
    "deep": N_("Line %(line)d: too much stands within each other here."),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the fields, by part, and each field's mistake."""

    which: Which
    parts: Mapping[str, str]
    mistakes: Mapping[str, str]

    @property
    def changed(self) -> dict[str, str]:
        """The parts without a mistake that say something else than what is shipped."""
        shipped = wording.shipped(self.which.event, self.which.language, self.which.channel)
        good = {part: text for part, text in self.parts.items() if part not in self.mistakes}
        return {part: text for part, text in good.items() if text != shipped[part]}


def which(given: Mapping[str, str]) -> Which:
    """The message that an address or a form is about; the confirmation by email if none is."""
    event, channel, spoken = (given.get(name) for name in ("event", "channel", "language"))
    return Which(
        event if event in EVENTS else CONFIRMATION,
        spoken if spoken in i18n.LANGUAGES else language.current(),
        channel if channel in (EMAIL, SMS) else EMAIL,
    )


def stored(of: Which, own: Mapping[str, str]) -> Draft:
    """The words in force."""
    return Draft(of, {**wording.shipped(of.event, of.language, of.channel), **own}, {})


def typed(given: Mapping[str, str], own: Mapping[str, str]) -> Draft:
    """What was typed; a field that was not in the form says what is in force."""
    now = stored(which(given), own)
    parts = {
        part: given.get(part, text).replace("\r\n", "\n").strip()
        for part, text in now.parts.items()
    }
    found = {part: _mistake(part, text) for part, text in parts.items()}
    return Draft(now.which, parts, {part: text for part, text in found.items() if text})


def _mistake(part: str, text: str) -> str:
    """What is wrong with a part, in words; empty if nothing is."""
    if part in MAY_BE_EMPTY and not text:
        return ""
    try:
        message_template.check(text, one_line=part in ONE_LINE)
    except Mistake as mistake:
        said = _(_PROBLEMS[mistake.problem], line=mistake.line, what=mistake.what)
        return f"{said} {_remedy(mistake)}".strip()
    return ""


def _remedy(mistake: Mistake) -> str:
    near = get_close_matches(mistake.what, (*NAMES, *PARCEL), n=1)
    if mistake.problem != "name" or not near:
        return ""
    if near[0] == mistake.what:
        return _("It is known only between for parcel in parcels and endfor.")
    return _("Did you mean %(name)s?", name=near[0])
