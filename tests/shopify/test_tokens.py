"""A shop's access token is fresh whenever it is used, and one worker alone refreshes it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from shopify_app import database
from shopify_app.domain.facts import Tokens
from shopify_app.shopify import client, oauth, tokens
from shopify_app.shopify.tokens import NoToken, access_token, renewed
from tests.stubs import TokenEndpoint
from tests.support import ALICE, BOB, NOON, SHOP_IDS, House

SHOP = SHOP_IDS[ALICE]
MINUTES_5 = timedelta(minutes=5)


@pytest.fixture
def expiring(house: House) -> House:
    """Alice's token ends within five minutes, what refreshes it does not."""
    house.change_shop(
        access_token="shpat_0",
        access_expires_at=NOON + MINUTES_5,
        refresh_token="shprt_0",
        refresh_expires_at=NOON + timedelta(days=80),
    )
    return house


def sleeping(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Let something happen whenever a worker waits, and half a second pass for it."""
    passed = iter(range(1000))
    at = SimpleNamespace(now=0.0)

    def sleep(seconds: float) -> None:
        at.now += seconds
        assert next(passed) < 100, "it waits for ever"
        meanwhile()

    monkeypatch.setattr(tokens, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: at.now))


@pytest.mark.parametrize(
    "expires_at",
    [None, NOON + MINUTES_5 + timedelta(seconds=1)],
    ids=["never expires", "fresh"],
)
def test_a_fresh_token_is_used_without_a_call_or_a_write(
    expires_at: Any, expiring: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    expiring.change_shop(access_expires_at=expires_at)
    with monkeypatch.context() as patched:
        patched.setattr(database, "writing", lambda: pytest.fail("it writes"))
        assert access_token(SHOP) == "shpat_0"


def test_a_token_is_refreshed_five_minutes_early_and_its_pair_written_whole(
    expiring: House, token_endpoint: TokenEndpoint
) -> None:
    assert access_token(SHOP) == "shpat_1"
    [(domain, asked)] = token_endpoint.asked
    assert (domain, asked["refresh_token"]) == (ALICE, "shprt_0")
    shop = expiring.shop()
    assert (shop.access_token, shop.access_expires_at) == ("shpat_1", NOON + timedelta(hours=1))
    assert (shop.refresh_token, shop.refresh_expires_at) == ("shprt_1", NOON + timedelta(days=90))
    assert (shop.scopes, shop.token_leased_until) == ("read_orders,write_fulfillments", None)
    assert access_token(SHOP) == "shpat_1"
    assert len(token_endpoint.asked) == 1
    assert expiring.shop(BOB).access_token == f"shpat_{BOB}"


def test_who_finds_another_one_refreshing_waits_and_takes_the_new_token(
    expiring: House, token_endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    expiring.change_shop(token_leased_until=NOON + timedelta(seconds=60))
    new = Tokens("shpat_9", "read_orders", NOON + timedelta(hours=1), "shprt_9")

    def the_other_one_is_done() -> None:
        with expiring.changing() as (_, shop):
            shop.take_tokens(new)

    sleeping(monkeypatch, the_other_one_is_done)
    assert access_token(SHOP) == "shpat_9"
    assert token_endpoint.asked == []


def test_who_waits_in_vain_tries_again_later(
    expiring: House, token_endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    expiring.change_shop(token_leased_until=NOON + timedelta(seconds=60))
    sleeping(monkeypatch, lambda: None)
    with pytest.raises(client.Retry):
        access_token(SHOP)
    assert token_endpoint.asked == []


def test_the_lease_of_a_dead_worker_ends(expiring: House, token_endpoint: TokenEndpoint) -> None:
    expiring.change_shop(token_leased_until=NOON)
    assert access_token(SHOP) == "shpat_1"


def test_of_many_workers_at_once_one_refreshes(
    expiring: House, token_endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = SimpleNamespace(sleep=lambda _: time.sleep(0.01), monotonic=time.monotonic)
    monkeypatch.setattr(tokens, "time", quick)
    with ThreadPoolExecutor(4) as workers:
        found = list(workers.map(access_token, [SHOP] * 4))
    assert found == ["shpat_1"] * 4
    assert len(token_endpoint.asked) == 1


def test_a_dead_refresh_token_is_remembered(expiring: House, token_endpoint: TokenEndpoint) -> None:
    token_endpoint.says = 400, {"error": "invalid_grant"}
    for _ in range(2):
        with pytest.raises(NoToken):
            access_token(SHOP)
    assert len(token_endpoint.asked) == 1
    shop = expiring.shop()
    assert (shop.token_refused_at, shop.token_leased_until) == (NOON, None)


def test_a_pair_that_came_meanwhile_is_not_taken_for_dead(
    expiring: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_domain: str, _token: str) -> Tokens:
        expiring.change_shop(access_token="shpat_9", refresh_token="shprt_9")
        raise oauth.InvalidGrant("dead")

    monkeypatch.setattr(oauth, "refresh", refused)
    with pytest.raises(NoToken):
        access_token(SHOP)
    assert expiring.shop().token_refused_at is None


def test_shopify_being_away_is_no_refusal_and_gives_the_lease_back(
    expiring: House, token_endpoint: TokenEndpoint
) -> None:
    token_endpoint.says = 503, {}
    with pytest.raises(client.Retry):
        access_token(SHOP)
    assert expiring.shop().refresh_token == "shprt_0"
    token_endpoint.says = None
    assert access_token(SHOP) == "shpat_2"


@pytest.mark.parametrize(
    "shop",
    [
        pytest.param({"access_token": ""}, id="none"),
        pytest.param({"token_refused_at": NOON}, id="refused before"),
        pytest.param({"uninstalled_at": NOON}, id="uninstalled"),
    ],
)
def test_without_a_usable_token_nobody_is_asked(
    shop: dict[str, Any], expiring: House, token_endpoint: TokenEndpoint
) -> None:
    expiring.change_shop(**shop)
    with pytest.raises(NoToken):
        access_token(SHOP)
    assert token_endpoint.asked == []


def test_a_shop_that_is_not_there_has_no_token(house: House) -> None:
    with pytest.raises(NoToken):
        access_token(1)


def test_a_token_that_is_refused_before_its_time_is_renewed(
    expiring: House, token_endpoint: TokenEndpoint
) -> None:
    expiring.change_shop(access_expires_at=NOON + timedelta(hours=1))
    assert renewed(SHOP, "shpat_0") == "shpat_1"
    assert renewed(SHOP, "shpat_0") == "shpat_1", "another worker has renewed it already"
    assert len(token_endpoint.asked) == 1


def test_a_refused_token_that_nothing_renews_is_remembered(
    house: House, token_endpoint: TokenEndpoint
) -> None:
    for _ in range(2):
        with pytest.raises(NoToken):
            renewed(SHOP, f"shpat_{ALICE}")
    assert house.shop().token_refused_at == NOON
    assert len(token_endpoint.asked) == 1, "it might have been one to be exchanged"
