"""App Bridge's id tokens: who opens the app, in which shop.

Source: shopify.dev, "Session tokens". HS256 with the client secret, 60 s of life. `shopifyapi`'s
decoder takes tokens without an expiry, so PyJWT checks, and the times go by our clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import jwt

from shopify_app import clock
from shopify_app.domain import shop_domain

LEEWAY = 10
"""Seconds by which Shopify's clock and ours may differ."""
REQUIRED = ["iss", "dest", "aud", "sub", "exp", "nbf", "iat", "jti"]


class InvalidIdToken(Exception):
    """The token does not prove anything. Says why, without the token."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a valid token speaks of: a user of a shop, by its domain."""

    shop: str
    user: str


def verify(token: str, api_key: str, api_secret: str) -> Visitor:
    """The visitor behind a token. Raises InvalidIdToken."""
    try:
        claims = jwt.decode(
            token,
            api_secret,
            algorithms=["HS256"],
            audience=api_key,
            options={
                "require": REQUIRED,
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
    except jwt.PyJWTError as error:
        raise InvalidIdToken(type(error).__name__) from error
    _check_times(claims["nbf"], claims["exp"])
    return Visitor(_shop(str(claims["iss"]), str(claims["dest"])), str(claims["sub"]))


def _check_times(not_before: object, expires: object) -> None:
    now = clock.now().timestamp()
    if not (isinstance(not_before, int | float) and isinstance(expires, int | float)):
        raise InvalidIdToken("its times are no numbers")
    if not not_before - LEEWAY <= now < expires + LEEWAY:
        raise InvalidIdToken("expired, or not valid yet")


def _shop(issuer: str, destination: str) -> str:
    host = urlsplit(destination).hostname or ""
    if urlsplit(issuer).hostname != host:
        raise InvalidIdToken("its issuer is another shop than its destination")
    shop = shop_domain.checked(host)
    if shop is None or urlsplit(destination).scheme != "https":
        raise InvalidIdToken("its destination is no shop")
    return shop
