"""A store's bulk operations as a test wants them, over stubbed HTTP: they run, end, leave a file.

The file lies at another host than the API, as Shopify's does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import responses

from tests.payloads import Body
from tests.stubs import AdminApi, Answer

URL = "https://storage.googleapis.com/shopify/bulk-1.jsonl?signature=abc"
STARTED = "2026-11-24T12:00:00Z"


def lines(*orders: Body) -> bytes:
    """Orders as JSONL: each without its lines, then these with the order's id."""
    rows: list[Body] = []
    for order in orders:
        rows.append({name: value for name, value in order.items() if name != "lineItems"})
        rows += [item | {"__parentId": order["id"]} for item in order["lineItems"]["nodes"]]
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def fulfillment(node: Body, display: str = "FULFILLED", **times: str) -> Body:
    """A fulfillment as a bulk operation tells it: without events."""
    plain = {name: value for name, value in node.items() if name != "events"}
    told = {"displayStatus": display, "inTransitAt": None, "deliveredAt": None}
    return plain | told | times


@dataclass
class Store:
    """What a shop's Admin API knows of bulk operations, and the file.

    `status` is that of every operation; `refuses` a code by which no more are started; `loses`: the
    answer of the next start is lost on its way. `over`: operations whose file is no more. `parts`:
    its server gives parts of the file. `meanwhile` is called before it does.
    """

    api: AdminApi
    file: bytes = b""
    status: str = "COMPLETED"
    error: str | None = None
    refuses: str = ""
    loses: bool = False
    url: str | None = URL
    serves: int = 200
    parts: bool = True
    cuts: int | None = None
    over: set[int] = field(default_factory=set)
    meanwhile: Callable[[], None] = lambda: None
    queries: list[str] = field(default_factory=list)
    fetched: list[requests.PreparedRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.api.answers |= {
            "BulkOperations": self._known,
            "RunBulkQuery": self._run,
            "BulkOperation": lambda of: {"bulkOperation": self._state(_number(of["id"]))},
        }

    @property
    def starts(self) -> list[str]:
        """The searches of the operations that were started."""
        return [re.findall(r'query: "(.*?)"', query)[0] for query in self.queries]

    def _known(self, _variables: Body) -> Body:
        newest = range(len(self.queries), 0, -1)
        nodes = [self._state(n) | {"query": self.queries[n - 1]} for n in newest]
        return {"bulkOperations": {"nodes": nodes}, "ordersCount": {"count": self._orders()}}

    def _run(self, variables: Body) -> Body | int:
        if self.refuses:
            error = {"code": self.refuses, "message": "no"}
            return {"bulkOperationRunQuery": {"bulkOperation": None, "userErrors": [error]}}
        self.queries.append(variables["text"])
        if self.loses:
            self.loses = False
            return 502
        state = self._state(len(self.queries)) | {"status": "CREATED", "url": None}
        return {"bulkOperationRunQuery": {"bulkOperation": state, "userErrors": []}}

    def _state(self, number: int) -> dict[str, Any]:
        count, status = self.file.count(b"\n"), "EXPIRED" if number in self.over else self.status
        return {
            "id": f"gid://shopify/BulkOperation/{number}",
            "status": status,
            "errorCode": self.error,
            "createdAt": STARTED,
            "objectCount": str(count),
            "rootObjectCount": str(self._orders()),
            "fileSize": str(len(self.file)) if self.file else None,
            "url": self.url if self.file and status == "COMPLETED" else None,
        }

    def _orders(self) -> int:
        return self.file.count(b"\n") - self.file.count(b"__parentId")

    def serve(self, request: requests.PreparedRequest) -> Answer:
        """The file, or the part of it that is asked for."""
        self.fetched.append(request)
        self.meanwhile()
        if self.serves != 200:
            return self.serves, {}, "<Error/>"
        found = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        place = int(found[1]) if found and self.parts else 0
        told = self.file[place : self.cuts].decode()
        if not place:
            return 200, {}, told
        last = len(self.file) - 1
        return 206, {"Content-Range": f"bytes {place}-{last}/{len(self.file)}"}, told


def _number(gid: str) -> int:
    return int(gid.rpartition("/")[2])


@pytest.fixture
def store(shopify: AdminApi, http: responses.RequestsMock) -> Store:
    """Bulk operations of every shop."""
    made = Store(shopify)
    http.add_callback(responses.GET, URL, made.serve)
    return made
