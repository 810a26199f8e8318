"""The Admin GraphQL client: one shop, one token, one operation a call.

Our own, since `shopifyapi`'s has no timeout and keeps its site for the whole process. Source of the
answers' shapes: Shopify's pages on the GraphQL Admin API, its rate limits and error codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import requests
import stamina

from shopify_app.shopify import budget

_OPERATIONS = Path(__file__).parent / "operations"
TIMEOUT = (5, 30)

_admin_url = ""
_version = ""


class ShopifyError(Exception):
    """A call failed. Never holds personal data."""


class TokenRefused(ShopifyError):
    """The access token is dead or was never good: 401."""


class Retry(ShopifyError):
    """Shopify is throttling us, down or out of reach: the same call may work later."""


class Throttled(Retry):
    """We asked for too much at a time: nothing was done."""


class Rejected(ShopifyError):
    """Shopify understood and will not: the same call fails again. Its words say why."""


class Denied(Rejected):
    """The store has not granted the scope that it takes."""


def configure(admin_url: str, version: str) -> None:
    """`admin_url` is a template with `{shop}`; `version` such as `2026-10`."""
    global _admin_url, _version
    _admin_url, _version = admin_url, version


def admin_url(domain: str, path: str) -> str:
    """The address of `path` in the admin of this shop."""
    return f"{_admin_url.replace('{shop}', domain)}/admin/{path}"


def execute(
    domain: str, token: str, name: str, variables: dict[str, Any] | None = None, *, of: str = ""
) -> dict[str, Any]:
    """Run the operation `name` of `operations/<of or name>.graphql` and return its `data`.

    Waits for its turn (`budget`), and tries again when throttled, and (a query) when Shopify is
    out of reach, for about half a minute; a mutation whose answer was lost may have been done, so
    it is not sent again. Fields that come back null with an error beside them (protected customer
    data) are left null. Raises TokenRefused, Retry or Rejected.
    """
    text = document(of or name)
    body: dict[str, Any] = {"query": text, "variables": variables or {}}
    if of:
        body["operationName"] = name
    harmless = Throttled if _is_mutation(text, name, of) else Retry
    for attempt in stamina.retry_context(on=harmless, attempts=5, wait_initial=0.5, wait_max=10):
        with attempt:
            return _send(domain, token, name, body)
    raise AssertionError("unreachable")


@cache
def document(name: str) -> str:
    """The text of a file of operations."""
    return (_OPERATIONS / f"{name}.graphql").read_text(encoding="utf-8")


def _is_mutation(text: str, name: str, of: str) -> bool:
    """Whether the operation of this name, or the only one of its file, changes something."""
    wanted = rf"^mutation {name}\b" if of else r"^mutation\b"
    return re.search(wanted, text, re.MULTILINE) is not None


def _send(domain: str, token: str, operation: str, body: dict[str, Any]) -> dict[str, Any]:
    if not budget.take(domain, operation):
        raise Throttled(f"{operation}: others have asked for too much")
    try:
        answer = requests.post(
            admin_url(domain, f"api/{_version}/graphql.json"),
            json=body,
            headers={"X-Shopify-Access-Token": token},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise Retry(f"{operation}: {type(error).__name__}") from error
    _raise_for_status(operation, answer)
    told = _told(operation, answer)
    budget.learn(domain, operation, (told.get("extensions") or {}).get("cost"))
    return _data(operation, told)


def _raise_for_status(operation: str, answer: requests.Response) -> None:
    status = answer.status_code
    if status == 401:
        raise TokenRefused(f"{operation}: 401")
    if status == 429:
        raise Throttled(f"{operation}: HTTP 429")
    if status >= 500:
        raise Retry(f"{operation}: HTTP {status}")
    if status != 200:
        raise Rejected(f"{operation}: HTTP {status}")


def json_object(answer: requests.Response) -> dict[str, Any]:
    """What an answer tells. Raises ValueError if it is not a JSON object."""
    told = answer.json()
    if not isinstance(told, dict):
        raise ValueError("not an object")
    return told


def _told(operation: str, answer: requests.Response) -> dict[str, Any]:
    try:
        return json_object(answer)
    except ValueError as error:
        raise Retry(f"{operation}: not a JSON object") from error


def _data(operation: str, told: dict[str, Any]) -> dict[str, Any]:
    codes = {str(_code(error)) for error in told.get("errors") or []}
    if "THROTTLED" in codes:
        raise Throttled(f"{operation}: THROTTLED")
    if codes & {"INTERNAL_SERVER_ERROR", "TIMEOUT"}:
        raise Retry(f"{operation}: {', '.join(sorted(codes))}")
    data = told.get("data")
    if not isinstance(data, dict):
        raise Rejected(f"{operation}: {', '.join(sorted(codes)) or 'no data'}")
    return data


def agreed(payload: Mapping[str, Any] | None, made: str = "") -> Any:
    """What a mutation made, by its name in the answer. Raises Rejected, with Shopify's own words.

    One that was denied its scope has no payload at all: that raises Denied.
    """
    if payload is None:
        raise Denied("the store has not granted the access that this takes")
    errors = payload.get("userErrors") or []
    if errors or (made and not payload.get(made)):
        words = "; ".join(str(error.get("message", "")) for error in errors)
        raise Rejected(words or "Shopify gave no reason")
    return payload.get(made)


def _code(error: Any) -> str:
    extensions = error.get("extensions") if isinstance(error, dict) else None
    return str((extensions or {}).get("code", "ERROR"))
