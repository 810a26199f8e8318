"""What a shop's owner is told by mail, as things stand when it goes out."""

from __future__ import annotations

from sqlalchemy.orm import Session

from shopify_app.actions import accounts, attention, outages
from shopify_app.models import Shop
from shopify_app.outgoing import render
from shopify_app.outgoing.render import EmailWords

_PAGES = {
    outages.TOKEN: "",
    outages.KEY: "/settings",
    outages.QUOTA: "/carriers",
    outages.MAIL: "/settings",
    outages.TEXTS: "/settings",
}
"""The page on which each outage is mended."""


def words(session: Session, shop: Shop, event: str) -> EmailWords | None:
    """The mail of this event; None if what it would tell of was settled meanwhile."""
    return _digest(session, shop) if event == "digest" else _outage(session, shop, event)


def _digest(session: Session, shop: Shop) -> EmailWords | None:
    found = attention.summary(session, shop)
    return render.digest(shop, found) if found.total else None


def _outage(session: Session, shop: Shop, event: str) -> EmailWords | None:
    open_ = [o for o in outages.of(shop, accounts.of(session, shop.id)) if o.kind == event]
    if not open_:
        return None
    providers = ", ".join(outage.provider.upper() for outage in open_)
    return render.to_owner(event, shop, _PAGES[event], providers=providers)
