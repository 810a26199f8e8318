"""What changed since the merchant was last here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.admin import words
from shopify_app.admin.language import _
from shopify_app.domain.notification import EMAIL, SMS
from shopify_app.domain.status import PROBLEMS, TO_MEND, Reason, Status
from shopify_app.models import Change, Fulfillment, Order, Outbox, Shipment

RECENT = 6
OF_STATUS = ("status", "set_by_hand")
TROUBLE = PROBLEMS | TO_MEND


@dataclass(frozen=True, slots=True)
class News:
    """A change of a shipment's status, and in words what told of it."""

    change: Change
    shipment: Shipment
    order: Order
    text: str


def newest(session: Session, since: datetime | None) -> list[News]:
    """The last changes of status, since that moment if there is one, whoever told of them."""
    wanted = (
        select(Change, Shipment, Order)
        .join(Shipment, (Shipment.shop_id == Change.shop_id) & (Shipment.id == Change.shipment_id))
        .join(Order, (Order.shop_id == Change.shop_id) & (Order.id == Change.order_id))
        .where(Change.shop_id == g.shop.id, Change.what.in_(OF_STATUS))
        .where(Order.placed_at.is_not(None))
        .order_by(Change.id.desc())
        .limit(RECENT)
    )
    if since:
        wanted = wanted.where(Change.at > since)
    return [News(*found, text=_text(found[0])) for found in session.execute(wanted)]


def _text(change: Change) -> str:
    """What told of it: the carrier's event, else its reason, else the hand that did it."""
    code, reason = change.detail.get("code", ""), change.detail.get("reason", "")
    if change.what == "set_by_hand":
        return _("by hand")
    told = words.checkpoint(code, "") if code else ""
    return told or ("" if reason in {"", Reason.OTHER} else words.reason(reason))


def counts(session: Session, since: datetime) -> dict[str, int]:
    """How much happened since then: delivered, shipped, new problems, messages sent."""
    change = select(func.count()).where(
        Change.shop_id == g.shop.id, Change.at > since, Change.what.in_(OF_STATUS)
    )
    to = Change.detail["after"].as_string()
    from_ = Change.detail["before"].as_string()
    shipped = select(func.count()).where(
        Fulfillment.shop_id == g.shop.id,
        Fulfillment.created_at > since,
        Fulfillment.imported.is_(False),
    )
    sent = select(func.count()).where(
        Outbox.shop_id == g.shop.id,
        Outbox.ended_at > since,
        Outbox.channel.in_((EMAIL, SMS)),
        Outbox.state.in_(("sent", "arrived")),
    )
    wanted = {
        "delivered": change.where(to == Status.DELIVERED, from_ != Status.DELIVERED),
        "shipped": shipped,
        "problems": change.where(to.in_(TROUBLE), from_.not_in(TROUBLE)),
        "sent": sent,
    }
    return {name: session.scalar(each) or 0 for name, each in wanted.items()}
