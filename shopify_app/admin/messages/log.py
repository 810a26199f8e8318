"""Messages: what was sent to customers, and how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from flask import abort, g, redirect, render_template, request
from sqlalchemy import ColumnElement, Executable, Select, Text, column, func, select, values
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shopify_app import database
from shopify_app.actions import outbox
from shopify_app.admin import formats, links, paging, ranges
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.lists import query
from shopify_app.domain.notification import CHANNELS, EVENTS
from shopify_app.models import Order, Outbox, Shipment
from shopify_app.models.outbox import UNSETTLED
from shopify_app.numbers import whole

STATES = ("waiting", "sending", "sent", "arrived", "failed", "uncertain", "suppressed")
MOST_COUNTED = 10_000
UNSETTLED_ONES = "unsettled"
"""Stands among the states of an address for both that wait for the merchant."""
NEWEST = paging.Order(Outbox.created_at, Outbox.id)
_MOMENT = func.coalesce(Outbox.created_at, Outbox.created_at).label("created_at")
_FOUND = paging.Order(_MOMENT, Outbox.id)
"""The same order as no index has it: the few that were searched for are found by theirs, and then
sorted, where SQLite would rather walk through all."""


@blueprint.get("/messages")
def messages_page() -> str:
    """The log, newest first, by state and what else is chosen."""
    with database.reading() as session:
        page = paging.read(
            session,
            wanted(request.args),
            in_order(request.args),
            after=request.args.get("after", ""),
            before=request.args.get("before", ""),
        )
        orders = orders_of(session, page.rows)
        parcels = _parcels_of(session, page.rows)
        by_event = _by_event(session, request.args)
    return render_template(
        "admin/messages.html",
        page=page,
        orders=orders,
        parcels=parcels,
        by_event={
            event: {s: _number([n]) for s, n in counts.items()}
            for event, counts in by_event.items()
        },
        counts=_by_state(by_event),
        state=request.args.get("state", ""),
        dates=ranges.chosen(request.args, ranges.ANY),
        events=EVENTS,
        channels=CHANNELS,
        chosen=request.args,
    )


def wanted(arguments: Mapping[str, str]) -> Select[Outbox]:
    """The messages that the filters in a page's address leave."""
    found = select(Outbox).where(*_chosen(arguments))
    state = arguments.get("state", "")
    if state in {UNSETTLED_ONES, "failed", "uncertain"}:
        found = found.where(UNSETTLED)  # in the words of its index
    return found.where(Outbox.state == state) if state in STATES else found


def in_order(arguments: Mapping[str, str]) -> paging.Order:
    """The order of the list: the newest first."""
    return _FOUND if arguments.get("q", "").strip() else NEWEST


def unsettled() -> int:
    """How many messages failed, or may have failed, and wait for the merchant."""
    mine = (Outbox.shop_id == g.shop.id, UNSETTLED, Outbox.channel.in_(CHANNELS))
    # In an order, so that SQLite takes the index of just these.
    some = select(Outbox.id).where(*mine).order_by(Outbox.created_at).limit(MOST_COUNTED + 1)
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _chosen(arguments: Mapping[str, str]) -> list[ColumnElement[bool]]:
    """The shop's messages by all filters but their state; a choice that is none is passed over."""
    event, channel = arguments.get("event", ""), arguments.get("channel", "")
    dates = ranges.chosen(arguments, ranges.ANY)
    found = [Outbox.shop_id == g.shop.id]
    found.append(Outbox.channel.in_([channel] if channel in CHANNELS else CHANNELS))
    if event in EVENTS:
        found.append(Outbox.event == event)
    if dates.start:
        found.append(Outbox.created_at >= dates.start)
    if dates.end:
        found.append(Outbox.created_at < dates.end)
    if q := arguments.get("q", "").strip():
        orders = query.matching(g.shop, q).limit(query.MOST_FOUND).subquery()
        found.append(Outbox.order_id.in_(select(orders.c.order_id)))
    return found


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
                Outbox.channel.in_(CHANNELS),
            )
            .with_for_update()
        )
        if row is None:
            abort(404)
        settle(session, row)
    shipment_id = whole(request.form.get("shipment", ""))
    back = f"/shipments/{shipment_id}" if shipment_id else links.at("/messages")
    return redirect(back, 303)


def orders_of(session: Session, rows: Sequence[Outbox]) -> dict[int, Order]:
    """The orders that messages are about, by their id."""
    found = select(Order).where(
        Order.shop_id == g.shop.id, Order.id.in_({row.order_id for row in rows})
    )
    return {order.id: order for order in session.scalars(found)}


def _parcels_of(session: Session, rows: Sequence[Outbox]) -> dict[int, int]:
    """The first parcel that each message is about, by its fulfillment."""
    found = (
        select(Shipment.fulfillment_id, func.min(Shipment.id))
        .where(
            Shipment.shop_id == g.shop.id,
            Shipment.fulfillment_id.in_({row.fulfillment_id for row in rows}),
            Shipment.removed_at.is_(None),
        )
        .group_by(Shipment.fulfillment_id)
    )
    return dict(session.execute(found).all())


Counts = dict[str, dict[str, int]]
"""How many messages of each event are in each state; MOST_COUNTED + 1 stands for more."""


def _by_event(session: Session, arguments: Mapping[str, str]) -> Counts:
    searched = bool(arguments.get("q", "").strip())
    counted = _of_found(session, arguments) if searched else session.execute(_of_kinds(arguments))
    found: Counts = {}
    for event, state, count in counted:
        if count:
            found.setdefault(event, {})[state] = count
    return {event: found[event] for event in EVENTS if event in found}


def _of_kinds(arguments: Mapping[str, str]) -> Executable:
    """Event by event and state by state, along the index that begins with them, and so far only: it
    costs the same however many messages a shop has sent.
    """
    names = values(column("event", Text), column("state", Text), name="kinds")
    kinds = names.data(list(product(EVENTS, STATES))).cte("kinds")
    of_kind = (Outbox.event == kinds.c.event, Outbox.state == kinds.c.state)
    some = select(Outbox.event).where(*_chosen(arguments), *of_kind).limit(MOST_COUNTED + 1)
    counted = select(func.count()).select_from(some.correlate(kinds).subquery())
    return select(kinds.c.event, kinds.c.state, counted.scalar_subquery())


def _of_found(session: Session, arguments: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    """Of the few orders that were searched for. Grouped by SQLite, all messages would be read."""
    kinds = select(Outbox.event, Outbox.state).where(*_chosen(arguments))
    for (event, state), count in Counter(map(tuple, session.execute(kinds))).items():
        yield event, state, count


def _number(counts: Iterable[int]) -> str:
    """Their sum, with a plus where there are more than were counted."""
    known = list(counts)
    more = "+" if any(count > MOST_COUNTED for count in known) else ""
    return formats.number(sum(min(count, MOST_COUNTED) for count in known)) + more


def _numbers(by_state: Mapping[str, int]) -> dict[str, str]:
    return {state: _number([count]) for state, count in by_state.items()}


def _by_state(by_event: Counts) -> dict[str, str]:
    """All events together, and under the empty word all states as well."""
    found = list(by_event.values())
    told = {state: _number(counts.get(state, 0) for counts in found) for state in STATES}
    return told | {"": _number(count for counts in found for count in counts.values())}
