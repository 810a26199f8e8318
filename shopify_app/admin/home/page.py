"""Home: what requires attention, what changed lately, whether the outside answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g, redirect, render_template, request
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from werkzeug.wrappers import Response

from shopify_app import clock, database
from shopify_app.actions import (
    accounts,
    failures,
    following,
    importing,
    reconciling,
    shipments,
    visits,
)
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.changing import changing
from shopify_app.admin.home import news, protected, setup
from shopify_app.admin.language import _
from shopify_app.domain.notification import EMAIL, SMS
from shopify_app.domain.status import Status
from shopify_app.models import CarrierAccount, Inbox, Order, Outbox, Shipment

LATELY = timedelta(days=1)
Moment = InstrumentedAttribute[datetime | None]


@dataclass(frozen=True, slots=True)
class Line:
    """A reason to act: how many orders have it, and the one that has waited longest."""

    glyph: str
    tone: str
    title: str
    count: int
    oldest: Order
    since: datetime | None
    query: str
    reasons: dict[str, int]


@blueprint.get("/")
def home_page() -> str:
    """The page a merchant looks at for two minutes a day."""
    since = _since()
    with database.reading() as session:
        context = {
            "since": since,
            "lines": _lines(session),
            "total": _count(session, _due(Order.attention_from)),
            "next_order": _next_order(session),
            "news": news.newest(session, since),
            "counts": news.counts(session, since) if since else {},
            "setup": setup.steps(session),
            "accounts": accounts.of(session, g.shop.id),
            "is_silent": _is_silent,
            "withheld": protected.withheld(session, g.shop.id),
            "set_aside": failures.count(session, g.shop),
            "waiting_webhooks": _waiting_webhooks(session),
            "compared": reconciling.latest(session, g.shop.id, ended=True),
            "sent": {channel: _sent(session, channel) for channel in (EMAIL, SMS)},
        }
    return render_template("admin/home.html", now=clock.now(), **context)


def _since() -> datetime | None:
    """When the visit before this one ended, for whoever is here."""
    with database.reading() as session:
        visit = visits.of(session, g.shop.id, g.visitor)
    if visit and not visits.is_news(visit):
        return visit.before_at
    with changing() as (session, shop):
        return visits.note(session, shop, g.visitor)


@blueprint.post("/import")
def import_again() -> Response:
    """Go on reading the store's earlier orders after it was given up."""
    with changing() as (session, shop):
        importing.try_again(session, shop)
    return redirect("/", 303)


@blueprint.post("/catch-up")
def answer_catch_up() -> Response:
    """How many of the parcels of before are to be followed."""
    chosen = request.form.get("answer", "")
    with changing() as (session, shop):
        left = accounts.numbers_left(session, shop.id)
        if chosen in (most := {"newest": left, "all": None, "none": 0}):
            following.answer_catch_up(session, shop, most[chosen])
    return redirect("/", 303)


def _lines(session: Session) -> list[Line]:
    """The reasons that any order has now."""
    late, unfulfilled = Order.late_from, Order.unfulfilled_from
    found = [
        _problem(session, Status.ALERT, "trouble", _("The carrier reports a problem")),
        _problem(session, Status.UNDELIVERED, "act", _("Delivery tried and failed")),
        _problem(session, Status.EXPIRED, "trouble", _("Expired on the way")),
        _by_age(session, late, "late", "clock", _("Placed over 45 days ago, not delivered")),
        _by_age(session, unfulfilled, "unfulfilled", "box", _("Not fulfilled for 7 days")),
    ]
    return [line for line in found if line]


def _problem(session: Session, status: Status, tone: str, title: str) -> Line | None:
    """The orders of a status that requires attention by itself, waiting since it came."""
    conditions = [*_due(Order.problem_from), Order.status == status]
    oldest = _oldest(session, conditions, Order.problem_from)
    if oldest is None:
        return None
    count, reasons = _count(session, conditions), _reasons(session, conditions, status)
    query = f"status={status}"
    return Line(status, tone, title, count, oldest, oldest.problem_from, query, reasons)


def _by_age(session: Session, rule: Moment, name: str, glyph: str, title: str) -> Line | None:
    """The orders that a rule about their age holds for, waiting since they were placed."""
    conditions = _due(rule)
    oldest = _oldest(session, conditions, rule)
    if oldest is None:
        return None
    count = _count(session, conditions)
    return Line(glyph, "caution", title, count, oldest, oldest.placed_at, f"rule={name}", {})


def _oldest(session: Session, conditions: list[ColumnElement[bool]], rule: Moment) -> Order | None:
    return session.scalar(select(Order).where(*conditions).order_by(rule, Order.id).limit(1))


def _due(rule: Moment) -> list[ColumnElement[bool]]:
    return [Order.shop_id == g.shop.id, rule <= clock.now()]


def _count(session: Session, conditions: list[ColumnElement[bool]]) -> int:
    return session.scalar(select(func.count()).select_from(Order).where(*conditions)) or 0


def _reasons(
    session: Session, conditions: list[ColumnElement[bool]], status: Status
) -> dict[str, int]:
    counted = (
        select(Shipment.reason, func.count())
        .join(Order, (Order.shop_id == Shipment.shop_id) & (Order.id == Shipment.order_id))
        .where(Shipment.shop_id == g.shop.id, Shipment.status == status, Shipment.reason != "")
        .where(Shipment.removed_at.is_(None), *conditions)
        .group_by(Shipment.reason)
        .order_by(func.count().desc())
        .limit(3)
    )
    return dict(session.execute(counted).all())


def _next_order(session: Session) -> Order | None:
    """The order that will be the next to require attention."""
    coming = [Order.shop_id == g.shop.id, Order.attention_from > clock.now()]
    return session.scalar(select(Order).where(*coming).order_by(Order.attention_from).limit(1))


def _is_silent(account: CarrierAccount) -> bool:
    """Whether the provider failed to answer last, or takes no call for a while."""
    return account.failures > 0 or accounts.is_busy(account, shipments.PATIENCE)


def _waiting_webhooks(session: Session) -> int:
    waiting = select(func.count()).select_from(Inbox)
    return (
        session.scalar(waiting.where(Inbox.account.in_(g.shop.domains), Inbox.state == "waiting"))
        or 0
    )


def _sent(session: Session, channel: str) -> dict[str, int]:
    """How the messages of the last day ended, by state."""
    counted = (
        select(Outbox.state, func.count())
        .where(
            Outbox.shop_id == g.shop.id,
            Outbox.channel == channel,
            Outbox.created_at >= clock.now() - LATELY,
        )
        .group_by(Outbox.state)
    )
    return dict(session.execute(counted).all())
