"""What came of a Retrack of many orders, as the Tracking page's address remembers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import g, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.admin.language import _, ngettext
from shopify_app.models import Change, Shipment

MOST = 200
"""So many orders are retracked at once."""
MOST_ANSWERS = 10 * MOST
COUNTED = ("asked", "pinned", "ended", "unasked")
"""What became of each parcel: asked about, passed by for two reasons, or nobody can be asked."""
NEWS = {"changed", "revived"}
NO_NEWS = {"no_change", "followed_again", "for_good"}
"""The results of Retrack where the provider answered; by any other it could not be asked."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What came of a Retrack of many so far: what was `said` of it, how many answers are out, and
    the `result`. `address` is what the page's address remembers it by.
    """

    said: str
    waiting: int
    result: str
    address: dict[str, str]


def of_address(session: Session) -> Asking | None:
    """What the page's address says of such a Retrack; None if there was none."""
    since = request.args.get("since", "")
    if not (since.isdecimal() and len(since) <= 10):
        return None
    at = datetime.fromtimestamp(int(since), UTC)
    waiting = select(func.count()).select_from(Shipment)
    waiting = waiting.where(Shipment.shop_id == g.shop.id, Shipment.asked_at >= at)
    answers = select(Change.detail).where(
        Change.shop_id == g.shop.id, Change.at >= at, Change.what == "retrack"
    )
    results = [detail.get("result", "") for detail in session.scalars(answers.limit(MOST_ANSWERS))]
    address = {name: request.args.get(name, "") for name in ("since", *COUNTED)}
    return Asking(_said(), session.scalar(waiting) or 0, _result(results), address)


def _said() -> str:
    """What was done, such as: Asking about 12 parcels; 2 set by hand were passed by."""
    n = {name: _count(name) for name in COUNTED}
    said = [ngettext("Asking about %(n)s parcel", "Asking about %(n)s parcels", n["asked"])]
    if n["pinned"]:
        said.append(
            ngettext(
                "%(n)s set by hand was passed by", "%(n)s set by hand were passed by", n["pinned"]
            )
        )
    if n["ended"]:
        said.append(
            ngettext(
                "%(n)s delivered or returned was passed by",
                "%(n)s delivered or returned were passed by",
                n["ended"],
            )
        )
    if n["unasked"]:
        said.append(ngettext("%(n)s cannot be asked", "%(n)s cannot be asked", n["unasked"]))
    return "; ".join(said)


def _count(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= 5 else 0


def _result(results: Sequence[str]) -> str:
    changed = sum(result in NEWS for result in results)
    same = sum(result in NO_NEWS for result in results)
    said = [_("Retracked: %(changed)s changed, %(same)s did not", changed=changed, same=same)]
    if silent := len(results) - changed - same:
        said.append(ngettext("%(n)s without an answer", "%(n)s without an answer", silent))
    return "; ".join(said)
