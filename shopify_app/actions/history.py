"""The history of changes that the merchant sees on a shipment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.domain import shipment as sources
from shopify_app.models import Change, Shipment, draft

SHOPIFY, SCHEDULE = sources.SHOPIFY, "schedule"
"""Who changes something besides the merchant and the providers."""


def note(
    session: Session,
    shipment: Shipment,
    what: str,
    who: str,
    *,
    at: datetime | None = None,
    **detail: Any,
) -> None:
    """Add a line to a shipment's history, of now or of `at`. `detail` holds nothing personal."""
    change = draft.new(
        Change,
        beside=shipment,
        shop_id=shipment.shop_id,
        order_id=shipment.order_id,
        shipment=shipment,
        at=at or clock.now(),
        what=what,
        who=who,
        detail=detail,
    )
    draft.keep(session, change)
