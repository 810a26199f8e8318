"""Messages: what was sent to customers, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import abort, g, redirect, render_template, request
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shopify_app import database
from shopify_app.actions import outbox
from shopify_app.admin import paging
from shopify_app.admin.blueprint import blueprint
from shopify_app.domain.notification import EMAIL, SMS
from shopify_app.models import Order, Outbox

STATES = ("waiting", "sending", "sent", "arrived", "failed", "uncertain", "suppressed")
NEWEST = paging.Order(Outbox.created_at, Outbox.id)


@blueprint.get("/messages")
def messages_page() -> str:
    """The log, newest first, by state."""
    with database.reading() as session:
        page = paging.read(
            session,
            wanted(request.args),
            NEWEST,
            after=request.args.get("after", ""),
            before=request.args.get("before", ""),
        )
        orders = orders_of(session, page.rows)
        counts = _counts(session)
    state = request.args.get("state", "")
    return render_template(
        "admin/messages.html", page=page, orders=orders, counts=counts, state=state
    )


def wanted(arguments: Mapping[str, str]) -> Select[Outbox]:
    """The messages that the filters in a page's address leave."""
    found = select(Outbox).where(Outbox.shop_id == g.shop.id, Outbox.channel.in_((EMAIL, SMS)))
    state = arguments.get("state", "")
    return found.where(Outbox.state == state) if state in STATES else found


@blueprint.post("/messages/<int:message_id>/again")
def send_again(message_id: int) -> Response:
    """Send a failed or uncertain message once more: the merchant's decision, not ours."""
    return _settle(message_id, outbox.send_again)


@blueprint.post("/messages/<int:message_id>/sent")
def mark_as_sent(message_id: int) -> Response:
    """An uncertain message did go out, the merchant knows."""
    return _settle(message_id, outbox.mark_as_sent)


def _settle(message_id: int, settle: outbox.Settle) -> Response:
    with database.writing() as session:
        row = session.scalar(
            select(Outbox)
            .where(
                Outbox.shop_id == g.shop.id,
                Outbox.id == message_id,
                Outbox.channel.in_((EMAIL, SMS)),
            )
            .with_for_update()
        )
        if row is None:
            abort(404)
        settle(session, row)
    shipment = request.form.get("shipment", "")
    return redirect(f"/shipments/{shipment}" if shipment.isdecimal() else "/messages", 303)


def orders_of(session: Session, rows: Sequence[Outbox]) -> dict[int, Order]:
    """The orders that messages are about, by their id."""
    found = select(Order).where(
        Order.shop_id == g.shop.id, Order.id.in_({row.order_id for row in rows})
    )
    return {order.id: order for order in session.scalars(found)}


def _counts(session: Session) -> dict[str, int]:
    counted = (
        select(Outbox.state, func.count())
        .where(Outbox.shop_id == g.shop.id, Outbox.channel.in_((EMAIL, SMS)))
        .group_by(Outbox.state)
    )
    return dict(session.execute(counted).all())
