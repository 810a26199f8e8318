"""`GET /metrics`: how fresh parcels are, what waits, who is in trouble; in Prometheus' text format.

Everything is read from the database and Redis at the moment of a scrape, so any process of any
machine gives the same answer, and none has to share counters with another.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable

from flask import Blueprint, Response, abort, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from shopify_app import database
from shopify_app.metrics import outside, parcels, queues

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
        told = (
            "this token is not METRICS_TOKEN" if _token_of_request() else "a bearer token, please"
        )
        return Response(f"{told}\n", 401, {"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    registry.register(_Figures())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _shows_token() -> bool:
    return hmac.compare_digest(_token_of_request().encode(), _token.encode())


def _token_of_request() -> str:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    return shown.strip() if scheme.lower() == "bearer" else ""


class _Figures(Collector):
    """Reads the figures when it is asked for them."""

    def describe(self) -> Iterable[Metric]:
        """Nothing is known before a scrape; without this, registering would be one."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """All figures, of one look at the database."""
        with database.reading() as session:
            return [metric for part in PARTS for metric in part(session)]


PARTS: tuple[Callable[[Session], Iterable[Metric]], ...] = (
    parcels.freshness,
    parcels.calls,
    queues.waiting,
    queues.set_aside,
    queues.webhooks,
    queues.late,
    outside.accounts,
    outside.shops,
    outside.workers,
)
