"""A shop's access token, fresh whenever it is used.

Expiring offline tokens live an hour, what renews them 90 days. One worker renews: the lease is on
the shop's row, in the database, since a pair that is written half or twice locks the shop out.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.actions import access
from shopify_app.domain.facts import Tokens
from shopify_app.models import Shop
from shopify_app.shopify import client, oauth

EARLY = timedelta(minutes=5)
LEASE = timedelta(seconds=90)
PATIENCE = 20
"""Seconds to wait for another worker's refresh."""


class NoToken(client.ShopifyError):
    """The shop has no usable token: the merchant has to open the app once."""


@dataclass(frozen=True, slots=True)
class Leased:
    """The pair that is ours to renew. Without `refresh` it is a token of the kind that does not
    expire, which is exchanged for a pair.
    """

    domain: str
    access: str
    refresh: str

    def renew(self) -> Tokens:
        """Another pair for this one. Raises oauth.InvalidGrant or another ShopifyError."""
        if self.refresh:
            return oauth.refresh(self.domain, self.refresh)
        return oauth.migrate(self.domain, self.access)

    def still_of(self, shop: Shop) -> bool:
        """Whether nobody came in between, by an exchange or an uninstall."""
        return (shop.access_token, shop.refresh_token) == (self.access, self.refresh)


def access_token(shop_id: int) -> str:
    """A token good for at least some minutes. Raises NoToken, or Retry if Shopify is away."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with database.reading() as session:
            token = _fresh_token(session.get(Shop, shop_id))
        leased = None if token else _lease(shop_id)
        if token:
            return token
        if leased:
            return _renew(shop_id, leased)
        time.sleep(0.5)
    raise client.Retry("another worker is refreshing the token")


def renewed(shop_id: int, refused_token: str) -> str:
    """Another token after Shopify refused this one before its time. Raises as `access_token`."""
    with database.writing() as session:
        shop = _held(session, shop_id)
        if shop.access_token == refused_token:
            shop.access_expires_at = clock.now()
    return access_token(shop_id)


def keep(shop_id: int) -> None:
    """Renew the pair though its access token may be fresh, unless another worker is at it.

    What renews it lives on by that, and a token that does not expire becomes one that does.
    Raises as `access_token`.
    """
    leased = _lease(shop_id, fresh_too=True)
    if leased:
        _renew(shop_id, leased)


def _fresh_token(shop: Shop | None) -> str:
    """The token if it still lives for a while, else nothing. Raises NoToken if there is none."""
    if shop is None or not shop.installed or not shop.access_token or shop.token_refused_at:
        raise NoToken("the shop has no usable token")
    expires_at = shop.access_expires_at
    return shop.access_token if expires_at is None or clock.now() < expires_at - EARLY else ""


def _lease(shop_id: int, *, fresh_too: bool = False) -> Leased | None:
    """The pair, if it is ours to renew; None if it is fresh or another worker renews it."""
    with database.writing() as session:
        shop = _held(session, shop_id)
        fresh = _fresh_token(shop) and not fresh_too
        if fresh or (shop.token_leased_until or clock.now()) > clock.now():
            return None
        shop.token_leased_until = clock.now() + LEASE
        return Leased(shop.domain, shop.access_token, shop.refresh_token)


def _renew(shop_id: int, leased: Leased) -> str:
    try:
        tokens = leased.renew()
    except oauth.InvalidGrant as error:
        _refused(shop_id, leased)
        raise NoToken("Shopify refused to renew the token") from error
    except client.ShopifyError:
        _give_back(shop_id)
        raise
    with database.writing() as session:
        shop = _held(session, shop_id)
        if leased.still_of(shop):
            shop.take_tokens(tokens)
            return tokens.access
    return access_token(shop_id)


def _refused(shop_id: int, leased: Leased) -> None:
    """The pair is dead, unless a new one has come in the meantime."""
    with database.writing() as session:
        shop = _held(session, shop_id)
        if leased.still_of(shop):
            access.lost(session, shop)


def _give_back(shop_id: int) -> None:
    with database.writing() as session:
        _held(session, shop_id).token_leased_until = None


def _held(session: Session, shop_id: int) -> Shop:
    return session.scalars(select(Shop).where(Shop.id == shop_id).with_for_update()).one()
