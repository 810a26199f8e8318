"""One shipment: where it is and why, its way, what was told; Retrack and set by hand."""

from __future__ import annotations

from flask import abort, g, redirect, render_template, request
from werkzeug.wrappers import Response

from shopify_app import database
from shopify_app.actions import accounts, by_hand, shipments
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.changing import changing
from shopify_app.admin.shipment import parcel
from shopify_app.admin.shipment.mend_forms import Forms
from shopify_app.domain.status import REASONS, SHIPMENT_STATUSES, Reason, Status


@blueprint.get("/shipments/<int:shipment_id>")
def shipment_page(shipment_id: int) -> str | Response:
    """The whole page; of another number of a parcel, that parcel's.

    With `number` it opens the form to correct the number, with this one in it.
    """
    number = request.args.get("number", "")
    forms = Forms("number", {"number": number}) if number else Forms()
    return parcel.page(shipment_id, forms)


@blueprint.get("/shipments/<int:shipment_id>/answer")
def retrack_answer(shipment_id: int) -> str | Response:
    """What became of Retrack, asked every two seconds: while it waits this line, then the page."""
    with database.reading() as session:
        shipment = shipments.find(session, g.shop.id, shipment_id)
        if shipment is None:
            abort(404)
        account = accounts.of_shipment(session, shipment)
        serving = accounts.of(session, g.shop.id)
    if shipment.asked_at:
        asking = {"shipment": shipment, "account": account, "serving": serving}
        return render_template("admin/parts/retrack.html", **asking)
    response = Response(status=204)
    response.headers["HX-Location"] = f"/shipments/{shipment_id}?done=retrack"
    return response


@blueprint.post("/shipments/<int:shipment_id>/retrack")
def retrack(shipment_id: int) -> Response:
    """Ask the provider now, and follow the carrier again if the status was set by hand."""
    with changing() as (session, shop):
        shipment = shipments.held(session, shop.id, shipment_id)
        if shipment is None:
            abort(404)
        for number in (shipment, *shipment.fulfillment.joined_to(shipment)):
            by_hand.retrack(session, shop, number)
        waits = shipment.asked_at is not None
    done = "" if waits else "?done=retrack"
    return redirect(f"/shipments/{shipment_id}{done}", 303)


@blueprint.post("/shipments/<int:shipment_id>/status")
def set_status(shipment_id: int) -> Response:
    """Set the status by hand, with one of its reasons or none.

    It stays until Retrack, or until a carrier tells of a later end.
    """
    chosen, reason = request.form.get("status", ""), request.form.get("reason", "")
    if chosen not in SHIPMENT_STATUSES or reason not in ("", *REASONS.get(Status(chosen), ())):
        abort(400)
    with changing() as (session, shop):
        shipment = shipments.held(session, shop.id, shipment_id)
        if shipment is None:
            abort(404)
        why = Reason(reason) if reason else None
        by_hand.set_status(session, shop, shipment, Status(chosen), why)
    return redirect(f"/shipments/{shipment_id}?done=status", 303)
