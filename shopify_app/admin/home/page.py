"""Home: what requires attention, what changed lately, whether the outside answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import g, redirect, render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
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
from shopify_app.admin.home import attention, news, protected, setup
from shopify_app.domain.notification import EMAIL, SMS
from shopify_app.models import CarrierAccount, Inbox, Outbox

LATELY = timedelta(days=1)


@blueprint.get("/")
def home_page() -> str:
    """The page a merchant looks at for two minutes a day."""
    since = _since()
    with database.reading() as session:
        context = {
            "since": since,
            "lines": attention.lines(session),
            "total": attention.total(session),
            "next_order": attention.next_order(session),
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
