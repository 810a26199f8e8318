"""The Privacy page: who asked for their data, and the file to hand over."""

from __future__ import annotations

import json

import pytest

from shopify_app import database
from shopify_app.models import DataRequest
from tests import payloads
from tests.pages import read
from tests.support import ALICE, BOB, MALLORY, NOON, SHOP_IDS, App


@pytest.fixture
def asked(app: App) -> App:
    """Alice's customer asked for their data; Bob's store has the same order."""
    for domain in (ALICE, BOB):
        app.hear("orders/create", payloads.fulfilled_order(), domain)
    with database.writing() as session:
        session.add(
            DataRequest(
                shop_id=SHOP_IDS[ALICE],
                request_id=9999,
                customer_id=207119551,
                order_ids=[payloads.ORDER],
                asked_at=NOON,
            )
        )
    return app


def link(app: App) -> str:
    return str(read(app.visit("/privacy")).one("a", download=True)["href"])


def test_a_request_is_said_on_every_page_until_it_is_handed_over(asked: App) -> None:
    for path in ("/", "/orders", "/settings"):
        assert "by Dec 24" in read(asked.visit(path)).one("section", id="notice-privacy").text
        assert not read(asked.visit(path, BOB)).has("section", id="notice-privacy")
    [request] = asked.house.rows(DataRequest)
    asked.submit(f"/privacy/{request.id}/handed-over", {})
    page = read(asked.visit("/privacy"))
    assert not page.has("section", id="notice-privacy")
    assert "Handed over Nov 24" in page.text


def test_the_file_tells_all_once_to_whoever_has_the_link(asked: App) -> None:
    address = link(asked)
    answer = asked.client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="customer-data-9999.json"'
    told = json.loads(answer.data)
    assert [order["email"] for order in told["orders"]] == ["maren.oakdale@example.com"]
    assert told["store"] == ALICE
    assert asked.client.get(address).status_code == 410


def test_a_link_is_good_for_five_minutes(asked: App) -> None:
    address = link(asked)
    asked.house.clock.jump(minutes=5, seconds=1)
    assert asked.client.get(address).status_code == 410


def test_a_link_that_was_tampered_with_is_none(asked: App) -> None:
    address = link(asked)
    for spoiled in (address[:-1], f"{address}x", "/downloads/x.y"):
        assert asked.client.get(spoiled).status_code == 404


def test_nobody_else_can_settle_a_request(asked: App) -> None:
    [request] = asked.house.rows(DataRequest)
    path = f"/privacy/{request.id}/handed-over"
    assert asked.submit(path, {}, BOB).status_code == 404
    assert asked.submit(path, {}, MALLORY).status_code in {401, 403, 503}
    assert asked.client.post(path).status_code == 401
    assert asked.house.rows(DataRequest)[0].handed_over_at is None
