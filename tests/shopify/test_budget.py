"""Workers that share a shop wait for its points, rather than be throttled by Shopify."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import responses
import stamina

from shopify_app import queue
from shopify_app.shopify import budget, client
from tests.support import ALICE, BOB

URL = f"https://{ALICE}/admin/api/2026-10/graphql.json"


@pytest.fixture(autouse=True)
def slept(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """How long the workers slept, with an empty Redis. While one sleeps its bucket fills up."""
    queue.configure(redis_url).flushdb()
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        budget.learn(ALICE, "OrdersPage", cost(left=2000))

    monkeypatch.setattr(budget, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: 0.0))
    yield waits
    queue.configure(redis_url).flushdb()


def cost(left: float, price: int = 500, rate: float = 100.0, **more: Any) -> dict[str, Any]:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": left, "restoreRate": rate}
    return {"requestedQueryCost": price, "actualQueryCost": 12, "throttleStatus": status} | more


def test_what_nothing_is_known_of_goes_on(slept: list[float]) -> None:
    assert budget.take(ALICE, "OrdersPage")
    budget.learn(ALICE, "OrdersPage", cost(left=0))
    assert budget.take(ALICE, "Shop")
    assert budget.take(BOB, "OrdersPage")
    assert slept == []


def test_workers_take_from_one_bucket_until_it_is_empty_and_then_wait(slept: list[float]) -> None:
    budget.learn(ALICE, "OrdersPage", cost(left=1200))
    for _ in range(3):
        assert budget.take(ALICE, "OrdersPage")
    assert slept == [pytest.approx(3.0, abs=0.5)], "300 points were missing, 100 come a second"


def test_who_would_wait_too_long_is_told_so(slept: list[float]) -> None:
    budget.learn(ALICE, "OrdersPage", cost(left=0, price=1000, rate=50))
    assert not budget.take(ALICE, "OrdersPage")
    assert slept == []


def test_an_operation_dearer_than_the_whole_bucket_waits_for_a_full_one(slept: list[float]) -> None:
    budget.learn(ALICE, "OrdersPage", cost(left=2000, price=9000))
    assert budget.take(ALICE, "OrdersPage")


@pytest.mark.parametrize(
    "told", [None, [], {}, {"throttleStatus": None}, cost(5, throttleStatus={}), cost(5, rate=0)]
)
def test_a_cost_that_cannot_be_read_is_passed_by(told: Any, slept: list[float]) -> None:
    budget.learn(ALICE, "OrdersPage", told)
    assert budget.take(ALICE, "OrdersPage")
    assert slept == []


def test_without_redis_everybody_goes_on(slept: list[float]) -> None:
    queue.configure("redis://127.0.0.1:1/0")
    budget.learn(ALICE, "OrdersPage", cost(left=0))
    assert budget.take(ALICE, "OrdersPage")


def test_a_throttled_call_tells_how_long_to_wait_before_the_next(
    http: responses.RequestsMock, slept: list[float]
) -> None:
    client.configure("https://{shop}", "2026-10")
    throttled = {"errors": [{"extensions": {"code": "THROTTLED"}}]}
    http.post(URL, json=throttled | {"extensions": {"cost": cost(left=200)}})
    http.post(URL, json={"data": {"orders": {}}, "extensions": {"cost": cost(left=1500)}})
    with stamina.set_testing(True, attempts=5, cap=True):
        client.execute(ALICE, "shpat_alice", "OrdersPage", {}, of="orders")
    assert slept == [pytest.approx(2.5, abs=1.0)]
