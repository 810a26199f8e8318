"""Why a shipment has the status it has, in rows of a term and its meaning."""

from __future__ import annotations

from shopify_app import clock
from shopify_app.admin import advice, formats, words
from shopify_app.admin.language import _
from shopify_app.domain import status_map
from shopify_app.domain.shipment import MERCHANT
from shopify_app.models import Order, Shipment

Fact = tuple[str, str]


def facts(shipment: Shipment, order: Order) -> list[Fact]:
    """What the carrier says, the rule, the source, why it requires attention, what is next."""
    found = [
        _said(shipment),
        _rule(shipment),
        _source(shipment),
        _attention(order),
        _next(shipment),
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
        return _("Rule"), _("No source has told anything yet → %(status)s", status=status)
    row = status_map.rule(shipment.status_source, shipment.status_code)
    meaning = status_map.meaning(shipment.status_source, shipment.status_code)
    if meaning and meaning.status != shipment.status:
        return _("Rule"), _(
            "Not found for 7 days since it was fulfilled → %(status)s", status=status
        )
    reason = f", {words.reason(shipment.reason)}" if shipment.reason else ""
    return _("Rule"), f"{words.checkpoint(row, row)} → {status}{reason} ({row})"


def _source(shipment: Shipment) -> Fact | None:
    if not shipment.status_source:
        return None
    parts = [words.source(shipment.status_source), formats.moment(shipment.status_since)]
    if shipment.looked_at:
        parts.append(_("last asked %(moment)s", moment=formats.moment(shipment.looked_at)))
    return _("Source"), ", ".join(parts)


def _attention(order: Order) -> Fact | None:
    why = advice.attention(order)
    return (_("Requires attention"), why) if why else None


def _next(shipment: Shipment) -> Fact | None:
    if shipment.look_at is None:
        return _("Next check"), _("None planned; press Retrack to ask")
    if shipment.look_at <= clock.now():
        return _("Next check"), _("Due now; it is made as soon as the provider can be asked")
    at = formats.moment(shipment.look_at)
    return _("Next check"), _("%(moment)s, or when you press Retrack", moment=at)
