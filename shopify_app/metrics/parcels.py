"""Figures of parcels: how fresh what we know is, and what the providers were asked."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.actions import freshness as looks
from shopify_app.metrics.gauge import gauge, quantiles
from shopify_app.models import Calls, CarrierAccount


def freshness(session: Session) -> Iterable[Metric]:
    """How many parcels are looked at, how old the last look is, and what that costs."""
    found = looks.of_all(session)
    yield gauge("shipments_active", "Parcels on their way that are looked at.", found.active)
    about = "Age of the last look at active parcels."
    yield quantiles("freshness_seconds", about, {"0.5": found.p50, "0.95": found.p95})
    if found.calls_a_day is not None:
        about = "Calls per active parcel and day, over the last seven days."
        yield gauge("calls_per_shipment_day", about, found.calls_a_day)


def calls(session: Session) -> Iterable[Metric]:
    """Calls to providers since the beginning."""
    by = ["provider", "kind"]
    made_in_all = CounterMetricFamily(
        "retrack_provider_calls", "Calls to tracking providers.", labels=by
    )
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
        made_in_all.add_metric([provider, what], made)
        numbers.add_metric([provider, what], asked)
    return made_in_all, numbers
