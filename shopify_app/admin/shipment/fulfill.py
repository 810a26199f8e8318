"""Fulfilling an order from here, with its tracking numbers: all of it, or some pieces."""

from __future__ import annotations

import logging
import secrets

from flask import abort, g, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shopify_app import clock, database
from shopify_app.actions import holding, links, orders
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.changing import changing
from shopify_app.admin.language import _
from shopify_app.admin.shipment import mend_forms
from shopify_app.domain.facts import FulfillmentFacts, Parcel, plain
from shopify_app.models import Fulfilling, Order
from shopify_app.models.fulfilling import State
from shopify_app.numbers import whole
from shopify_app.shopify import client, fulfilling, tokens
from shopify_app.shopify.fulfilling import Line

log = logging.getLogger(__name__)

LONGEST_NONCE = 64


@blueprint.get("/orders/<int:order_id>/fulfill")
def fulfill_page(order_id: int) -> str | tuple[str, int]:
    """What can be fulfilled, as Shopify says now."""
    order = _order(order_id)
    try:
        lines = fulfilling.lines(g.shop.id, g.shop.domain, order_id)
    except client.ShopifyError as error:
        return _page(order, [], {}, {"": _not_asked(error)}), 503
    return _page(order, lines, {}, {})


@blueprint.post("/orders/<int:order_id>/fulfill")
def fulfill(order_id: int) -> Response | tuple[str, int]:
    """Ask Shopify to fulfill; its answer is taken over at once, its webhook says the same later."""
    order = _order(order_id)
    given = {name: value.strip() for name, value in request.form.items()}
    try:
        lines = fulfilling.lines(g.shop.id, g.shop.domain, order_id)
    except client.ShopifyError as error:
        return _page(order, [], given, {"": _not_asked(error)}), 503
    try:
        wanted, errors = _wanted(lines, given)
        if errors:
            return _page(order, lines, given, errors), 422
        if not _claim(order_id, given.get("nonce", "")):
            return redirect(f"/orders/{order_id}", 303)
        told = _send(order_id, wanted, given)
    except client.Rejected as error:
        _settle(given.get("nonce", ""), "refused", detail=str(error)[:500])
        return _page(order, lines, given, {"": _refused(error)}), 422
    except client.ShopifyError as error:
        return _page(order, [], given, {"": _unreachable(error)}), 503
    _take_over(order_id, told, given["nonce"])
    return redirect(f"/orders/{order_id}?done=fulfilled", 303)


def _wanted(lines: list[Line], given: dict[str, str]) -> tuple[dict[Line, int], dict[str, str]]:
    """How many pieces of each line, and what is wrong, by field."""
    wanted: dict[Line, int] = {}
    errors: dict[str, str] = {}
    for line in lines:
        pieces = whole(given.get(line.field, "0"), line.remaining)
        if pieces is None:
            errors[line.field] = _("A number from 0 to %(n)s.", n=line.remaining)
        elif pieces:
            wanted[line] = pieces
    if not wanted and not errors:
        errors[""] = _("Choose at least one piece.")
    return wanted, errors


def _send(order_id: int, wanted: dict[Line, int], given: dict[str, str]) -> FulfillmentFacts:
    company = plain(given.get("company", ""))[:100]
    numbers = mend_forms.numbers_in(given.get("numbers", ""))
    parcels = [links.for_shopify(g.shop, Parcel(number, company)) for number in numbers]
    tell: bool = g.shop.shopify_tells
    return fulfilling.fulfill(g.shop.id, g.shop.domain, order_id, wanted, parcels, tell=tell)


def _claim(order_id: int, nonce: str) -> bool:
    """Take this press for ours; False if the same form was sent before."""
    if not 0 < len(nonce) <= LONGEST_NONCE:
        abort(400)
    with database.writing() as session:
        if _press(session, nonce):
            return False
        claimed = {"shop_id": g.shop.id, "order_id": order_id, "nonce": nonce}
        session.add(Fulfilling(**claimed, asked_at=clock.now()))
    return True


def _settle(nonce: str, state: State, **values: object) -> None:
    with database.writing() as session:
        press = _press(session, nonce)
        if press:
            press.state = state
            for name, value in values.items():
                setattr(press, name, value)


def _take_over(order_id: int, told: FulfillmentFacts, nonce: str) -> None:
    with changing() as (session, shop):
        orders.record_fulfillment(session, shop, told)
    _settle(nonce, "done", fulfillment_id=told.id)
    log.info("order %d of shop %d was fulfilled from here", order_id, g.shop.id)


def _press(session: Session, nonce: str) -> Fulfilling | None:
    wanted = select(Fulfilling).where(Fulfilling.shop_id == g.shop.id, Fulfilling.nonce == nonce)
    return session.scalar(wanted)


def _order(order_id: int) -> Order:
    with database.reading() as session:
        order = holding.find(session, g.shop.id, order_id)
    if order is None or order.placed_at is None:
        abort(404)
    return order


def _refused(error: client.Rejected) -> str:
    if isinstance(error, client.Denied):
        return _("The store does not let Retrack fulfill orders: approve the app's update first.")
    return _("Shopify refused: %(why)s", why=str(error))


def _not_asked(error: client.ShopifyError) -> str:
    """Why nothing was sent. Access that has ended is renewed when the app is opened again."""
    log.warning("nothing was fulfilled: %s", type(error).__name__)
    if isinstance(error, tokens.NoToken):
        return _("Access to the store had ended, so nothing was sent. Try again: that renews it.")
    return _("Shopify does not answer just now, so nothing was sent.")


def _unreachable(error: client.ShopifyError) -> str:
    log.warning("fulfilling waits: %s", type(error).__name__)
    return _("Shopify did not answer. See there whether it was fulfilled before you try again.")


def _page(order: Order, lines: list[Line], given: dict[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "admin/fulfill.html",
        order=order,
        lines=lines,
        given=given,
        errors=errors,
        nonce=secrets.token_urlsafe(16),
    )
