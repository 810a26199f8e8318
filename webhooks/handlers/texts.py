"""What Twilio tells: how a text fares, and what a customer answers.

Source: twilio.com/docs, "Track the message status", "Advanced Opt-Out", and its error codes.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shopify_app.actions import deliveries, opt_outs
from shopify_app.domain.notification import SMS
from shopify_app.models import Shop

OPTED_OUT = "21610"
TAKEN = frozenset({"accepted", "scheduled", "queued", "sending"})
ENDS = {
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


def take(session: Session, _account: str, raw: bytes) -> str | None:
    """Apply one callback; says why it changed nothing."""
    told = dict(parse_qsl(raw.decode(), keep_blank_values=True))
    return _fares(session, told) if "MessageStatus" in told else _answered(session, told)


def _fares(session: Session, told: dict[str, str]) -> str | None:
    """The address Twilio calls names our row: even a text whose answer was lost is found."""
    shop_id, _, row_id = told.get("message", "").partition("-")
    if not (shop_id.isdecimal() and row_id.isdecimal()):
        return "it names no message"
    row = deliveries.by_id(session, int(shop_id), int(row_id))
    sid, status, code = (told.get(n, "") for n in ("MessageSid", "MessageStatus", "ErrorCode"))
    if row is None or (row.remote_id and row.remote_id != sid):
        return "no such message"
    state, detail = ENDS.get(status, ""), ""
    if status in TAKEN and row.state == "uncertain":
        state = "sent"  # its answer was lost, but Twilio has it
    if state == "failed":
        state, detail = _failed(code)
    changed = bool(state) and deliveries.report(row, state, detail=detail, remote_id=sid)
    return None if changed else "nothing new"


def _failed(code: str) -> tuple[str, str]:
    if code == OPTED_OUT:
        return "suppressed", "opted_out"
    return "failed", f"sms_undelivered:{code}" if code else "sms_undelivered"


def _answered(session: Session, told: dict[str, str]) -> str | None:
    """STOP ends the texts of every shop that writes from this number: Twilio blocks it too."""
    word = (told.get("OptOutType") or told.get("Body", "")).strip().upper()
    sender, ours = told.get("From", ""), told.get("To", "")
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
