"""Lists as CSV files: filtered and sorted as on the page, or the selected rows alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response, g, request
from sqlalchemy.orm import defer, selectinload

from shopify_app import crypto, database
from shopify_app.admin import downloads, formats, language, links, paging, words
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.language import N_, _
from shopify_app.admin.lists import orders, query, tracking
from shopify_app.admin.lists.filters import Filters
from shopify_app.admin.messages import log
from shopify_app.admin.messages import words as message_words
from shopify_app.admin.progress import page as progress
from shopify_app.admin.shipment import advice
from shopify_app.domain import csv_file
from shopify_app.domain.notification import SMS
from shopify_app.models import Order, Outbox, Shipment, Shop
from shopify_app.numbers import whole

Rows = Iterator[list[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows of a list: those that its address leaves, or of them the ones with these ids."""

    address: Mapping[str, str]
    ids: list[int]


@blueprint.post("/orders/export")
@blueprint.post("/tracking/export")
@blueprint.post("/messages/export")
@blueprint.post("/progress/export")
def export() -> Response:
    """Let the browser save the list of this page: the rows chosen there, or without any all."""
    chosen = [] if request.form.get("all") else request.form.getlist("order")
    told = {
        "list": request.path.split("/")[1],
        "address": {**request.args.to_dict(), **links.address()},
        "ids": [found for each in chosen if (found := whole(each)) is not None],
        "language": language.current(),
    }
    # Whoever was searched for is nobody's business who reads a proxy's log.
    return downloads.handed_out(downloads.link("list", g.shop.id, crypto.encrypt(json.dumps(told))))


@downloads.serves("list")
def _file(shop_id: int, asked: str) -> downloads.File | None:
    told = json.loads(crypto.decrypt(asked))
    with database.reading() as session:
        g.shop = session.get(Shop, shop_id)
    if g.shop is None:
        return None
    g.language = told["language"]
    rows = _LISTS[told["list"]](Asked(told["address"], told["ids"]))
    name = f"{told['list']}-{formats.today().isoformat()}.csv"
    return downloads.File(name, "text/csv", _texts(rows))


def _texts(rows: Iterable[list[str]]) -> Iterator[str]:
    yield csv_file.BOM
    for cells in rows:
        yield csv_file.text_of(cells)


def _of_orders(asked: Asked) -> Rows:
    return _order_rows(asked, orders.chosen_filters(asked.address))


def _of_tracking(asked: Asked) -> Rows:
    return _order_rows(asked, tracking.chosen_filters(asked.address))


def _order_rows(asked: Asked, filters: Filters) -> Rows:
    """One row a parcel, and one for an order without any."""
    wanted, in_order = query.orders(filters, g.shop), query.sorting(filters)
    if asked.ids:
        wanted, in_order = query.of_ids(asked.ids, g.shop), query.sorting(Filters())
    yield [_(heading) for heading in _OF_ORDER] + [_(heading) for heading in _OF_PARCEL]
    for chunk in paging.chunks(wanted.options(*_UNREAD), in_order):
        for each in chunk:
            of_order = [tell(each) for tell in _OF_ORDER.values()]
            parcels: list[Shipment | None] = [*each.shipments]
            for parcel in parcels or [None]:
                yield of_order + [tell(each, parcel) for tell in _OF_PARCEL.values()]


_UNREAD = (
    defer(Order.email),
    defer(Order.phone),
    selectinload(Order.shipments).defer(Shipment.fields),
)
"""To decrypt what is not written would take most of the time."""

_OF_ORDER: dict[str, Callable[[Order], str]] = {
    N_("Order"): lambda order: order.name,
    N_("Placed"): lambda order: _moment(order.placed_at),
    N_("Customer"): lambda order: order.customer_name,
    N_("City"): lambda order: order.city,
    N_("Country"): lambda order: order.country_code,
    N_("Total"): lambda order: order.total,
    N_("Currency"): lambda order: order.currency,
    N_("Items"): lambda order: str(sum(item["quantity"] for item in order.items)),
    N_("Fulfillment"): lambda order: _fulfillment(order),
    N_("Requires attention"): lambda order: advice.attention(order),
}
_OF_PARCEL: dict[str, Callable[[Order, Shipment | None], str]] = {
    N_("Tracking number"): lambda _order, parcel: parcel.number if parcel else "",
    N_("Carrier"): lambda _order, parcel: parcel.carrier_label if parcel else "",
    N_("Status"): lambda order, parcel: _status(parcel.status if parcel else order.status),
    N_("Reason"): lambda _order, parcel: words.reason(parcel.reason) if parcel else "",
    N_("Status since"): lambda order, parcel: _moment((parcel or order).status_since),
    N_("Set by hand"): lambda _order, parcel: _("yes") if parcel and parcel.pinned else "",
    N_("Last checkpoint"): lambda _order, parcel: (
        words.checkpoint(parcel.last_code, parcel.last_text) if parcel else ""
    ),
    N_("Place"): lambda _order, parcel: parcel.last_place if parcel else "",
    N_("Checkpoint at"): lambda _order, parcel: _moment(parcel.last_event_at) if parcel else "",
    N_("Next step"): lambda order, parcel: advice.step(order, parcel),
}


def _fulfillment(order: Order) -> str:
    return _("Cancelled") if order.cancelled_at else words.fulfillment(order.fulfillment_status)


def _status(value: str) -> str:
    return words.status(value) if value else ""


def _of_messages(asked: Asked) -> Rows:
    headings = (_("Time"), _("Message"), _("By"), _("Order"), _("To"), _("State"), _("Detail"))
    yield list(headings)
    wanted, in_order = log.wanted(asked.address), log.in_order(asked.address)
    for rows in paging.chunks(wanted, in_order):
        with database.reading() as session:
            orders = log.orders_of(session, rows)
        for row in rows:
            yield _message(row, orders.get(row.order_id or 0))


def _message(row: Outbox, order: Order | None) -> list[str]:
    sms = row.channel == SMS
    return [
        _moment(row.ended_at or row.created_at),
        message_words.event(row.event),
        _("SMS") if sms else _("Email"),
        order.name if order else "",
        (order.phone if sms else order.email) if order else "",
        message_words.state(row.state),
        message_words.detail(row.detail),
    ]


def _of_progress(asked: Asked) -> Rows:
    names = (_(_PARTS[part]) for part in progress.PARTS)
    yield [_("Day"), _("Orders"), *names, _("Requires attention")]
    for day in progress.days_of(asked.address):
        parts = [day.parts[part] for part in progress.PARTS]
        yield [day.first.isoformat(), *map(str, (day.total, *parts, day.attention.total()))]


_PARTS = {
    "delivered": N_("Delivered"),
    "moving": N_("On the way"),
    "waiting": N_("Waiting"),
    "problem": N_("Problem"),
}

_LISTS: dict[str, Callable[[Asked], Rows]] = {
    "orders": _of_orders,
    "tracking": _of_tracking,
    "messages": _of_messages,
    "progress": _of_progress,
}


def _moment(at: datetime | None) -> str:
    """In the shop's zone, with its offset: ISO 8601."""
    return formats.local(at).isoformat(timespec="seconds") if at else ""
