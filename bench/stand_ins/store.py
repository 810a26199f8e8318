"""A store whose orders can be imported, both ways: a process of its own that keeps nobody waiting.

The base address says how many orders it has: `/ORDERS/admin/...`. It has no limit on points, and a
bulk operation is over as soon as it was asked for.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bench.stand_ins import server
from bench.stand_ins.server import JsonHandler, serve

Json = dict[str, Any]
NEWEST = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
DAYS = 60
WAYS = 20 * ["DELIVERED"] + 4 * ["IN_TRANSIT"] + ["OUT_FOR_DELIVERY"] + 5 * ["FULFILLED"]
FOLDER = Path(tempfile.gettempdir())


@contextmanager
def running() -> Iterator[str]:
    """The store's address, without a path, while the block lasts."""
    with (
        tempfile.TemporaryDirectory(prefix="retrack-bench-store-") as folder,
        server.running("bench.stand_ins.store", folder) as address,
    ):
        yield address


def order(number: int, count: int) -> tuple[Json, list[Json]]:
    """An order of the store, as a bulk operation tells it, and its lines. 0 is the newest."""
    placed = NEWEST - timedelta(days=DAYS - 1) * number / count
    shipped = placed + timedelta(days=1)
    is_shipped = shipped < NEWEST and number % 10 > 0
    told = {
        "id": f"gid://shopify/Order/{5_000_000_000 + count - number}",
        "name": f"#{1000 + count - number}",
        **dict.fromkeys(("createdAt", "processedAt"), _stamp(placed)),
        "updatedAt": _stamp(shipped if is_shipped else placed),
        "cancelledAt": None,
        "closedAt": None,
        "displayFulfillmentStatus": "FULFILLED" if is_shipped else "UNFULFILLED",
        "tags": ["gift"] if number % 12 == 0 else [],
        "email": f"customer.{number}@example.com",
        "phone": None,
        "customerLocale": "en",
        "currentTotalPriceSet": {"shopMoney": {"amount": "48.0", "currencyCode": "USD"}},
        "customer": {"id": f"gid://shopify/Customer/{7_000_000_000 + number}"},
        "shippingAddress": {
            "name": f"Customer {number}", "firstName": "Customer", "phone": None,
            "city": "Springfield", "province": "Illinois", "provinceCode": "IL",
            "country": "United States", "countryCodeV2": "US",
        },
        "fulfillments": [_fulfillment(number, shipped)] if is_shipped else [],
    }  # fmt: skip
    return told, [_line(number, place, is_shipped) for place in range(1 + number % 3)]


def _fulfillment(number: int, shipped: datetime) -> Json:
    way = WAYS[number % len(WAYS)]
    moving, done = shipped + timedelta(hours=9), shipped + timedelta(days=6)
    tracking = {"company": "YunExpress", "number": f"YT{number:016}", "url": None}
    return {
        "id": f"gid://shopify/Fulfillment/{6_000_000_000 + number}",
        "name": "#1.1",
        "status": "SUCCESS",
        "displayStatus": way,
        "createdAt": _stamp(shipped),
        "updatedAt": _stamp(shipped),
        "inTransitAt": None if way == "FULFILLED" else _stamp(moving),
        "deliveredAt": _stamp(done) if way == "DELIVERED" else None,
        "trackingInfo": [tracking],
    }


def _line(number: int, place: int, is_shipped: bool) -> Json:
    return {
        "id": f"gid://shopify/LineItem/{8_000_000_000 + 3 * number + place}",
        "title": "Linen throw, oat",
        "variantTitle": "130 x 180",
        "currentQuantity": 1,
        "unfulfilledQuantity": 0 if is_shipped else 1,
        "requiresShipping": True,
    }


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


@cache
def file(count: int) -> Path:
    """The file of a bulk operation over all orders."""
    path = FOLDER / f"{count}.jsonl"
    with path.open("w") as lines:
        for number in range(count):
            told, items = order(number, count)
            for row in (told, *(item | {"__parentId": told["id"]} for item in items)):
                lines.write(json.dumps(row, separators=(",", ":")) + "\n")
    return path


def page(count: int, variables: Json) -> Json:
    """A page of orders, with the events of their fulfillments."""
    first = int(variables["after"] or 0)
    numbers = range(first, min(first + variables["first"], count))
    nodes = []
    for number in numbers:
        told, items = order(number, count)
        whole = [each | {"events": {"nodes": _events(each)}} for each in told["fulfillments"]]
        nodes.append(told | {"lineItems": {"nodes": items}, "fulfillments": whole})
    info = {"hasNextPage": numbers.stop < count, "endCursor": str(numbers.stop)}
    return {"orders": {"pageInfo": info, "nodes": nodes}}


def _events(told: Json) -> list[Json]:
    known = {"DELIVERED": told["deliveredAt"], "IN_TRANSIT": told["inTransitAt"]}
    nowhere = dict.fromkeys(("message", "city", "province", "country"))
    return [{"status": s, "happenedAt": at} | nowhere for s, at in known.items() if at]


def _operation(address: str, count: int) -> Json:
    return {
        "id": "gid://shopify/BulkOperation/1",
        "status": "COMPLETED",
        "errorCode": None,
        "createdAt": _stamp(datetime.now(UTC)),
        "objectCount": str(2 * count),
        "rootObjectCount": str(count),
        "fileSize": str(file(count).stat().st_size),
        "url": f"{address}/{count}/file.jsonl",
    }


def answer(address: str, count: int, asked: Json) -> Json:
    """The `data` of an operation."""
    name = asked["operationName"]
    if name == "OrdersPage":
        return page(count, asked["variables"])
    state = _operation(address, count)
    known: dict[str, Json] = {
        "BulkOperations": {"bulkOperations": {"nodes": []}, "ordersCount": {"count": count}},
        "RunBulkQuery": {"bulkOperationRunQuery": {"bulkOperation": state, "userErrors": []}},
        "BulkOperation": {"bulkOperation": state},
    }
    return known[name]


class Handler(JsonHandler):
    """One call of the Admin API, or a part of the file."""

    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        """Serve a connection until its other end goes away."""
        with suppress(OSError):
            super().handle()

    def do_POST(self) -> None:
        """Answer an operation."""
        asked = self.asked()
        address = f"http://{self.headers['Host']}"
        data = answer(address, int(self.path.split("/")[1]), asked)
        self.give(json.dumps({"data": data}).encode())

    def do_GET(self) -> None:
        """The file from the place on that is asked for."""
        path = file(int(self.path.split("/")[1]))
        size, wanted = path.stat().st_size, self.headers.get("Range", "bytes=0-")
        place = int(wanted.removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if place else 200)
        if place:
            self.send_header("Content-Range", f"bytes {place}-{size - 1}/{size}")
        self.head("application/jsonl", size - place)
        with path.open("rb") as whole:
            whole.seek(place)
            while part := whole.read(65_536):
                self.wfile.write(part)


def main(folder: str) -> None:
    """Serve until terminated; the first line printed is the address."""
    global FOLDER
    FOLDER = Path(folder)
    serve(Handler)


if __name__ == "__main__":
    main(sys.argv[1])
