"""Who is refused again and again is shut out for a minute; who proves themselves never is."""

from __future__ import annotations

import logging

import pytest
from werkzeug.test import TestResponse

from shopify_app import crypto, metrics, queue, refusals
from shopify_app.models import Inbox
from tests import payloads
from tests.asgi_client import Connection, run, scope
from tests.support import ALICE, API_SECRET, MALLORY, SHOP_IDS, App, id_token
from webhooks import receive

BODY = payloads.raw(payloads.order())
STRANGER = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """How many refusals are let pass; few, so that a test need not be long."""
    monkeypatch.setattr(refusals, "MOST", 5)
    return 5


def get(app: App, path: str, peer: str = "203.0.113.9", **headers: str) -> TestResponse:
    return app.client.get(path, headers=headers, environ_base={"REMOTE_ADDR": peer})


def forge(app: App, peer: str = "203.0.113.9") -> int:
    headers = payloads.webhook_headers("orders/create", BODY, ALICE, "another secret", 1)
    from_there = {"REMOTE_ADDR": peer}
    return app.client.post(
        "/webhooks", data=BODY, headers=headers, environ_base=from_there
    ).status_code


def wear_out(app: App, few: int, path: str = "/stop/none", **headers: str) -> None:
    for _ in range(few + 1):
        get(app, path, **headers)


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        pytest.param("/stop/guess", 404, id="a customer's link"),
        pytest.param("/downloads/guess", 404, id="a file's link"),
        pytest.param("/metrics", 401, id="the token of the figures"),
        pytest.param("/auth/callback", 401, id="an answer of Shopify"),
        pytest.param(f"/auth?shop={MALLORY}", 302, id="setting out for Shopify"),
    ],
)
def test_guesses_are_heard_so_often_a_minute_and_no_more(
    path: str, refused: int, few: int, app: App
) -> None:
    metrics.configure("the-token-for-the-figures")
    guesses = [get(app, path) for _ in range(few + 3)]
    assert [each.status_code for each in guesses] == [refused] * few + [429] * 3
    assert guesses[-1].headers["Retry-After"] == "60"
    assert get(app, path, peer="203.0.113.10").status_code == refused, "another address"
    app.house.clock.jump(seconds=60)
    assert get(app, path).status_code == refused, "a minute later"


def test_while_it_is_shut_out_an_address_gets_nothing_by_a_right_guess_either(
    few: int, app: App
) -> None:
    metrics.configure("the-token-for-the-figures")
    right = {"Authorization": "Bearer the-token-for-the-figures"}
    assert get(app, "/metrics", **right).status_code == 200
    wear_out(app, few, "/metrics", Authorization="Bearer wrong")
    assert get(app, "/metrics", **right).status_code == 429


def test_invalid_id_tokens_are_answered_429_in_the_end_and_a_good_one_is_still_taken(
    few: int, app: App
) -> None:
    answers = [get(app, "/orders", Authorization="Bearer a.b.c").status_code for _ in range(8)]
    assert answers == [401] * few + [429] * 3
    good = f"Bearer {id_token(app.house.clock.now)}"
    assert get(app, "/orders", Authorization=good).status_code == 200


def test_forged_deliveries_never_keep_a_good_one_out(few: int, app: App) -> None:
    """Or whoever calls from where Shopify does could silence it."""
    assert [forge(app) for _ in range(8)] == [401] * few + [429] * 3
    assert app.house.rows(Inbox) == []
    headers = payloads.webhook_headers("orders/create", BODY, ALICE, API_SECRET, 1)
    good = app.client.post("/webhooks", data=BODY, headers=headers, environ_base=STRANGER)
    assert good.status_code == 200
    assert len(app.house.rows(Inbox)) == 1


def test_the_fast_door_counts_forged_deliveries_too(few: int, app: App) -> None:
    def deliver(secret: str, address: str) -> int:
        sent = payloads.webhook_headers("orders/create", BODY, ALICE, secret, 1)
        sent["X-Forwarded-For"] = address
        raw = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
        client = Connection(BODY)
        asked = scope("/webhooks", "POST", headers=raw)
        run(receive.receive(asked, client.receive, client.send))
        return client.status

    forged = [deliver("another secret", "203.0.113.9") for _ in range(7)]
    assert forged == [401] * few + [429] * 2
    assert deliver("another secret", "203.0.113.10") == 401
    assert deliver(API_SECRET, "203.0.113.9") == 200


def test_pages_that_are_not_there_and_visits_without_a_token_are_no_guesses(
    few: int, app: App
) -> None:
    for _ in range(few * 3):
        assert get(app, "/nothing-here").status_code == 404
        assert get(app, "/orders").status_code == 401
    assert get(app, f"/stop/{stop_link()}").status_code == 200


def test_who_has_a_link_may_open_it_as_often_as_programs_do(few: int, app: App) -> None:
    """A mail server looks at every customer's link, from one address."""
    assert {get(app, f"/stop/{stop_link()}").status_code for _ in range(few * 3)} == {200}


def test_the_addresses_of_one_customer_of_a_provider_are_one(few: int, app: App) -> None:
    for last in range(few + 1):
        get(app, "/stop/guess", peer=f"2001:db8:1:2::{last}")
    assert get(app, "/stop/guess", peer="2001:db8:1:2:ffff::").status_code == 429
    assert get(app, "/stop/guess", peer="2001:db8:1:3::1").status_code == 404


def test_without_redis_nobody_is_limited(few: int, app: App) -> None:
    queue.configure("unix:///nowhere/redis.sock")
    assert {get(app, "/stop/guess").status_code for _ in range(few * 3)} == {404}
    assert forge(app) == 401


def test_it_is_logged_once_and_neither_log_nor_redis_holds_the_address(
    few: int, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        wear_out(app, few)
        wear_out(app, few)
    assert caplog.text.count("was refused more than 5 times") == 1
    kept = b" ".join(queue.redis().keys("refused:*"))
    assert kept
    assert "203.0.113.9" not in caplog.text + kept.decode()
    assert all(0 < queue.redis().ttl(key) <= 120 for key in queue.redis().keys("refused:*"))


def stop_link() -> str:
    return crypto.seal(f"{SHOP_IDS[ALICE]} email {crypto.keyed_hash('a@b.test')} en")
