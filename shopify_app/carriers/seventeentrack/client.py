"""17TRACK's Tracking API v2.4: one POST an endpoint, up to 40 numbers a call.

Source: the API's documentation (v2.4) and the provider's help pages on quota and error codes.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import requests

from shopify_app import crypto
from shopify_app.carriers import pace
from shopify_app.carriers.base import (
    AuthError,
    Batch,
    Quota,
    RateLimited,
    Ref,
    Refusal,
    Unavailable,
)
from shopify_app.carriers.seventeentrack import errors, parse
from shopify_app.domain.facts import Snapshot

NAME = "17track"
BETWEEN_CALLS = 0.34
"""Seconds: 17TRACK takes three calls a second of one key."""
TIMEOUT = (5, 20)
"""Seconds to connect, and between two bytes of the answer."""


class SeventeenTrack:
    """The provider with one account's key. `url` is the base, without an endpoint."""

    batch_size = 40

    def __init__(self, url: str, api_key: str) -> None:
        self._url, self._key = url, api_key

    def register(self, refs: Sequence[Ref]) -> Batch[Ref]:
        """Begin to follow these numbers; each new one costs one of the quota."""
        data = self._call("register", [_item(ref) for ref in refs])
        accepted = [_ref(item) for item in data.get("accepted", [])]
        refused = parse.refusals(data)
        already = [refusal.ref for refusal in refused if refusal.kind == "already"]
        return Batch(accepted + already, [r for r in refused if r.kind != "already"])

    def fetch(self, refs: Sequence[Ref]) -> Batch[Snapshot]:
        """What is known of these numbers now; costs nothing."""
        data = self._call("gettrackinfo", [_item(ref) for ref in refs])
        told: list[Snapshot] = []
        refused: list[Refusal] = parse.refusals(data)
        for item in data.get("accepted", []):
            snapshot = parse.snapshot(item)
            if snapshot:
                told.append(snapshot)
            else:
                refused.append(Refusal(_ref(item), "no_info", 0))
        return Batch(told, refused)

    def quota(self) -> Quota:
        """What is left of the account's numbers. Also tells whether the key works."""
        data = self._call("getquota", [])
        return Quota(total=int(data.get("quota_total", 0)), left=int(data.get("quota_remain", 0)))

    def verify_push(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """`sign` is the hex SHA-256 of the body, a slash and the key (not an HMAC)."""
        made = hashlib.sha256(raw + b"/" + self._key.encode()).hexdigest()
        given = headers.get("sign", "").lower().encode("utf-8", "replace")
        return bool(self._key) and hmac.compare_digest(made.encode(), given)

    def parse_push(self, raw: bytes) -> list[Snapshot]:
        """One parcel a push, with its whole history; TRACKING_STOPPED tells nothing of the way."""
        return parse.push(raw)

    def _call(self, endpoint: str, body: list[dict[str, Any]]) -> dict[str, Any]:
        pace.wait_for_turn(f"{NAME}:{crypto.keyed_hash(self._key)}", BETWEEN_CALLS)
        try:
            answer = requests.post(
                f"{self._url}/{endpoint}",
                json=body,
                headers={"17token": self._key},
                timeout=TIMEOUT,
            )
            told = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise Unavailable(f"{endpoint}: {type(error).__name__}") from error
        _raise_for_call(endpoint, answer, told)
        return told["data"] if isinstance(told.get("data"), dict) else {}


def _raise_for_call(endpoint: str, answer: requests.Response, told: Any) -> None:
    code = told.get("code") if isinstance(told, dict) else None
    if answer.status_code == 429 or code == errors.TOO_MANY:
        raise RateLimited(_retry_after(answer))
    if answer.status_code in {401, 403} or code in errors.KEY_REFUSED:
        raise AuthError(f"{endpoint}: {code}")
    if answer.status_code != 200 or code != 0:
        raise Unavailable(f"{endpoint}: HTTP {answer.status_code}, code {code}")


def _retry_after(answer: requests.Response) -> timedelta:
    text = answer.headers.get("Retry-After", "")
    return timedelta(seconds=int(text) if text.isdigit() else 2)


def _item(ref: Ref) -> dict[str, Any]:
    carrier = {"carrier": int(ref.carrier)} if ref.carrier.isdigit() else {}
    return {"number": ref.number, **carrier}


def _ref(item: Mapping[str, Any]) -> Ref:
    return Ref(str(item.get("number", "")), parse.carrier_code(item.get("carrier")))
