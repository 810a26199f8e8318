"""What a bulk operation finds in the sandbox's store is what its pages tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.config import Config
from sandbox.server import start
from shopify_app import queue
from shopify_app.domain.facts import FulfillmentFacts, OrderFacts
from shopify_app.shopify import admin, bulk, bulk_file, client
from tests.sandbox.support import DOMAIN, Client
from tests.waiting import eventually

SINCE = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A store with the sandbox's own orders, and the app's client that has a token for it."""
    queue.configure(redis_url)
    data = tmp_path / "sandbox.sqlite"
    sandbox = start(Config(port=0, smtp_port=0, data=data, app_url="http://127.0.0.1:9", orders=80))
    shop = Client(sandbox)
    shop.install()
    shop.control("providers/shopify", bulk_seconds=0)
    client.configure(f"{sandbox.url}/stores/{{shop}}", "2026-10")
    monkeypatch.setattr(admin, "access_token", lambda _shop_id: shop.token)
    yield shop
    sandbox.stop()


def by_pages() -> list[OrderFacts]:
    found, cursor = list[OrderFacts](), ""
    while True:
        page = admin.orders_page(1, DOMAIN, SINCE, cursor)
        found += page.orders
        if not (cursor := page.next_cursor):
            return found


def in_bulk() -> list[OrderFacts]:
    known, count = bulk.find(1, DOMAIN, SINCE)
    assert (known, count) == (None, 80)
    begun = bulk.start(1, DOMAIN, SINCE)
    again, _ = bulk.find(1, DOMAIN, SINCE)
    assert again
    assert again.id == begun.id
    ended = [begun]

    def is_over() -> bool:
        ended[0] = bulk.state(1, DOMAIN, begun.id) or begun
        return not ended[0].at_work

    eventually(is_over)
    assert ended[0].found == 80
    return [facts for facts, _ in bulk_file.orders(ended[0].url, 0, ended[0].size)]


def bare(facts: OrderFacts) -> OrderFacts:
    """An order without what differs by the way it came."""
    told = tuple(replace(each, version="", events=()) for each in facts.fulfillments)
    return replace(facts, version="", fulfillments=told)


def newest(fulfillment: FulfillmentFacts) -> str:
    return max((e.happened_at, e.status) for e in fulfillment.events)[1]


def test_orders_are_the_same_both_ways(store: Client) -> None:
    bulk_ones, paged = in_bulk(), by_pages()
    assert list(map(bare, bulk_ones)) == list(map(bare, paged)), "newest first, too"
    assert sum(len(facts.items) for facts in paged) > 80
    of_both = [
        (ours, theirs)
        for one, other in zip(bulk_ones, paged, strict=True)
        for ours, theirs in zip(one.fulfillments, other.fulfillments, strict=True)
        if theirs.events
    ]
    assert of_both
    assert [newest(ours) for ours, _ in of_both] == [newest(theirs) for _, theirs in of_both]
    for ours, theirs in of_both:
        exact = {e.happened_at for e in ours.events if not e.or_later}
        assert exact <= {e.happened_at for e in theirs.events}
