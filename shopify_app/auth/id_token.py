"""App Bridge's id tokens: who opens the app, in which shop.

Source: shopify.dev, "Session tokens". HS256 with the client secret, 60 s of life. `shopifyapi`'s
decoder takes tokens without an expiry, so PyJWT checks, and the times go by our clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt
from jwt.types import Options

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


def verify(token: str, api_key: str, api_secrets: Sequence[str]) -> Visitor:
    """The visitor behind a token, signed with one of these secrets. Raises InvalidIdToken."""
    try:
        claims = _claims(token, api_key, api_secrets)
    except jwt.PyJWTError as error:
        raise InvalidIdToken(type(error).__name__) from error
    _check_times(claims["nbf"], claims["exp"])
    return Visitor(_shop(str(claims["iss"]), str(claims["dest"])), str(claims["sub"]))


def _claims(token: str, api_key: str, api_secrets: Sequence[str]) -> dict[str, Any]:
    secret, *others = api_secrets
    try:
        return jwt.decode(token, secret, algorithms=["HS256"], audience=api_key, options=_OPTIONS)
    except jwt.InvalidSignatureError:
        if not others:
            raise
        return _claims(token, api_key, others)


_OPTIONS: Options = {
    "require": REQUIRED,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}
"""Times are checked by our own clock."""


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
