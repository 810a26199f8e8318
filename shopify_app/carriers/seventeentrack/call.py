"""One call to 17TRACK's Tracking API v2.4: always a POST of JSON, with the key in a header."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import requests

from shopify_app import crypto
from shopify_app.carriers import pace
from shopify_app.carriers.base import AuthError, RateLimited, Unavailable
from shopify_app.carriers.seventeentrack import errors

NAME = "17track"
BETWEEN_CALLS = 0.34
"""Seconds: 17TRACK takes three calls a second of one key."""
TIMEOUT = (5, 20)
"""Seconds to connect, and between two bytes of the answer."""
AFTER_TOO_MANY = timedelta(seconds=2)
"""How long to wait after a 429 that does not say."""

Body = list[dict[str, Any]] | dict[str, Any]


def post(url: str, key: str, endpoint: str, body: Body) -> dict[str, Any]:
    """The whole answer, `code` 0 with its `data`. Raises a ProviderError for anything else."""
    turn = f"{NAME}:{crypto.keyed_hash(key)}"
    pace.wait_for_turn(turn, BETWEEN_CALLS)
    try:
        answer = requests.post(
            f"{url}/{endpoint}",
            json=body,
            headers={"17token": key},
            timeout=TIMEOUT,
            allow_redirects=False,  # the key is for this server alone
        )
        told = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise Unavailable(f"{endpoint}: {type(error).__name__}") from error
    try:
        _raise_for_call(endpoint, answer, told)
    except RateLimited as error:
        pace.freeze(turn, error.retry_after)
        raise
    return dict(told)


def _raise_for_call(endpoint: str, answer: requests.Response, told: Any) -> None:
    code = told.get("code") if isinstance(told, dict) else None
    code = code if isinstance(code, int) else None
    if answer.status_code == 429 or code == errors.TOO_MANY:
        raise RateLimited(pace.retry_after(answer.headers, AFTER_TOO_MANY))
    if answer.status_code in {401, 403} or code in errors.KEY_REFUSED:
        raise AuthError(f"{endpoint}: {code}")
    if answer.status_code != 200 or code != 0:
        raise Unavailable(f"{endpoint}: HTTP {answer.status_code}, code {code}")
