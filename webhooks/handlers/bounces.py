"""Mails that came back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from shopify_app.actions import deliveries, opt_outs
from shopify_app.domain.notification import EMAIL
from shopify_app.outgoing import bounce


def take(session: Session, _account: str, raw: bytes) -> str | None:
    """A mail that came back did fail; where there is no such address, nothing more goes there."""
    came_back = bounce.read(raw)
    row = deliveries.by_remote_id(session, came_back.message_id) if came_back else None
    if came_back is None or row is None:
        return "no bounce of a message of ours"
    if came_back.no_such_address:
        who = opt_outs.address(row.shop_id, EMAIL, came_back.address)
        if not opt_outs.why(session, who):
            opt_outs.opt_out(session, who, opt_outs.BOUNCED)
    why = "bounced" if came_back.no_such_address else "came_back"
    changed = deliveries.report(row, "failed", detail=f"{why}:{came_back.status}")
    return None if changed else "nothing new"
