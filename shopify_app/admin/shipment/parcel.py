"""The page of one shipment, and what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import abort, g, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shopify_app import database, i18n
from shopify_app.actions import accounts, holding, readings, shipments
from shopify_app.admin.language import N_, _, speaking
from shopify_app.admin.shipment import (
    explanation,
    history,
    mend_forms,
    problems,
    records,
    supplier,
    timeline,
)
from shopify_app.admin.shipment.mend_forms import Forms
from shopify_app.carriers import registry
from shopify_app.domain import tracking_number, tracking_url
from shopify_app.domain.carrier_names import CARRIERS
from shopify_app.domain.notification import TO_SHOPIFY
from shopify_app.domain.status import REASONS, SHIPMENT_STATUSES
from shopify_app.jobs import choosing
from shopify_app.models import CarrierAccount, Change, Order, Shipment

_DONE = {
    "status": N_("Status set by hand"),
    "number": N_("Number saved; it is tracked from now on"),
    "joined": N_("Joined: one timeline for both numbers"),
    "parted": N_("Parted"),
    "resolved": N_("Marked as resolved"),
    "unresolved": N_("No longer marked as resolved"),
    "unpinned": N_("The carrier is followed again"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What the page is about: `account` looks at the shipment, `serving` are all that could.

    `joined` are the other numbers of the parcel.
    """

    shipment: Shipment
    order: Order
    joined: list[Shipment]
    account: CarrierAccount | None
    serving: list[CarrierAccount]


def page(shipment_id: int, forms: Forms) -> str | Response:
    """The shipment's page, with its forms as they are."""
    with database.reading() as session:
        shipment = shipments.find(session, g.shop.id, shipment_id)
        if shipment is None:
            abort(404)
        if shipment.joined_id and not shipment.removed_at:
            return redirect(f"/shipments/{shipment.joined_id}", 303)
        order = holding.find(session, g.shop.id, shipment.order_id)
        if order is None or order.placed_at is None:
            abort(404)
        subject = Subject(
            shipment,
            order,
            shipment.fulfillment.joined_to(shipment),
            accounts.of_shipment(session, shipment),
            accounts.of(session, g.shop.id),
        )
        context = _context(session, subject) | _mending(session, subject, forms)
        return render_template("admin/shipment.html", shipment=shipment, order=order, **context)


def _context(session: Session, of: Subject) -> dict[str, object]:
    shipment, order, fulfillment = of.shipment, of.order, of.shipment.fulfillment
    outbox = records.outbox(session, shipment)
    checkpoints = records.checkpoints(session, shipment, of.joined)
    changes = records.changes(session, shipment)
    provider = _provider(of.account, of.serving)
    told = readings.of(fulfillment, shipment)
    return {
        "fulfillment": fulfillment,
        "siblings": fulfillment.live_shipments,
        "joined": of.joined,
        "legs": timeline.legs(checkpoints, [shipment, *of.joined] if of.joined else []),
        "troubled": shipment.status in timeline.TROUBLED,
        "steps": timeline.steps(shipment, order, checkpoints),
        "link": _customer_link(shipment),
        "letter": _letter(order),
        "why": explanation.facts(shipment, order, told, of.account, anybody=bool(of.serving)),
        "messages": [row for row in outbox if row.channel != TO_SHOPIFY],
        "writes": [row for row in outbox if row.channel == TO_SHOPIFY],
        "changes": changes,
        "account": of.account,
        "provider": provider,
        "serving": of.serving,
        "costs": _costs(shipment, of.serving),
        "choices": {status: REASONS.get(status, ()) for status in SHIPMENT_STATUSES},
        "done": _done(changes, provider),
    }


def _customer_link(shipment: Shipment) -> str:
    """What the customer opens; empty without a number."""
    site = g.shop.tracking_site(shipment.carrier_name, shipment.company)
    return tracking_url.link(site, shipment.number) if shipment.number else ""


def _letter(order: Order) -> str:
    """A mail to the customer about the order, for their own mail program; empty without an address.

    Source of its form: RFC 6068.
    """
    if not order.email:
        return ""
    with speaking(i18n.language(order.locale, g.shop.locale)):
        subject = _("Order %(name)s", name=order.name)
    return f"mailto:{quote(order.email, safe='@')}?subject={quote(subject)}"


def _mending(session: Session, of: Subject, forms: Forms) -> dict[str, object]:
    """What the forms and the message for the supplier are made of."""
    asks = mend_forms.chooses_carrier(of.account, of.serving)
    asked = problems.asked(of.shipment)
    typed = forms.typed["number"] if forms.opened == "number" else of.shipment.number
    return {
        "forms": forms,
        "asked": asked,
        "guesses": mend_forms.first_guess(of.order, asked),
        "choosing": asks,
        "carriers": mend_forms.known_carriers(session, g.shop.id, asks.provider) if asks else {},
        "company_names": sorted({each.name for each in CARRIERS.values()}),
        "doubt": tracking_number.doubt(typed),
        "supplier": supplier.messages(of.shipment, of.order),
    }


def _provider(account: CarrierAccount | None, serving: list[CarrierAccount]) -> str:
    """Who is asked about it, or would be if there is only one; empty if that is open."""
    asked = [account] if account else serving
    return asked[0].provider if len(asked) == 1 else ""


def _done(changes: list[Change], provider: str) -> str:
    """What the merchant just did, for the admin to say once."""
    done = request.args.get("done", "")
    asked = next((change for change in changes if change.what == "retrack"), None)
    if done == "retrack" and asked:
        return history.retrack_result(asked.detail.get("result", ""), provider)
    return _(_DONE[done]) if done in _DONE else ""


def _costs(shipment: Shipment, serving: Sequence[CarrierAccount]) -> CarrierAccount | None:
    """The account of whose quota Retrack takes a number that nothing else would have taken."""
    followed = shipment.followed_at or shipment.look_at or shipment.stopped
    asked = shipment.number and not shipment.removed_at and not followed
    account = choosing.first(serving, shipment.number_key) if asked else None
    metered = account and "quota" in registry.provider(account.provider, "").caps
    return account if metered else None
