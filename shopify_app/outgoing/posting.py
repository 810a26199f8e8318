"""Posting over HTTP once, and knowing whether what was posted may have been taken."""

from __future__ import annotations

import ssl
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from shopify_app.outgoing.errors import Retry, Uncertain

TIMEOUT = (5, 20)


def post(url: str, unreached: str, **what: Any) -> requests.Response:
    """The answer, wherever it would lead. Raises Retry(`unreached`) or Uncertain."""
    try:
        return requests.post(url, timeout=TIMEOUT, allow_redirects=False, **what)
    except requests.ConnectionError as error:
        raise Retry(unreached) if _carried_nothing(error) else Uncertain("broke") from error
    except requests.RequestException as error:
        raise Uncertain("broke") from error


def _carried_nothing(error: requests.ConnectionError) -> bool:
    """Whether the connection was never made; one that broke may have carried all of it."""
    cause = _inner(error)
    reason = getattr(cause, "reason", cause)
    never_made = isinstance(error, requests.ConnectTimeout) or isinstance(
        reason, NewConnectionError
    )
    # TLS can break later, too; a certificate is looked at before anything is sent.
    return never_made or isinstance(_inner(reason), ssl.SSLCertVerificationError)


def _inner(error: object) -> object:
    """The error that this one was made of."""
    return next(iter(getattr(error, "args", ())), None)


def told(answer: requests.Response) -> dict[str, Any]:
    """What the answer tells; nothing if that is no JSON object."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
