"""Why a provider does not follow a number, what to do about it, and what carriers ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from shopify_app.admin import words
from shopify_app.admin.language import N_, _
from shopify_app.carriers.base import Field
from shopify_app.models import Shipment

ALL_FIELDS: tuple[str, ...] = get_args(Field)


@dataclass(frozen=True, slots=True)
class Problem:
    """What happened, what to do next, and the form that it is done with (empty: none)."""

    what: str
    step: str
    form: str = ""


_PROBLEMS = {
    "need_field": Problem(
        N_("The carrier asks for more before it tells of the parcel"),
        N_("Give what the carrier asks for"),
        "fields",
    ),
    "bad_field": Problem(
        N_("The carrier does not take what was given of the parcel"),
        N_("Correct what the carrier asks for"),
        "fields",
    ),
    "bad_number": Problem(
        N_("%(provider)s says that the number is not valid"),
        N_("Ask the supplier for the right number"),
        "number",
    ),
    "no_carrier": Problem(
        N_("%(provider)s could not tell which carrier it is"),
        N_("Choose the carrier"),
        "carrier",
    ),
    "carrier_unavailable": Problem(
        N_("%(provider)s cannot ask this carrier now"),
        N_("Retrack later, or choose another carrier"),
        "carrier",
    ),
    "too_many_changes": Problem(
        N_("%(provider)s has changed the carrier as often as it does"),
        N_("Ask the carrier yourself, then set the status"),
    ),
    "stopped": Problem(
        N_("%(provider)s has stopped looking, so it changes nothing"),
        N_("Retrack it first, then try again"),
    ),
    "not_stopped": Problem(
        N_("%(provider)s still looks at it, so it did not begin again"),
        N_("Wait for the next check"),
    ),
    "retracked_already": Problem(
        N_("%(provider)s begins again only once, and did so before"),
        N_("Register it anew"),
    ),
    "no_push_address": Problem(
        N_("%(provider)s does not know where to push to"),
        N_("Paste the push address at the provider"),
    ),
    "other": Problem(
        N_("%(provider)s refused the number"),
        N_("Ask the supplier for the right number"),
        "number",
    ),
}

_FIELDS = {
    "postcode": N_("Postcode of the destination"),
    "phone": N_("Phone number of the recipient"),
    "date": N_("Day it was shipped"),
    "country": N_("Country of the destination"),
    "city": N_("City of the destination"),
    "origin": N_("Country of the sender"),
    "sender": N_("Name of the sender"),
    "recipient": N_("Name of the recipient"),
    "tax_id": N_("Tax number of the recipient (CPF or CNPJ)"),
    "extra": N_("Anything else the carrier asks for"),
}

_FIELD_HELPS = {
    "phone": N_("Only its last four digits are kept and sent."),
    "date": N_("As YYYY-MM-DD, such as 2026-11-02."),
    "country": N_("Its two letters, such as DE."),
    "origin": N_("Its two letters, such as CN."),
}


def what(value: str, provider: str = "") -> str:
    """What is wrong, naming the provider who says so; empty if nothing is."""
    if not value:
        return ""
    said_by = words.source(provider) or _("The tracking provider")
    return _(_known(value).what, provider=said_by)


def step(value: str) -> str:
    """What to do about it."""
    return _(_known(value).step)


def form(value: str) -> str:
    """The form of the shipment's page that it is mended with."""
    return _known(value).form


def _known(value: str) -> Problem:
    return _PROBLEMS.get(value, _PROBLEMS["other"])


def asked(shipment: Shipment) -> tuple[str, ...]:
    """The fields that the carrier asks for; all there are where it does not say which."""
    if shipment.asks:
        return tuple(shipment.asks.split(","))
    return ALL_FIELDS if shipment.problem and form(shipment.problem) == "fields" else ()


def field(name: str) -> str:
    """What a carrier may ask for, in words."""
    return _(_FIELDS.get(name, name))


def field_help(name: str) -> str:
    """How it is to be written; empty where it is plain."""
    return _(_FIELD_HELPS[name]) if name in _FIELD_HELPS else ""


def names(asked: Iterable[str]) -> str:
    """The fields in one line."""
    return "; ".join(map(field, asked))
