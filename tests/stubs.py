"""The outside world as a test wants it: Shopify and 17TRACK, over stubbed HTTP.

Each remembers what it was asked in `asked`, and answers what the test told it to.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pytest
import requests
import responses
import stamina

from shopify_app import database, queue
from shopify_app.actions import accounts
from shopify_app.carriers import pace, registry
from shopify_app.carriers.base import (
    Batch,
    Cap,
    Kind,
    Provider,
    ProviderError,
    Ref,
    Refusal,
    Unavailable,
)
from shopify_app.carriers.seventeentrack import client as seventeentrack
from shopify_app.domain.facts import Snapshot
from tests import payloads
from tests.payloads import Body

if TYPE_CHECKING:
    from tests.support import House

Answer = tuple[int, dict[str, str], str]
ADMIN = re.compile(r"https://[a-z]+\.myshopify\.com/admin/api/2026-10/graphql\.json")
OPERATION = re.compile(r"(?:query|mutation) (\w+)")
TOKENS = re.compile(r"https://[a-z]+\.myshopify\.com/admin/oauth/access_token")
SEVENTEENTRACK = re.compile(r"https://17track\.test/v2\.4/\w+")


@dataclass
class AdminApi:
    """Every shop's Admin API. An operation answers its `data`, or what is called with its
    variables; a number instead is the HTTP status of a refusal. One never told of is refused by
    `otherwise`."""

    answers: dict[str, Body | int | Callable[[Body], Body | int]] = field(default_factory=dict)
    otherwise: int = 401
    asked: list[tuple[str, Body]] = field(default_factory=list)

    def __call__(self, request: requests.PreparedRequest) -> Answer:
        told = json.loads(request.body or "")
        found = OPERATION.search(told["query"])
        name = told.get("operationName") or (found[1] if found else "")
        self.asked.append((name, told["variables"]))
        answer = self.answers.get(name, self.otherwise)
        if callable(answer):
            answer = answer(told["variables"])
        if isinstance(answer, int):
            return answer, {}, "{}"
        return 200, {}, json.dumps({"data": answer})

    @property
    def names(self) -> list[str]:
        """The operations it was asked for, in their order."""
        return [name for name, _ in self.asked]


@dataclass
class TokenEndpoint:
    """Every shop's token endpoint. It gives a new pair each time, unless `says` is set: a status
    and a body, or an error on the way. A token that does not expire it exchanges if it `migrates`.
    """

    migrates: bool = False
    says: tuple[int, Body | str] | Exception | None = None
    asked: list[tuple[str, Body]] = field(default_factory=list)

    def __call__(self, request: requests.PreparedRequest) -> Answer:
        domain = str(request.url).split("/")[2]
        told = json.loads(request.body or "")
        self.asked.append((domain, told))
        if isinstance(self.says, Exception):
            raise self.says
        status, body = self.says or (200, payloads.token_pair(len(self.asked)))
        if "offline-access-token" in told.get("subject_token_type", "") and not self.migrates:
            status, body = 400, {"error": "invalid_subject_token"}
        return status, {}, body if isinstance(body, str) else json.dumps(body)


@dataclass
class SeventeenTrack:
    """17TRACK's API. It knows what `tells` says; `refuses` has the error code of an endpoint's
    number; `stopped` are those it does not look at any more (`once` or `for good`); while `fails`
    is set every call gets that status and body instead.

    `meanwhile` is called while it is asked, before it answers. After a hundred calls it breaks
    down, so that a storm ends a test.
    """

    tells: dict[str, Body] = field(default_factory=dict)
    refuses: dict[tuple[str, str], int] = field(default_factory=dict)
    fails: tuple[int, Body] | None = None
    quota_left: int = 100
    stopped: dict[str, str] = field(default_factory=dict)
    meanwhile: Callable[[str], object] = lambda _endpoint: None
    asked: list[tuple[str, list[str]]] = field(default_factory=list)

    def __call__(self, request: requests.PreparedRequest) -> Answer:
        endpoint = str(request.url).rpartition("/")[2]
        numbers = _numbers(json.loads(request.body or ""))
        self.asked.append((endpoint, numbers))
        self.meanwhile(endpoint)
        if self.fails or len(self.asked) > 100:
            status, body = self.fails or (503, {})
            return status, {}, json.dumps(body)
        return 200, {}, json.dumps(self._answer(endpoint, numbers))

    def calls(self, endpoint: str) -> list[list[str]]:
        """The numbers of each call of an endpoint."""
        return [numbers for name, numbers in self.asked if name == endpoint]

    def _answer(self, endpoint: str, numbers: list[str]) -> Body:
        if endpoint == "getquota":
            return {"code": 0, "data": {"quota_total": 200, "quota_remain": self.quota_left}}
        if endpoint == "gettracklist":
            told = [self.list_item(n) for n in numbers]
            return payloads.envelope(told) | {"page": {"page_total": 1}}
        refused = [n for n in numbers if (endpoint, n) in self.refuses]
        rejected = [payloads.rejected(n, self.refuses[endpoint, n]) for n in refused]
        accepted = [self._item(endpoint, n) for n in numbers if n not in refused]
        return payloads.envelope(accepted, rejected)

    def list_item(self, number: str) -> Body:
        """A row of its list; what is in `stopped` it does not look at any more."""
        state = self.stopped.get(number)
        return {
            "number": number,
            "carrier": 190008,
            "tracking_status": "Stopped" if state else "Tracking",
            "is_retracked": state == "for good",
        }

    def _item(self, endpoint: str, number: str) -> Body:
        if endpoint == "register":
            return {"number": number, "carrier": 190008, "origin": 1}
        return self.tells.get(number, payloads.tracked(number))


def _numbers(body: Body | list[Body]) -> list[str]:
    """The numbers that a call is about; `gettracklist` alone takes them in one text."""
    if isinstance(body, dict):
        return str(body.get("number", "")).split(",")
    return [item["number"] for item in body]


@pytest.fixture
def http() -> Iterator[responses.RequestsMock]:
    """HTTP that goes nowhere."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as stubbed:
        yield stubbed


