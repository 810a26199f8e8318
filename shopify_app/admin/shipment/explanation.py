"""Why a shipment has the status it has, in rows of a term and its meaning."""

from __future__ import annotations

from collections.abc import Iterable

from shopify_app import clock
from shopify_app.admin import formats, words
from shopify_app.admin.language import N_, _
from shopify_app.admin.shipment import advice
from shopify_app.domain import status_map
from shopify_app.domain.carrier_names import CARRIERS
from shopify_app.domain.shipment import MERCHANT, Reading
from shopify_app.domain.tracking_number import Confidence, mistyped, recognise
from shopify_app.models import CarrierAccount, Order, Shipment

Fact = tuple[str, str]
MOST_CANDIDATES = 3

_CONFIDENCES = {
    Confidence.CHECK_DIGIT: N_("its check digit fits"),
    Confidence.FORMAT: N_("its format fits"),
    Confidence.PLAUSIBLE: N_("plausible"),
}


def facts(
    shipment: Shipment,
    order: Order,
    told: Iterable[Reading],
    account: CarrierAccount | None,
    *,
    anybody: bool,
) -> list[Fact]:
    """What the carrier says, the rule, who says so and who else, who looks and when.

    `told` is what each source says, `account` the one that looks at it, `anybody` whether the shop
    has one at all.
    """
    found = [
        _said(shipment),
        _rule(shipment),
        _source(shipment),
        _others(shipment, told),
        _attention(order),
        _looks(shipment, account),
        _next(shipment, anybody=anybody),
        _number(shipment),
    ]
    return [fact for fact in found if fact]


def _said(shipment: Shipment) -> Fact | None:
    if not shipment.last_text:
        return None
    return _("The carrier says"), f"“{shipment.last_text}”"


def _rule(shipment: Shipment) -> Fact:
    status = words.status(shipment.status)
    if shipment.status_source == MERCHANT:
        return _("Rule"), _("Set by hand, so it stays until a carrier tells of a later end")
    if not shipment.status_source:
        return _("Rule"), _("Nobody has told of it yet, so it is %(status)s", status=status)
    row = status_map.rule(shipment.status_source, shipment.status_code)
    meaning = status_map.meaning(shipment.status_source, shipment.status_code)
    if meaning and meaning.status != shipment.status:
        return _("Rule"), _(
            "Not found for 7 days since it was fulfilled → %(status)s", status=status
        )
    reason = f", {words.reason(shipment.reason)}" if shipment.reason else ""
    parts = dict.fromkeys((words.checkpoint(row, row), f"{status}{reason}"))  # not "A → A"
    return _("Rule"), f"{' → '.join(parts)} ({_named(row, shipment)})"


def _named(row: str, shipment: Shipment) -> str:
    """The row of the table that says so, and which version of the table it was."""
    if not shipment.status_version:
        return row
    return _("%(row)s, table %(version)s", row=row, version=shipment.status_version)


def _source(shipment: Shipment) -> Fact | None:
    if not shipment.status_source:
        return None
    parts = [words.source(shipment.status_source), formats.in_sentence(shipment.status_since)]
    if shipment.looked_at:
        parts.append(_("last asked %(moment)s", moment=formats.in_sentence(shipment.looked_at)))
    return _("Source"), ", ".join(parts)


def _others(shipment: Shipment, told: Iterable[Reading]) -> Fact | None:
    """The sources that say something else: the newest event decided against them."""
    others = [r for r in told if r.status != shipment.status]
    said = dict.fromkeys(
        f"{words.source(r.source)}: {words.status(r.status)}, "
        f"{formats.in_sentence(r.happened_at or r.read_at)}"
        for r in others
    )
    return (_("Others say"), "; ".join(said)) if said else None


def _attention(order: Order) -> Fact | None:
    why = advice.attention(order)
    return (_("Requires attention"), why) if why else None


def _looks(shipment: Shipment, account: CarrierAccount | None) -> Fact | None:
    """Who is asked about it, and what keeps them from looking."""
    if not shipment.number:
        return None
    if account is None:
        return _("Asked"), _("Nobody yet") if shipment.look_at else _("Nobody")
    name = words.source(account.provider)
    if shipment.stopped:
        how = _("%(provider)s has stopped looking", provider=name)
        once = _("Retrack lets it look once more")
        for_good = _("only a registration anew lets it look again")
        return _("Asked"), f"{how}; {for_good if shipment.stopped == 'for_good' else once}"
    if shipment.followed_at:
        since = formats.in_sentence(shipment.followed_at)
        return _("Asked"), _("%(provider)s, since %(since)s", provider=name, since=since)
    if account.problem == "quota":
        return _("Asked"), _("Waits: no tracking numbers left at %(provider)s", provider=name)
    return _("Asked"), _("%(provider)s, not yet", provider=name)


def _next(shipment: Shipment, *, anybody: bool) -> Fact | None:
    if shipment.removed_at:
        return None
    if shipment.look_at is None:
        return _("Next check"), _without_check(shipment, anybody=anybody)
    if shipment.look_at <= clock.now():
        return _("Next check"), _("Due now; it is made as soon as the provider can be asked")
    at = formats.moment(shipment.look_at)
    return _("Next check"), _("%(moment)s, or when you press Retrack", moment=at)


def _without_check(shipment: Shipment, *, anybody: bool) -> str:
    """None is planned: what the merchant can do, if anything."""
    if not shipment.number:
        return _("None: without a number nobody can be asked")
    if not anybody:
        return _("None: without a key nobody can be asked")
    if shipment.stopped == "for_good":
        return _("None, until it is registered anew")
    return _("None planned; press Retrack to ask")


def _number(shipment: Shipment) -> Fact | None:
    """Whose number it can be by its look: advice, while carriers' systems decide."""
    if not shipment.number:
        return None
    fits = [
        f"{CARRIERS[each.carrier].name} ({_(_CONFIDENCES[each.confidence])})"
        for each in recognise(shipment.number)[:MOST_CANDIDATES]
    ]
    return _("Number looks like"), ", ".join(fits) or _unlike_any(shipment.number)


def _unlike_any(number: str) -> str:
    if carrier := mistyped(number):
        return _(
            "%(carrier)s, but its check digit does not fit: a sign may be mistyped",
            carrier=CARRIERS[carrier].name,
        )
    return _("No carrier's that we know by its look; it is asked for all the same")
