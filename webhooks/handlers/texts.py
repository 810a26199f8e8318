"""What Twilio or a gateway tells: how a text fares, and what a customer answers.

Source: twilio.com/docs, "Track the message status", "Advanced Opt-Out", and its error codes. A
gateway's words are ours (README).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shopify_app.actions import deliveries, opt_outs
from shopify_app.domain.notification import SMS
from shopify_app.models import Shop
from shopify_app.models.outbox import State
from shopify_app.numbers import whole

OPTED_OUT = "21610"
TAKEN = frozenset({"accepted", "scheduled", "queued", "sending"})
ENDS: dict[str, State] = {
    "sent": "sent",
    "delivered": "arrived",
    "read": "arrived",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
STOP_WORDS = frozenset(
    ["STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"]
)
START_WORDS = frozenset(["START", "YES", "UNSTOP"])

_default_from = ""


def configure(default_from: str) -> None:
    """The number of shops that have none of their own."""
    global _default_from
    _default_from = default_from


@dataclass(frozen=True, slots=True)
class Fate:
    """How a text fares: `reference` names our row, `sid` is its id outside, if it is told."""

    reference: str
    sid: str
    status: str
    code: str


def take(session: Session, _account: str, raw: bytes) -> str | None:
    """Apply one callback of Twilio; says why it changed nothing."""
    told = defaultdict(str, parse_qsl(raw.decode(), keep_blank_values=True))
    if told["MessageStatus"]:
        names = ("message", "MessageSid", "MessageStatus", "ErrorCode")
        return _fares(session, Fate(*(told[name] for name in names)))
    return _answered(session, told["From"], told["To"], told["OptOutType"] or told["Body"])


def take_of_gateway(session: Session, _account: str, raw: bytes) -> str | None:
    """Apply one message of a gateway; says why it changed nothing."""
    told = orjson.loads(raw)
    data: Any = told.get("data") if isinstance(told, dict) else None
    if not isinstance(data, dict):
        return "it has no data"
    said = defaultdict(str, ((name, str(value or "")) for name, value in data.items()))
    if told.get("type") == "message.status":
        names = ("reference", "id", "status", "code")
        return _fares(session, Fate(*(said[name][:100] for name in names)))
    if told.get("type") == "message.received":
        return _answered(session, said["from"], said["to"], said["text"])
    return "no such type"


def _fares(session: Session, fate: Fate) -> str | None:
    """What names our row is told with the text: even one whose answer was lost is found."""
    told = fate.reference.partition("-")
    shop_id, row_id = whole(told[0]), whole(told[2])
    if shop_id is None or row_id is None:
        return "it names no message"
    row = deliveries.by_id(session, shop_id, row_id)
    if row is None or row.channel != SMS or fate.sid not in {row.remote_id or fate.sid, ""}:
        return "no such message"
    state, detail = ENDS.get(fate.status), ""
    if fate.status in TAKEN and row.state == "uncertain":
        state = "sent"  # its answer was lost, but they have it
    if state == "failed":
        state, detail = _failed(fate.code)
    changed = state is not None and deliveries.report(row, state, detail=detail, remote_id=fate.sid)
    return None if changed else "nothing new"


def _failed(code: str) -> tuple[State, str]:
    if code in {OPTED_OUT, "opted_out"}:
        return "suppressed", "opted_out"
    return "failed", f"sms_undelivered:{code}" if code else "sms_undelivered"


def _answered(session: Session, sender: str, ours: str, said: str) -> str | None:
    """STOP ends the texts of every shop that writes from this number: Twilio blocks it too."""
    word = said.strip().upper()
    if not sender or word not in STOP_WORDS | START_WORDS:
        return "no word that stops or starts texts"
    own = (
        (Shop.sms_from == ours)
        if ours != _default_from
        else or_(Shop.sms_from == ours, Shop.sms_from == "")
    )
    for shop_id in session.scalars(select(Shop.id).where(own).order_by(Shop.id)):
        who = opt_outs.address(shop_id, SMS, sender)
        if word in STOP_WORDS:
            opt_outs.opt_out(session, who, opt_outs.STOP)
        else:
            opt_outs.opt_in(session, who)
    return None
