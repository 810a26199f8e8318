"""The token endpoint: what is asked, and what each answer means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from shopify_app.domain.facts import Tokens
from shopify_app.shopify import client, oauth
from shopify_app.shopify.client import Rejected, Retry
from shopify_app.shopify.oauth import InvalidGrant, InvalidIdToken
from tests import payloads
from tests.stubs import TokenEndpoint
from tests.support import ALICE, API_KEY, API_SECRET, NOON, TestClock

US = {"client_id": API_KEY, "client_secret": API_SECRET}
TYPES = "urn:ietf:params:oauth:"


@pytest.fixture(autouse=True)
def configured(test_clock: TestClock) -> None:
    client.configure("https://{shop}", "2026-10")
    oauth.configure(API_KEY, API_SECRET)


@pytest.mark.parametrize(
    ("ask", "asked"),
    [
        pytest.param(
            lambda: oauth.exchange(ALICE, "eyJ"),
            {
                "grant_type": f"{TYPES}grant-type:token-exchange",
                "subject_token": "eyJ",
                "subject_token_type": f"{TYPES}token-type:id_token",
                "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
                "expiring": "1",
            },
            id="exchange",
        ),
        pytest.param(
            lambda: oauth.from_code(ALICE, "0907"), {"code": "0907", "expiring": "1"}, id="code"
        ),
        pytest.param(
            lambda: oauth.refresh(ALICE, "shprt_0"),
            {"grant_type": "refresh_token", "refresh_token": "shprt_0"},
            id="refresh",
        ),
    ],
)
def test_each_way_to_a_token_is_asked_as_shopify_documents_it(
    ask: Callable[[], Tokens], asked: dict[str, str], token_endpoint: TokenEndpoint
) -> None:
    assert ask() == Tokens(
        access="shpat_1",
        scopes="read_orders,write_fulfillments",
        expires_at=NOON + timedelta(hours=1),
        refresh="shprt_1",
        refresh_expires_at=NOON + timedelta(days=90),
    )
    assert token_endpoint.asked == [(ALICE, US | asked)]


def test_a_token_that_never_expires_has_no_end(token_endpoint: TokenEndpoint) -> None:
    token_endpoint.says = 200, {"access_token": "shpat_1", "scope": "read_orders"}
    assert oauth.exchange(ALICE, "eyJ") == Tokens(access="shpat_1", scopes="read_orders")


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        pytest.param((400, {"error": "invalid_grant"}), InvalidGrant, id="dead refresh token"),
        pytest.param((400, {"error": "invalid_subject_token"}), InvalidIdToken, id="bad id token"),
        pytest.param((400, {"error": "invalid_client"}), Rejected, id="unknown app"),
        pytest.param((401, {}), Rejected, id="401"),
        pytest.param((302, {}), Rejected, id="elsewhere"),
        pytest.param((200, {"scope": "read_orders"}), Rejected, id="no token"),
        pytest.param((429, {}), Retry, id="429"),
        pytest.param((500, {}), Retry, id="500"),
        pytest.param((503, "<html>"), Retry, id="503"),
        pytest.param((200, "<html>"), Retry, id="not JSON"),
        pytest.param(requests.ConnectTimeout(), Retry, id="timeout"),
        pytest.param(requests.ConnectionError(), Retry, id="connection broke"),
    ],
)
def test_every_refusal_is_named_by_what_follows_from_it(
    says: Any, kind: type[Exception], token_endpoint: TokenEndpoint
) -> None:
    token_endpoint.says = says
    with pytest.raises(client.ShopifyError) as raised:
        oauth.refresh(ALICE, "shprt_secret")
    assert type(raised.value) is kind
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("body", ["[]", "null", '"invalid_grant"'])
def test_json_that_is_no_object_is_an_error_of_shopifys(
    body: str, status: int, token_endpoint: TokenEndpoint
) -> None:
    token_endpoint.says = status, body
    with pytest.raises(client.ShopifyError):
        oauth.refresh(ALICE, "shprt_0")


def test_a_pair_without_a_new_refresh_token_has_none(token_endpoint: TokenEndpoint) -> None:
    token_endpoint.says = 200, payloads.token_pair(refresh_token="", refresh_token_expires_in=0)
    found = oauth.refresh(ALICE, "shprt_0")
    assert (found.refresh, found.refresh_expires_at) == ("", None)