@pytest.fixture
def shopify(
    http: responses.RequestsMock, token_endpoint: TokenEndpoint, redis_url: str
) -> Iterator[AdminApi]:
    """Shopify's Admin API, asked once: nobody waits for a second try."""
    queue.configure(redis_url)
    api = AdminApi()
    http.add_callback(responses.POST, ADMIN, api)
    with stamina.set_testing(True):
        yield api


@pytest.fixture
def token_endpoint(http: responses.RequestsMock) -> TokenEndpoint:
    """Where shops give tokens."""
    endpoint = TokenEndpoint()
    http.add_callback(responses.POST, TOKENS, endpoint)
    return endpoint


@pytest.fixture
def carrier(http: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch) -> SeventeenTrack:
    """17TRACK, which takes any pace."""
    api = SeventeenTrack()
    http.add_callback(responses.POST, SEVENTEENTRACK, api)
    monkeypatch.setattr(pace, "wait_for_turn", lambda *_: None)
    return api


class Direct(Provider):
    """A carrier's own API as its provider: it knows numbers that begin with JD, and asks no quota.

    It tells what `tells` says; other numbers get `refusal`, or, with `cut_short`, none are asked.
    While `gate` is set each call waits.
    """

    name = "dhl"
    caps = frozenset[Cap]()
    batch_size, numbers_a_call, between_calls, looks_a_day = 5, 1, 0.0, 10

    def __init__(self) -> None:
        self.tells: dict[str, Snapshot] = {}
        self.refusal: Kind = "no_info"
        self.fails: ProviderError | None = None
        self.gate: threading.Event | None = None
        self.cut_short = False
        self.asked: list[Ref] = []

    def recognises(self, number: str) -> bool:
        return number.startswith("JD")

    def fetch(self, refs: Sequence[Ref]) -> Batch[Snapshot]:
        self.asked += refs
        if self.gate:
            self.gate.wait(20)
        if self.fails:
            raise self.fails
        told = [self.tells[ref.number] for ref in refs if ref.number in self.tells]
        refused = [ref for ref in refs if ref.number not in self.tells]
        if self.cut_short:
            return Batch(told, cut_short=Unavailable("timeout"))
        return Batch(told, [Refusal(ref, self.refusal, 0) for ref in refused])


@pytest.fixture
def direct(house: House) -> Direct:
    """A carrier's own API, asked before 17TRACK; both shops may use the installation's key."""
    provider = Direct()
    url = house.settings.seventeentrack_url
    registry.configure(
        {"dhl": lambda _key: provider, "17track": partial(seventeentrack.SeventeenTrack, url)}
    )
    with database.writing() as session:
        accounts.keep_installation_accounts(session, {"dhl": "the-key-at-dhl"})
    return provider
