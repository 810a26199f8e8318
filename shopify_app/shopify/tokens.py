"""A shop's access token, fresh whenever it is used.

Expiring offline tokens live an hour. One worker refreshes: the lease is on the shop's row, in the
database, since a pair that is written half or twice locks the shop out.
"""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.models import Shop
from shopify_app.shopify import client, oauth

EARLY = timedelta(minutes=5)
LEASE = timedelta(seconds=90)
PATIENCE = 20
"""Seconds to wait for another worker's refresh."""


class NoToken(client.ShopifyError):
    """The shop has no usable token: the merchant has to open the app once."""


def access_token(shop_id: int) -> str:
    """A token good for at least some minutes. Raises NoToken, or Retry if Shopify is away."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with database.reading() as session:
            token = _fresh_token(session.get(Shop, shop_id))
        lease = None if token else _take_lease(shop_id)
        if token:
            return token
        if lease:
            return _refresh(shop_id, *lease)
        time.sleep(0.5)
    raise client.Retry("another worker is refreshing the token")


def _fresh_token(shop: Shop | None) -> str:
    """The token if it still lives for a while, else nothing. Raises NoToken if there is none."""
    if shop is None or not shop.installed or not shop.access_token or shop.token_refused_at:
        raise NoToken("the shop has no usable token")
    expires_at = shop.access_expires_at
    return shop.access_token if expires_at is None or clock.now() < expires_at - EARLY else ""


def _take_lease(shop_id: int) -> tuple[str, str] | None:
    """The domain and refresh token, if it is ours to refresh; None if another one does."""
    with database.writing() as session:
        shop = _held(session, shop_id)
        if _fresh_token(shop) or (shop.token_leased_until or clock.now()) > clock.now():
            return None
        if not shop.refresh_token:
            raise NoToken("the token has expired and nothing refreshes it")
        shop.token_leased_until = clock.now() + LEASE
        return shop.domain, shop.refresh_token


def _refresh(shop_id: int, domain: str, refresh_token: str) -> str:
    try:
        tokens = oauth.refresh(domain, refresh_token)
    except oauth.InvalidGrant as error:
        _refused(shop_id, refresh_token)
        raise NoToken("Shopify refused the refresh token") from error
    except client.ShopifyError:
        _give_back(shop_id)
        raise
    with database.writing() as session:
        shop = _held(session, shop_id)
        # Whoever came later, by an exchange or an uninstall, has the last word.
        if shop.refresh_token == refresh_token:
            shop.take_tokens(tokens)
            return tokens.access
    return access_token(shop_id)


def renewed(shop_id: int, refused_token: str) -> str:
    """Another token after Shopify refused this one before its time. Raises as `access_token`."""
    with database.writing() as session:
        shop = _held(session, shop_id)
        if shop.access_token == refused_token and shop.refresh_token:
            shop.access_expires_at = clock.now()
        elif shop.access_token == refused_token:
            shop.token_refused_at = clock.now()
    return access_token(shop_id)


def _refused(shop_id: int, refresh_token: str) -> None:
    """Remember that the pair is dead, unless a new one has come in the meantime."""
    with database.writing() as session:
        shop = _held(session, shop_id)
        if shop.refresh_token == refresh_token:
            shop.token_refused_at, shop.token_leased_until = clock.now(), None


def _give_back(shop_id: int) -> None:
    with database.writing() as session:
        _held(session, shop_id).token_leased_until = None


def _held(session: Session, shop_id: int) -> Shop:
    return session.scalars(select(Shop).where(Shop.id == shop_id).with_for_update()).one()
