"""17TRACK's Tracking API v2.4, up to 40 numbers a call.

Source: the API's documentation (v2.4) and the provider's help pages on quota, error codes, and
stopping and retracking. Real-time tracking is not used: each call costs quota.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from shopify_app.carriers.base import (
    Batch,
    Cap,
    Fields,
    Followed,
    Provider,
    Quota,
    Ref,
    Refusal,
    Registered,
    Stopped,
)
from shopify_app.carriers.seventeentrack import asked, call, errors, parse
from shopify_app.domain.facts import Snapshot
from shopify_app.numbers import whole

NAME = call.NAME


class SeventeenTrack(Provider):
    """The provider with one account's key. `url` is the base, without an endpoint."""

    name = NAME
    caps = frozenset[Cap](
        {
            "push",
            "register",
            "retrack",
            "stop",
            "delete",
            "change_carrier",
            "info",
            "state",
            "quota",
        }
    )
    batch_size = numbers_a_call = 40
    between_calls = call.BETWEEN_CALLS
    looks_a_day = None

    def __init__(self, url: str, api_key: str) -> None:
        self._url, self._key = url, api_key

    def recognises(self, number: str) -> bool:
        """Any number that the API takes at all: 5 to 50 letters and digits."""
        return bool(re.fullmatch("[0-9A-Z]{5,50}", number))

    def fetch(self, refs: Sequence[Ref]) -> Batch[Snapshot]:
        """What is known of these numbers now; costs nothing."""
        if not refs:
            return Batch()
        data = self._data("gettrackinfo", [_item(ref) for ref in refs])
        told: list[Snapshot] = []
        refused = parse.refusals(data)
        for item in parse.accepted(data):
            if snapshot := parse.snapshot(item):
                told.append(snapshot)
            else:
                refused.append(Refusal(parse.ref(item), "no_info", 0))
        return Batch(told, refused)

    def register(self, refs: Sequence[Ref]) -> Batch[Registered]:
        """Begin to follow these numbers; each new one costs one of the quota.

        17TRACK finds the carrier where none is named, and corrects a wrong one.
        """
        answer = self._each("register", [_item(ref, ref.fields) for ref in refs])
        new = [Registered(ref) for ref in answer.accepted]
        already = [refusal.ref for refusal in answer.refused if refusal.kind == "already"]
        refused = [refusal for refusal in answer.refused if refusal.kind != "already"]
        return Batch(new + [Registered(ref, spent=False) for ref in already], refused)

    def retrack(self, refs: Sequence[Ref]) -> Batch[Ref]:
        """Look again at stopped numbers. Free, but once in a registration's life."""
        return self._each("retrack", [_item(ref) for ref in refs])

    def stop(self, refs: Sequence[Ref]) -> Batch[Ref]:
        """Look no more at numbers that are tracked. It is not undone but by the one retrack."""
        return self._each("stoptrack", [_item(ref) for ref in refs])

    def delete(self, refs: Sequence[Ref]) -> Batch[Ref]:
        """Forget these registrations; registering a number again costs one of the quota."""
        return self._each("deletetrack", [_item(ref) for ref in refs])

    def change_carrier(self, ref: Ref, carrier: str) -> Batch[Ref]:
        """Free, five times a number, not while it is stopped nor before its first result."""
        new, old = whole(carrier), whole(ref.carrier)
        if not new:
            return Batch(refused=[Refusal(ref, "no_carrier", errors.BAD_CARRIER)])
        item = {"number": ref.number, "carrier_new": new} | ({"carrier_old": old} if old else {})
        answer = self._each("changecarrier", [item])
        return Batch([Ref(taken.number, carrier) for taken in answer.accepted], answer.refused)

    def inform(self, ref: Ref, fields: Fields) -> Batch[Ref]:
        """Give what the carrier of a registered number asked for; free."""
        return self._each("changeinfo", [{**_item(ref), "items": asked.written(fields)}])

    def state(self, refs: Sequence[Ref]) -> Batch[Followed]:
        """How the account follows these numbers, out of its list (40 rows a page); free."""
        if not refs:
            return Batch()
        numbers = ",".join(dict.fromkeys(ref.number for ref in refs))
        rows: list[Followed] = []
        for page in count(1):
            told = self._call("gettracklist", {"number": numbers, "page_no": page})
            found = parse.accepted(_data_of(told))
            rows += [parse.followed(row) for row in found]
            if not found or page >= parse.pages(told):
                break
        return _by_ref(refs, rows)

    def quota(self) -> Quota:
        """What is left of the account's numbers. Also tells whether the key works."""
        return parse.quota(self._data("getquota", []))

    def verify_push(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """`sign` is the hex SHA-256 of the body, a slash and the key (not an HMAC)."""
        made = hashlib.sha256(raw + b"/" + self._key.encode()).hexdigest()
        given = headers.get("sign", "").lower().encode("utf-8", "replace")
        return bool(self._key) and hmac.compare_digest(made.encode(), given)

    def parse_push(self, raw: bytes) -> list[Snapshot | Stopped]:
        """One parcel a push, with its whole history; TRACKING_STOPPED tells nothing of the way."""
        return parse.push(raw)

    def _each(self, endpoint: str, items: list[dict[str, Any]]) -> Batch[Ref]:
        """A call that accepts or rejects each number by itself."""
        if not items:
            return Batch()
        data = self._data(endpoint, items)
        return Batch([parse.ref(item) for item in parse.accepted(data)], parse.refusals(data))

    def _data(self, endpoint: str, body: call.Body) -> dict[str, Any]:
        return _data_of(self._call(endpoint, body))

    def _call(self, endpoint: str, body: call.Body) -> dict[str, Any]:
        return call.post(self._url, self._key, endpoint, body)


def _data_of(told: Mapping[str, Any]) -> dict[str, Any]:
    data = told.get("data")
    return data if isinstance(data, dict) else {}


def _item(ref: Ref, fields: Fields | None = None) -> dict[str, Any]:
    code = whole(ref.carrier)
    carrier = {"carrier": code} if code else {}
    return {"number": ref.number, **carrier, **asked.written(fields or {})}


def _by_ref(refs: Sequence[Ref], rows: Sequence[Followed]) -> Batch[Followed]:
    """The row of each number; of a number with several carriers and none named, a live one."""
    found: list[Followed] = []
    missing: list[Refusal] = []
    for ref in refs:
        own = [row for row in rows if row.ref.number == ref.number]
        own = [row for row in own if ref.carrier in ("", row.ref.carrier)]
        if own:
            found.append(max(own, key=lambda row: row.tracking))
        else:
            missing.append(Refusal(ref, "not_registered", errors.NOT_REGISTERED))
    return Batch(found, missing)
