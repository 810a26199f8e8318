"""`GET /metrics`: how fresh parcels are, what was called, what waits; in Prometheus' text format.

Everything is read from the database at the moment of a scrape, so any process of any machine gives
the same answer, and none has to share counters with another.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from datetime import timedelta

from flask import Blueprint, Response, abort, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.actions import failures, freshness
from shopify_app.models import Calls, CarrierAccount, Inbox, Outbox
from shopify_app.tenants import across_shops

blueprint = Blueprint("metrics", __name__)
_token = ""


def configure(token: str) -> None:
    """What a scrape has to show as a bearer token; without one there is no such page."""
    global _token
    _token = token


@blueprint.get("/metrics")
def metrics() -> Response:
    """The figures of this moment. They name no shop and no number."""
    if not _token:
        abort(404)
    if not _shows_token():
        return Response("a bearer token, please\n", 401, {"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    registry.register(_Figures())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _shows_token() -> bool:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    same = hmac.compare_digest(shown.strip().encode(), _token.encode())
    return same and scheme.lower() == "bearer"


class _Figures(Collector):
    """Reads the figures when it is asked for them."""

    def describe(self) -> Iterable[Metric]:
        """Nothing is known before a scrape; without this, registering would be one."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """All figures, of one look at the database."""
        with database.reading() as session:
            return [metric for part in _PARTS for metric in part(session)]


def _freshness(session: Session) -> Iterable[Metric]:
    found = freshness.of_all(session)
    yield _gauge("shipments_active", "Parcels on their way that are looked at.", found.active)
    age = _gauge("freshness_seconds", "Age of the last look at active parcels.", by=["quantile"])
    for quantile, value in (("0.5", found.p50), ("0.95", found.p95)):
        if value is not None:
            age.add_metric([quantile], value.total_seconds())
    yield age
    if found.calls_a_day is not None:
        about = "Calls per active parcel and day, over the last seven days."
        yield _gauge("calls_per_shipment_day", about, found.calls_a_day)


def _calls(session: Session) -> Iterable[Metric]:
    by = ["provider", "kind"]
    calls = CounterMetricFamily("retrack_provider_calls", "Calls to tracking providers.", labels=by)
    numbers = CounterMetricFamily(
        "retrack_provider_numbers", "Tracking numbers that those calls were about.", labels=by
    )
    sums = (func.sum(Calls.calls), func.sum(Calls.numbers))
    each = (
        select(CarrierAccount.provider, Calls.what, *sums)
        .join(CarrierAccount, CarrierAccount.id == Calls.account_id)
        .group_by(CarrierAccount.provider, Calls.what)
    )
    for provider, what, made, asked in session.execute(each):
        calls.add_metric([provider, what], made)
        numbers.add_metric([provider, what], asked)
    return calls, numbers


def _waiting(session: Session) -> Iterable[Metric]:
    """What waits, and for how long the oldest of it is due: a text may be held until morning."""
    for name, model in (("inbox", Inbox), ("outbox", Outbox)):
        counted = select(func.count(), func.min(model.due_at)).where(model.state == "waiting")
        count, oldest = session.execute(across_shops(counted)).one()
        overdue = max(clock.now() - oldest, timedelta()) if oldest else timedelta()
        yield _gauge(f"{name}_waiting", f"Rows that wait in the {name}.", count)
        about = f"For how long the oldest of what waits in the {name} is due."
        yield _gauge(f"{name}_oldest_seconds", about, overdue.total_seconds())


def _trouble(session: Session) -> Iterable[Metric]:
    about = "Accounts at tracking providers by what is wrong with them."
    accounts = _gauge("accounts_in_trouble", about, by=["provider", "problem"])
    each = (
        select(CarrierAccount.provider, CarrierAccount.problem, func.count())
        .where(CarrierAccount.problem != "", CarrierAccount.key_hash != "")
        .group_by(CarrierAccount.provider, CarrierAccount.problem)
    )
    for provider, problem, count in session.execute(each):
        accounts.add_metric([provider, problem], count)
    yield accounts
    about = "Reports that could not be applied and belong to no shop, by who sent them."
    set_aside = _gauge("reports_set_aside", about, by=["source"])
    for source, count in failures.of_nobody(session).items():
        set_aside.add_metric([source], count)
    yield set_aside


_PARTS: tuple[Callable[[Session], Iterable[Metric]], ...] = (
    _freshness,
    _calls,
    _waiting,
    _trouble,
)


def _gauge(
    name: str, about: str, value: float | None = None, by: list[str] | None = None
) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"retrack_{name}", about, value=value, labels=by)
