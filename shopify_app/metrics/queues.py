"""Figures of what waits: how much, and for how long."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from prometheus_client.core import Metric
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.domain.shipment import SHOPIFY
from shopify_app.metrics.gauge import gauge, gauges, quantiles, seconds_since
from shopify_app.models import CarrierAccount, Inbox, Outbox, Shipment, Shop, Stopping
from shopify_app.models.outbox import UNSETTLED
from shopify_app.tenants import across_shops

LATELY = timedelta(hours=1)
AT_MOST = 500
"""So many of the newest webhooks are looked at."""
QUANTILES = ("0.5", "0.95", "1")


def waiting(session: Session) -> Iterable[Metric]:
    """What waits, and for how long the oldest of it is due: a text may be held until morning."""
    for name, model in (("inbox", Inbox), ("outbox", Outbox)):
        counted = select(func.count(), func.min(model.due_at)).where(model.state == "waiting")
        count, oldest = session.execute(across_shops(counted)).one()
        yield gauge(f"{name}_waiting", f"Rows that wait in the {name}.", count)
        about = f"For how long the oldest of what waits in the {name} is due."
        yield gauge(f"{name}_oldest_seconds", about, seconds_since(oldest))


def set_aside(session: Session) -> Iterable[Metric]:
    """What came to no good end, and waits for somebody's decision."""
    came_in = select(func.count()).where(Inbox.state == "set_aside")
    about = "Webhooks and pushes that could not be applied."
    yield gauge("inbox_set_aside", about, session.scalar(across_shops(came_in)))
    states = dict.fromkeys(("failed", "uncertain", "sending"), 0)
    ended = select(Outbox.state, func.count()).where(UNSETTLED).group_by(Outbox.state)
    for state, count in session.execute(across_shops(ended)):
        states[state] = count
    under_way = select(func.count()).where(Outbox.state == "sending")
    states["sending"] = session.scalar(across_shops(under_way)) or 0
    about = "Messages and writes to Shopify that are not settled, by state."
    yield gauges("outbox_unsettled", about, "state", states)


def webhooks(session: Session) -> Iterable[Metric]:
    """How late the webhooks of the last hour came, and how long they took to be applied."""
    newest = (
        select(Inbox.triggered_at, Inbox.received_at, Inbox.ended_at)
        .where(Inbox.source == SHOPIFY)
        .order_by(Inbox.id.desc())
        .limit(AT_MOST)
    )
    rows = session.execute(across_shops(newest)).all()
    yield from _silence(session, rows[0].received_at if rows else None)
    lately = [row for row in rows if row.received_at > clock.now() - LATELY]
    came = [row.received_at - at for row in lately if (at := _moment(row.triggered_at))]
    took = [row.ended_at - row.received_at for row in lately if row.ended_at]
    yield quantiles("webhook_delay_seconds", "From the event at Shopify until here.", _spread(came))
    yield quantiles("webhook_lag_seconds", "From here until it was applied.", _spread(took))


def _silence(session: Session, last: datetime | None) -> Iterable[Metric]:
    """Before a store had the app nothing could come; what came long ago is tidied away."""
    installed = select(func.min(Shop.installed_at)).where(Shop.uninstalled_at.is_(None))
    known = [at for at in (last, session.scalar(installed)) if at]
    if known:
        about = "Since the last webhook came, or the first store that has the app got it."
        yield gauge("webhook_last_seconds", about, seconds_since(max(known)))


def late(session: Session) -> Iterable[Metric]:
    """For how long what is done by and by is due: looks at parcels, and the work of a shop."""
    yield from _looks(session)
    yield from _stops(session)
    about = "For how long a shop's import, comparison, token or tidying is due."
    importing = Shop.import_state.in_(("waiting", "running"))
    oldest_of = {
        "import": func.min(Shop.import_due_at).filter(importing),
        "reconcile": func.min(Shop.reconcile_at),
        "token": func.min(Shop.token_due_at).filter(Shop.token_refused_at.is_(None)),
        "tidy": func.min(Shop.tidy_at),
    }
    first = select(*oldest_of.values()).where(Shop.uninstalled_at.is_(None))
    ages = map(seconds_since, session.execute(first).one())
    yield gauges("shop_work_oldest_seconds", about, "what", zip(oldest_of, ages, strict=True))


def _looks(session: Session) -> Iterable[Metric]:
    """By provider, with none left out that nothing is due at: each is to be asked, or not."""
    is_due = and_(Shipment.account_id == CarrierAccount.id, Shipment.look_at <= clock.now())
    each = (
        select(CarrierAccount.provider, func.count(Shipment.id), func.min(Shipment.look_at))
        .outerjoin(Shipment, is_due)
        .group_by(CarrierAccount.provider)
    )
    rows = session.execute(across_shops(each)).all()
    counts = {provider: count for provider, count, _ in rows}
    yield gauges("looks_due", "Parcels that are to be looked at now.", "provider", counts)
    ages = {provider: seconds_since(oldest) for provider, _, oldest in rows}
    about = "For how long the oldest of these looks is due."
    yield gauges("looks_oldest_seconds", about, "provider", ages)


def _stops(session: Session) -> Iterable[Metric]:
    wanted = select(func.count(), func.min(Stopping.wanted_at))
    count, oldest = session.execute(wanted.where(Stopping.wanted_at <= clock.now())).one()
    yield gauge("stops_waiting", "Numbers that a provider is to be told to look no more at.", count)
    about = "For how long the oldest of these numbers has waited; after three days it is given up."
    yield gauge("stops_oldest_seconds", about, seconds_since(oldest))


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _spread(found: Sequence[timedelta]) -> dict[str, timedelta | None]:
    """By nearest rank; nothing of nothing."""
    ordered = sorted(found)
    ranks = {q: max(math.ceil(float(q) * len(ordered)) - 1, 0) for q in QUANTILES}
    return {q: max(ordered[rank], timedelta()) for q, rank in ranks.items()} if ordered else {}
