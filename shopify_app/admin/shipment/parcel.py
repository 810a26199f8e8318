"""The page of one shipment, and what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from flask import abort, g, redirect, render_template, request
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shopify_app import clock, database, i18n
from shopify_app.actions import accounts, orders, readings, shipments
from shopify_app.actions.outbox import MARKS
from shopify_app.admin.language import N_, _, speaking
from shopify_app.admin.shipment import mend_forms, past, problems, supplier, way, why
from shopify_app.admin.shipment.mend_forms import Forms
from shopify_app.carriers import registry
from shopify_app.domain import tracking_number, tracking_url
from shopify_app.domain.carrier_names import CARRIERS
from shopify_app.domain.status import REASONS, SHIPMENT_STATUSES
from shopify_app.jobs import choosing
from shopify_app.models import CarrierAccount, Change, CheckpointRow, Order, Outbox, Shipment

MOST_CHECKPOINTS, MOST_CHANGES = 200, 100

_DONE = {
    "status": N_("Status set by hand"),
    "number": N_("Number saved; it is tracked from now on"),
    "joined": N_("Joined: one timeline for both numbers"),
    "parted": N_("Parted"),
    "resolved": N_("Marked as resolved"),
    "unresolved": N_("No longer marked as resolved"),
    "unpinned": N_("The carrier is followed again"),
}


def page(shipment_id: int, forms: Forms) -> str | Response:
    """The shipment's page, with its forms as they are."""
    with database.reading() as session:
        shipment = shipments.find(session, g.shop.id, shipment_id)
        if shipment is None:
            abort(404)
        if shipment.joined_id and not shipment.removed_at:
            return redirect(f"/shipments/{shipment.joined_id}", 303)
        order = orders.find(session, g.shop.id, shipment.order_id)
        if order is None or order.placed_at is None:
            abort(404)
        context = _context(session, shipment, order) | _mending(session, shipment, order, forms)
        return render_template("admin/shipment.html", shipment=shipment, order=order, **context)


def _context(session: Session, shipment: Shipment, order: Order) -> dict[str, object]:
    fulfillment = shipment.fulfillment
    joined = fulfillment.joined_to(shipment)
    outbox = _outbox(session, shipment)
    checkpoints = _checkpoints(session, shipment, joined)
    changes = _changes(session, shipment)
    account = accounts.of_shipment(session, shipment)
    serving = accounts.of(session, g.shop.id)
    provider = _provider(account, serving)
    return {
        "fulfillment": fulfillment,
        "siblings": fulfillment.live_shipments,
        "legs": way.legs(checkpoints, [shipment, *joined] if joined else []),
        "troubled": shipment.status in way.TROUBLED,
        "steps": way.steps(shipment, order, checkpoints),
        "link": _customer_link(shipment),
        "letter": _letter(order),
        "why": why.facts(
            shipment, order, readings.of(fulfillment, shipment), account, anybody=bool(serving)
        ),
        "messages": [row for row in outbox if row.channel != "shopify"],
        "writes": [row for row in outbox if row.channel == "shopify"],
        "changes": changes,
        "account": account,
        "provider": provider,
        "serving": serving,
        "costs": _costs(shipment, serving),
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


def _mending(session: Session, shipment: Shipment, order: Order, forms: Forms) -> dict[str, object]:
    """What the forms and the message for the supplier are made of."""
    serving = accounts.of(session, g.shop.id)
    asks = mend_forms.chooses_carrier(accounts.of_shipment(session, shipment), serving)
    asked = problems.asked(shipment)
    typed = forms.typed["number"] if forms.opened == "number" else shipment.number
    return {
        "forms": forms,
        "joined": shipment.fulfillment.joined_to(shipment),
        "asked": asked,
        "guesses": mend_forms.first_guess(order, asked),
        "choosing": asks,
        "carriers": mend_forms.known_carriers(session, g.shop.id, asks.provider) if asks else {},
        "company_names": sorted({each.name for each in CARRIERS.values()}),
        "doubt": tracking_number.doubt(typed),
        "supplier": supplier.messages(shipment, order),
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
        return past.retrack_result(asked.detail.get("result", ""), provider)
    return _(_DONE[done]) if done in _DONE else ""


def _checkpoints(
    session: Session, shipment: Shipment, joined: list[Shipment]
) -> list[CheckpointRow]:
    """Those of all its numbers, and Shopify's of the whole fulfillment, newest first."""
    row = CheckpointRow
    numbers = [shipment.id, *(other.id for other in joined)]
    wanted = (
        select(row)
        .where(
            row.shop_id == shipment.shop_id,
            row.fulfillment_id == shipment.fulfillment_id,
            or_(row.shipment_id.in_(numbers), row.shipment_id.is_(None)),
        )
        .order_by(row.happened_at.desc().nulls_last(), row.id.desc())
        .limit(MOST_CHECKPOINTS)
    )
    return list(session.scalars(wanted))


def _outbox(session: Session, shipment: Shipment) -> list[Outbox]:
    """What was told about its fulfillment, and what by now was written of the order as a whole."""
    of_order = and_(
        Outbox.order_id == shipment.order_id, Outbox.event == MARKS, Outbox.due_at <= clock.now()
    )
    wanted = (
        select(Outbox)
        .where(
            Outbox.shop_id == shipment.shop_id,
            or_(Outbox.fulfillment_id == shipment.fulfillment_id, of_order),
        )
        .order_by(Outbox.id.desc())
    )
    return list(session.scalars(wanted))


def _changes(session: Session, shipment: Shipment) -> list[Change]:
    """Its history, with that of the numbers in whose place it came: fulfilled was the first."""
    before = [each.id for each in shipment.fulfillment.numbers_before(shipment)]
    first = min([*before, shipment.id])
    said_twice = or_(
        and_(Change.what == "number_removed", Change.shipment_id != shipment.id),
        and_(Change.what == "fulfilled", Change.shipment_id != first),
    )
    wanted = (
        select(Change)
        .where(
            Change.shop_id == shipment.shop_id,
            Change.shipment_id.in_([*before, shipment.id]),
            ~said_twice,
        )
        .order_by(Change.id.desc())
        .limit(MOST_CHANGES)
    )
    return list(session.scalars(wanted))


def _costs(shipment: Shipment, serving: Sequence[CarrierAccount]) -> CarrierAccount | None:
    """The account of whose quota Retrack takes a number that nothing else would have taken."""
    followed = shipment.followed_at or shipment.look_at or shipment.stopped
    asked = shipment.number and not shipment.removed_at and not followed
    account = choosing.first(serving, shipment.number_key) if asked else None
    metered = account and "quota" in registry.provider(account.provider, "").caps
    return account if metered else None
