"""Our figures carry our name in front."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily

from shopify_app import clock


def gauge(
    name: str, about: str, value: float | None = None, by: list[str] | None = None
) -> GaugeMetricFamily:
    """A figure of this moment, or (`by` labels) an empty family of them."""
    return GaugeMetricFamily(f"retrack_{name}", about, value=value, labels=by)


def gauges(
    name: str, about: str, by: str, values: Mapping[str, float] | Iterable[tuple[str, float]]
) -> GaugeMetricFamily:
    """One figure for each value of a label."""
    family = gauge(name, about, by=[by])
    for label, value in dict(values).items():
        family.add_metric([label], value)
    return family


def quantiles(name: str, about: str, found: Mapping[str, timedelta | None]) -> GaugeMetricFamily:
    """Seconds by quantile; what is not known is left out."""
    known = {q: value.total_seconds() for q, value in found.items() if value is not None}
    return gauges(name, about, "quantile", known)


def seconds_since(moment: datetime | None) -> float:
    """How long ago it was; 0 if it is still to come, or never was."""
    passed = clock.now() - moment if moment else timedelta()
    return max(passed, timedelta()).total_seconds()
