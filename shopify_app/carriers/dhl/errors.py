"""DHL's refusals by what follows from them. It answers with `application/problem+json` (RFC 9457).

Source: the responses named in the API's reference (400, 401, 404, 429) and DHL's help pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import requests

from shopify_app.carriers import pace
from shopify_app.carriers.base import AuthError, RateLimited, Ref, Refusal, Unavailable

AFTER_TOO_MANY = timedelta(minutes=5)
"""How long to wait after a 429 that does not say. It may be for the second that just passed, or,
as a key has a number of calls a day, until midnight GMT: the answer is the same."""


def raise_for_call(answer: requests.Response) -> None:
    """Raise the ProviderError of an answer that is about the key or about DHL itself."""
    status = answer.status_code
    if status == 429:
        raise RateLimited(pace.retry_after(answer.headers, AFTER_TOO_MANY))
    if status in {401, 403}:
        raise AuthError(f"HTTP {status}")
    if status not in {200, 400, 404}:
        raise Unavailable(f"HTTP {status}")


def refusal(ref: Ref, status: int, problem: Mapping[str, Any]) -> Refusal:
    """What a 400 or 404 says of the number: no format of DHL's, or nothing is known of it (yet).

    A new shipment takes 10 to 30 minutes to appear, and most are purged after 90 days.
    """
    if status == 404:
        return Refusal(ref, "no_info", status)
    if "postalcode" in str(problem.get("detail")).casefold().replace(" ", ""):
        return Refusal(ref, "bad_field", status, ("postcode",))
    return Refusal(ref, "bad_number", status)
