"""Whether a delivery comes from whom it says.

Shopify: base64 HMAC-SHA256 over the body as it came. Source: shopify.dev, "Verify webhook
deliveries". Only the body is signed; the headers are not.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from shopify_app.outgoing.http import signature


def signed_by_shopify(body: bytes, signature: str, secrets: Sequence[bytes]) -> bool:
    """Whether `signature` was made over `body` with one of these secrets."""
    given = signature.strip().encode("utf-8", "replace")
    made = [base64.b64encode(hmac.digest(secret, body, "sha256")) for secret in secrets if secret]
    return any(hmac.compare_digest(given, expected) for expected in made)


def signed_by_twilio(url: str, form: Mapping[str, str], signature: str, token: str) -> bool:
    """Whether `signature` was made over the address and the sorted form with this token.

    Source: twilio.com/docs/usage/security. Of an https address Twilio may leave out the port.
    """
    if not token:
        return False
    fields = "".join(name + form[name] for name in sorted(form))
    given = signature.strip().encode("utf-8", "replace")
    made = [
        base64.b64encode(hmac.digest(token.encode(), (address + fields).encode(), "sha1"))
        for address in (url, _without_port(url))
    ]
    return any(hmac.compare_digest(given, expected) for expected in made)


FRESH_FOR = timedelta(minutes=5)
"""How far a gateway's clock may be from ours; older is someone's replay."""


def signed_by_gateway(headers: Mapping[str, str], body: bytes, key: bytes, now: datetime) -> bool:
    """Whether it was signed with this key, and lately. `headers` are looked up in lower case.

    Source: standardwebhooks.com, verifying: one of the signatures has to be right.
    """
    name, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (key and name and moment.isascii() and moment.isdecimal() and len(moment) < 12):
        return False
    if abs(int(moment) - now.timestamp()) > FRESH_FOR.total_seconds():
        return False
    expected = signature(key, name, moment, body).encode()
    given = headers.get("webhook-signature", "").encode("utf-8", "replace").split()
    return any(hmac.compare_digest(each, expected) for each in given)


def _without_port(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.partition(":")[0]).geturl()
