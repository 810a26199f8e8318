"""Whether a delivery comes from Shopify: base64 HMAC-SHA256 over the body as it came.

Source: shopify.dev, "Verify webhook deliveries". Only the body is signed; the headers are not.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence


def signed_by_shopify(body: bytes, signature: str, secrets: Sequence[bytes]) -> bool:
    """Whether `signature` was made over `body` with one of these secrets."""
    given = signature.strip().encode("utf-8", "replace")
    made = [base64.b64encode(hmac.digest(secret, body, "sha256")) for secret in secrets if secret]
    return any(hmac.compare_digest(given, expected) for expected in made)
