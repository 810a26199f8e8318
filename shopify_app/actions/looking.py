"""When a shipment is looked at again, and when its provider has been silent for too long."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import accounts
from shopify_app.domain import poll_plan
from shopify_app.domain.poll_plan import Watched
from shopify_app.domain.shipment import MERCHANT, SHOPIFY
from shopify_app.domain.status import Status
from shopify_app.models import Shipment, Shop

PUSHES_LIVE = timedelta(days=2)


def next_look(session: Session, shop: Shop, shipment: Shipment) -> datetime | None:
    """When to look at it again by the plan; None for never."""
    if shop.uninstalled_at or shipment.stopped or shipment.fulfillment.order.redacted_at:
        return None
    now = clock.now()
    watched = Watched(
        status=Status(shipment.status),
        since=shipment.status_since,
        fulfilled_at=shipment.fulfillment.created_at,
        pinned=shipment.pinned,
        arrived=_arrived(shipment),
        unchanged=shipment.unchanged,
        pushed=_pushed(session, shipment, now),
    )
    planned = poll_plan.next_look(watched, now, random.random())
    if planned and shipment.followed_at and not _answered(shipment, shipment.followed_at):
        return min(planned, poll_plan.first_look(shipment.followed_at, now))
    return planned


def is_silent(shipment: Shipment) -> bool:
    """Whether its provider has known nothing (new) for so long that another is to be asked."""
    if shipment.pinned or shipment.followed_at is None:
        return False
    status, since = Status(shipment.status), shipment.followed_at
    return poll_plan.silent(status, since, shipment.last_event_at, clock.now())


def _answered(shipment: Shipment, since: datetime) -> bool:
    """Whether its provider has looked by now, and be it that it found nothing."""
    told = (row.read_at for row in shipment.readings if row.source not in {MERCHANT, SHOPIFY})
    return shipment.first_seen != "" or any(at >= since for at in told)


def _arrived(shipment: Shipment) -> bool:
    """Whether its newest event was in the country it goes to; yes if either is not known."""
    here = shipment.last_place.rpartition(", ")[2]
    there = shipment.fulfillment.order.country_code
    known = len(here) == 2 and here.isupper() and there != ""
    return not known or here == there


def _pushed(session: Session, shipment: Shipment, now: datetime) -> bool:
    """Whether the provider pushes to this account: then looks only catch what a push lost."""
    account = accounts.of_shipment(session, shipment)
    pushed_at = account.pushed_at if account else None
    return pushed_at is not None and now - pushed_at < PUSHES_LIVE
