"""One shipment: where it is and why, its way, what was told; Retrack and set by hand."""

from __future__ import annotations

from flask import abort, g, redirect, render_template, request
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shopify_app import database
from shopify_app.actions import orders, shipments
from shopify_app.admin import way, why, words
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.language import _
from shopify_app.domain import tracking_url
from shopify_app.domain.status import SHIPMENT_STATUSES, Status
from shopify_app.models import (
    CarrierAccount,
    Change,
    CheckpointRow,
    Order,
    Outbox,
    Shipment,
    Shop,
)

MOST_CHECKPOINTS, MOST_CHANGES = 200, 100


@blueprint.get("/shipments/<int:shipment_id>")
def shipment_page(shipment_id: int) -> str:
    """The whole page."""
    return _page(shipment_id, "admin/shipment.html")


@blueprint.get("/shipments/<int:shipment_id>/answer")
def retrack_answer(shipment_id: int) -> str | Response:
    """What became of Retrack, asked every two seconds: while it waits this line, then the page."""
    with database.reading() as session:
        shipment = session.scalar(
            select(Shipment).where(Shipment.shop_id == g.shop.id, Shipment.id == shipment_id)
        )
        account = _account(session, shipment) if shipment else None
    if shipment is None:
        abort(404)
    if shipment.asked_at:
        return render_template("admin/parts/retrack.html", shipment=shipment, account=account)
    response = Response(status=204)
    response.headers["HX-Location"] = f"/shipments/{shipment_id}?done=retrack"
    return response


@blueprint.post("/shipments/<int:shipment_id>/retrack")
def retrack(shipment_id: int) -> Response:
    """Ask the provider now, and follow the carrier again if the status was set by hand."""
    with database.writing() as session:
        shipment = shipments.held(session, g.shop.id, shipment_id)
        if shipment is None:
            abort(404)
        shipments.ask_again(session, session.get_one(Shop, g.shop.id), shipment)
        waits = shipment.asked_at is not None
    done = "" if waits else "?done=retrack"
    return redirect(f"/shipments/{shipment_id}{done}", 303)


@blueprint.post("/shipments/<int:shipment_id>/status")
def set_status(shipment_id: int) -> Response:
    """Set the status by hand. It stays until Retrack, or until a carrier tells of a later end."""
    chosen = request.form.get("status", "")
    if chosen not in SHIPMENT_STATUSES:
        abort(400)
    with database.writing() as session:
        shipment = shipments.held(session, g.shop.id, shipment_id)
        if shipment is None:
            abort(404)
        shop = session.get_one(Shop, g.shop.id)
        shipments.set_by_hand(session, shop, shipment, Status(chosen))
    return redirect(f"/shipments/{shipment_id}?done=status", 303)


def _page(shipment_id: int, template: str) -> str:
    with database.reading() as session:
        shipment = session.scalar(
            select(Shipment).where(Shipment.shop_id == g.shop.id, Shipment.id == shipment_id)
        )
        if shipment is None:
            abort(404)
        order = orders.find(session, g.shop.id, shipment.order_id)
        if order is None or order.placed_at is None:
            abort(404)
        context = _context(session, shipment, order)
    return render_template(template, shipment=shipment, order=order, **context)


def _context(session: Session, shipment: Shipment, order: Order) -> dict[str, object]:
    outbox = _outbox(session, shipment)
    checkpoints = _checkpoints(session, shipment)
    changes = _changes(session, shipment)
    return {
        "fulfillment": shipment.fulfillment,
        "siblings": shipment.fulfillment.live_shipments,
        "legs": way.legs(checkpoints),
        "steps": way.steps(shipment, order, checkpoints),
        "link": tracking_url.link(g.shop.tracking_url, shipment.number) if shipment.number else "",
        "why": why.facts(shipment, order),
        "messages": [row for row in outbox if row.channel != "shopify"],
        "writes": [row for row in outbox if row.channel == "shopify"],
        "changes": changes,
        "account": _account(session, shipment),
        "choices": SHIPMENT_STATUSES,
        "done": _done(changes),
    }


def _done(changes: list[Change]) -> str:
    """What the merchant just did, for the admin to say once."""
    if request.args.get("done") == "status":
        return _("Status set by hand")
    asked = next((change for change in changes if change.what == "retrack"), None)
    if request.args.get("done") == "retrack" and asked:
        return words.retrack_result(asked.detail.get("result", ""))
    return ""


def _account(session: Session, shipment: Shipment) -> CarrierAccount | None:
    account_id = shipment.account_id
    return session.get(CarrierAccount, account_id) if account_id else None


def _checkpoints(session: Session, shipment: Shipment) -> list[CheckpointRow]:
    """The shipment's own, and Shopify's of the whole fulfillment, newest first."""
    row = CheckpointRow
    wanted = (
        select(row)
        .where(
            row.shop_id == shipment.shop_id,
            row.fulfillment_id == shipment.fulfillment_id,
            or_(row.shipment_id == shipment.id, row.shipment_id.is_(None)),
        )
        .order_by(row.happened_at.desc().nulls_last(), row.id.desc())
        .limit(MOST_CHECKPOINTS)
    )
    return list(session.scalars(wanted))


def _outbox(session: Session, shipment: Shipment) -> list[Outbox]:
    wanted = (
        select(Outbox)
        .where(
            Outbox.shop_id == shipment.shop_id,
            Outbox.fulfillment_id == shipment.fulfillment_id,
        )
        .order_by(Outbox.id.desc())
    )
    return list(session.scalars(wanted))


def _changes(session: Session, shipment: Shipment) -> list[Change]:
    wanted = (
        select(Change)
        .where(Change.shop_id == shipment.shop_id, Change.shipment_id == shipment.id)
        .order_by(Change.id.desc())
        .limit(MOST_CHANGES)
    )
    return list(session.scalars(wanted))
