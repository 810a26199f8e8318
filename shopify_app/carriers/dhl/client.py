"""DHL's Shipment Tracking - Unified API: one GET a number, for all of DHL's divisions.

Source: the API's reference on developer.dhl.com (v1.5) and DHL's help pages. There is nothing to
register and nothing is pushed to us: DHL's push API is another product, for its own customers. A
new key has 250 calls a day, counted anew at midnight GMT, and one call a second; DHL allows up to
ten calls a day for each shipment to those who ask for more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import requests

from shopify_app import crypto
from shopify_app.carriers import pace
from shopify_app.carriers.base import (
    Batch,
    Cap,
    Provider,
    ProviderError,
    RateLimited,
    Ref,
    Refusal,
    Unavailable,
)
from shopify_app.carriers.dhl import errors, numbers, parse
from shopify_app.domain.facts import Snapshot

NAME = parse.SOURCE
BETWEEN_CALLS = 1.1
"""Seconds: DHL takes one call a second of a new key; the rest is for the way there."""
TIMEOUT = (5, 20)
"""Seconds to connect, and between two bytes of the answer."""


class Dhl(Provider):
    """The provider with one account's key. `url` is the server's, without a path."""

    name = NAME
    caps = frozenset[Cap]()
    numbers_a_call = 1
    batch_size = 5
    """A batch is that many calls one after the other: few, so that others do not wait long."""
    between_calls = BETWEEN_CALLS
    looks_a_day = 10

    def __init__(self, url: str, api_key: str) -> None:
        self._url, self._key = url, api_key

    def recognises(self, number: str) -> bool:
        """Whether it has a format, and where there is one a check digit, of DHL's own."""
        return numbers.recognised(number)

    def fetch(self, refs: Sequence[Ref]) -> Batch[Snapshot]:
        """What is known of these numbers now, asked one by one.

        An error on the way does not lose what was told before it: the batch is cut short. Only
        one at the first number is raised.
        """
        told: list[Snapshot] = []
        refused: list[Refusal] = []
        for place, ref in enumerate(refs):
            try:
                answer = self._ask(ref)
            except ProviderError as error:
                if place == 0:
                    raise
                return Batch(told, refused, cut_short=error)
            if isinstance(answer, Snapshot):
                told.append(answer)
            else:
                refused.append(answer)
        return Batch(told, refused)

    def _ask(self, ref: Ref) -> Snapshot | Refusal:
        answer, told = self._get(_query(ref))
        if answer.status_code != 200:
            return errors.refusal(ref, answer.status_code, told)
        return parse.snapshot(ref, told) or Refusal(ref, "no_info", 200)

    def _get(self, query: dict[str, str]) -> tuple[requests.Response, dict[str, Any]]:
        turn = f"{NAME}:{crypto.keyed_hash(self._key)}"
        pace.wait_for_turn(turn, BETWEEN_CALLS)
        headers = {"DHL-API-Key": self._key, "Accept": "application/json"}
        try:
            answer = requests.get(
                f"{self._url}/track/shipments",
                params=query,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,  # the key is for this server alone
            )
            errors.raise_for_call(answer)
            told = answer.json()
        except RateLimited as error:
            pace.freeze(turn, error.retry_after)
            raise
        except (requests.RequestException, ValueError) as error:
            raise Unavailable(type(error).__name__) from error
        if not isinstance(told, dict):
            raise Unavailable("the answer is no object")
        return answer, told


def _query(ref: Ref) -> dict[str, str]:
    """The parameters of a call. `service` is left out: which division it is, only DHL knows."""
    postcode = ref.fields.get("postcode", "")
    told = {"recipientPostalCode": postcode} if postcode else {}
    return {"trackingNumber": ref.number, "language": "en", **told}
