"""Figures of those whom we depend on: providers, stores, Redis, our own workers."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import Metric
from redis import RedisError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app import queue
from shopify_app.actions import failures
from shopify_app.metrics.gauge import gauge, gauges, seconds_since
from shopify_app.models import CarrierAccount, Shop


def accounts(session: Session) -> Iterable[Metric]:
    """How the accounts at providers fare."""
    about = "Accounts at tracking providers by what is wrong with them."
    in_trouble = gauge("accounts_in_trouble", about, by=["provider", "problem"])
    each = (
        select(CarrierAccount.provider, CarrierAccount.problem, func.count())
        .where(CarrierAccount.problem != "", CarrierAccount.key_hash != "")
        .group_by(CarrierAccount.provider, CarrierAccount.problem)
    )
    for provider, problem, count in session.execute(each):
        in_trouble.add_metric([provider, problem], count)
    yield in_trouble
    about = "Reports that could not be applied and belong to no shop, by who sent them."
    yield gauges("reports_set_aside", about, "source", failures.of_nobody(session))
    yield from _answers(session)


def _answers(session: Session) -> Iterable[Metric]:
    about = func.max(CarrierAccount.answered_at), func.min(CarrierAccount.quota_left)
    used = select(CarrierAccount.provider, *about).where(CarrierAccount.key_hash != "")
    rows = session.execute(used.group_by(CarrierAccount.provider)).all()
    silent = {provider: seconds_since(at) for provider, at, _ in rows if at}
    yield gauges("provider_silent_seconds", "Since a provider last answered.", "provider", silent)
    left = {provider: count for provider, _, count in rows if count is not None}
    yield gauges("provider_quota_left", "The least quota that an account has.", "provider", left)


def shops(session: Session) -> Iterable[Metric]:
    """Stores that have the app, and those that somebody has to look after."""
    states = {
        "installed": Shop.id.is_not(None),
        "importing": Shop.import_state.in_(("waiting", "running")),
        "import_failed": Shop.import_state == "failed",
        "token_refused": Shop.token_refused_at.is_not(None),
        "mail_refused": Shop.mail_refused_at.is_not(None),
        "sms_refused": Shop.sms_refused_at.is_not(None),
    }
    counted = [func.count().filter(state) for state in states.values()]
    found = session.execute(select(*counted).where(Shop.uninstalled_at.is_(None))).one()
    yield gauges("shops", "Stores by state.", "state", zip(states, found, strict=True))


def workers(_session: Session) -> Iterable[Metric]:
    """Whether Redis answers, and how many workers listen to each queue."""
    try:
        found = queue.workers()
    except RedisError:
        found = {}
    yield gauge("redis_up", "Whether Redis answers; without it work is delayed.", bool(found))
    yield gauges("workers", "Workers by the queue they listen to.", "queue", found)
