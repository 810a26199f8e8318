"""JSON web tokens signed with HS256, as Shopify's id tokens are. Standard library only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

from sandbox.database import Json

HEADER = {"alg": "HS256", "typ": "JWT"}


class BadToken(Exception):
    """Not a token of ours, or one whose time is over."""


def sign(claims: Json, secret: str) -> str:
    """The compact form of the claims."""
    signed = f"{_encode(HEADER)}.{_encode(claims)}"
    return f"{signed}.{_signature(signed, secret)}"


def verify(token: str, secret: str, now: float, leeway: float = 10) -> Json:
    """The claims of a token that is signed with the secret and valid at `now`, else BadToken."""
    try:
        signed, signature = token.rsplit(".", 1)
        header, claims = (_decode(part) for part in signed.split("."))
    except (ValueError, UnicodeDecodeError) as error:
        raise BadToken("not a token") from error
    if header.get("alg") != HEADER["alg"] or not hmac.compare_digest(
        signature.encode(), _signature(signed, secret).encode()
    ):
        raise BadToken("signature")
    if not float(claims.get("nbf", now)) - leeway <= now <= float(claims["exp"]) + leeway:
        raise BadToken("time")
    return claims


def _encode(part: Json) -> str:
    raw = json.dumps(part, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(part: str) -> Json:
    decoded = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(decoded, dict):
        raise ValueError("not an object")
    return decoded


def _signature(signed: str, secret: str) -> str:
    raw = hmac.digest(secret.encode(), signed.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
