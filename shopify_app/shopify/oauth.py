"""The token endpoint of a shop: exchange, code, refresh. Tokens come back as facts.

Source: Shopify's pages on token exchange, the authorization code grant and expiring offline tokens.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import requests

from shopify_app import clock
from shopify_app.domain.facts import Tokens
from shopify_app.shopify import client
from shopify_app.shopify.client import Rejected, Retry

ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"

_NAMED = {"invalid_client", "invalid_request", "unsupported_grant_type"}
"""Refusals that say what is to be mended: `invalid_client` is a wrong SHOPIFY_API_SECRET."""

_app: dict[str, str] = {}


class InvalidGrant(Rejected):
    """What was to be renewed is dead: the merchant has to open the app once."""


class InvalidIdToken(Rejected):
    """Shopify does not take the id token: App Bridge has to give a fresh one."""


def configure(api_key: str, api_secret: str) -> None:
    """Who we are at the token endpoint."""
    _app.update(client_id=api_key, client_secret=api_secret)


def exchange(domain: str, id_token: str) -> Tokens:
    """An expiring offline token for a valid id token. Revokes the one before it."""
    return _exchange(domain, id_token, ID_TOKEN)


def migrate(domain: str, access_token: str) -> Tokens:
    """An expiring pair for an offline token that does not expire, which dies by it.

    An exchange whose answer was lost can be repeated with the old token for seven days
    (shopify.dev, "Offline access tokens"). Raises InvalidGrant when the old one is dead.
    """
    try:
        return _exchange(domain, access_token, OFFLINE)
    except InvalidIdToken as error:
        raise InvalidGrant("oauth/access_token: invalid_subject_token") from error


def _exchange(domain: str, subject: str, kind: str) -> Tokens:
    body = {
        "grant_type": EXCHANGE,
        "subject_token": subject,
        "subject_token_type": kind,
        "requested_token_type": OFFLINE,
        "expiring": "1",
    }
    return _ask(domain, body)


def from_code(domain: str, code: str) -> Tokens:
    """An expiring offline token for the code of the authorization code grant."""
    return _ask(domain, {"code": code, "expiring": "1"})


def refresh(domain: str, refresh_token: str) -> Tokens:
    """A new pair for the old one's refresh token. Raises InvalidGrant when it is dead."""
    return _ask(domain, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def _ask(domain: str, body: dict[str, str]) -> Tokens:
    try:
        answer = requests.post(
            client.admin_url(domain, "oauth/access_token"),
            json={**_app, **body},
            headers={"Accept": "application/json"},
            timeout=client.TIMEOUT,
            allow_redirects=False,
        )
        told = client.json_object(answer)
    except (requests.RequestException, ValueError) as error:
        raise Retry(f"oauth/access_token: {type(error).__name__}") from error
    if answer.status_code == 200 and told.get("access_token"):
        return _tokens(told)
    raise _refusal(answer.status_code, str(told.get("error", "")))


def _refusal(status: int, error: str) -> client.ShopifyError:
    if error == "invalid_grant":
        return InvalidGrant("oauth/access_token: invalid_grant")
    if error == "invalid_subject_token":
        return InvalidIdToken("oauth/access_token: invalid_subject_token")
    if status == 429 or status >= 500:
        return Retry(f"oauth/access_token: HTTP {status}")
    known = f", {error}" if error in _NAMED else ""
    return Rejected(f"oauth/access_token: HTTP {status}{known}")


def _tokens(told: dict[str, Any]) -> Tokens:
    return Tokens(
        access=str(told["access_token"]),
        scopes=str(told.get("scope", "")),
        expires_at=_after(told.get("expires_in")),
        refresh=str(told.get("refresh_token", "")),
        refresh_expires_at=_after(told.get("refresh_token_expires_in")),
    )


def _after(seconds: Any) -> datetime | None:
    return clock.now() + timedelta(seconds=int(seconds)) if seconds else None
