"""Access tokens live, are refreshed and die by Shopify's rules."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from sandbox import jwt
from sandbox.shopify import id_tokens
from tests.sandbox.support import DOMAIN, EXCHANGE, KEYS, App, Client
from tests.waiting import eventually

SHOP = "{ shop { name } }"


def refresh(client: Client, token: str) -> requests.Response:
    asked = {key: EXCHANGE[key] for key in ("client_id", "client_secret")}
    asked |= {"grant_type": "refresh_token", "refresh_token": token}
    return requests.post(f"{client.admin}/admin/oauth/access_token", json=asked, timeout=10)


def works(client: Client, answer: dict[str, Any]) -> bool:
    client.token = answer["access_token"]
    return client.graphql(SHOP).status_code == 200


def test_an_id_token_is_exchanged_for_an_expiring_pair(client: Client) -> None:
    answer = client.install()
    assert set(answer) == {
        "access_token", "scope", "expires_in", "refresh_token", "refresh_token_expires_in",
    }  # fmt: skip
    assert (answer["expires_in"], answer["refresh_token_expires_in"]) == (3600, 90 * 86_400)
    assert client.graphql(SHOP).json()["data"] == {"shop": {"name": "Tidewick"}}


def test_a_stale_or_forged_id_token_is_refused(client: Client) -> None:
    token = client.id_token()
    client.control("clock", jump="2m")
    stale = client.ask_token(subject_token=token)
    forged = client.ask_token(subject_token=jwt.sign({"exp": 9e9, "aud": KEYS.api_key}, "x"))
    for answer in (stale, forged, client.ask_token(subject_token="nonsense")):
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_subject_token"})


def test_an_id_token_of_another_store_is_refused(client: Client) -> None:
    client.control("stores", domain="other.myshopify.com")
    other = {"domain": "other.myshopify.com"}
    answer = client.ask_token(subject_token=id_tokens.issue(client.world, other, "session"))
    assert answer.json() == {"error": "invalid_subject_token"}


def test_a_wrong_secret_is_refused(client: Client) -> None:
    answer = client.ask_token(client_secret="wrong")
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})


def test_an_access_token_dies_after_an_hour(client: Client) -> None:
    client.install()
    client.control("clock", jump="59m")
    assert client.graphql(SHOP).status_code == 200
    client.control("clock", jump="61s")
    answer = client.graphql(SHOP)
    assert answer.status_code == 401
    assert "Invalid API key or access token" in answer.json()["errors"]


def test_a_new_exchange_kills_the_pair_before(client: Client) -> None:
    first, second = client.install(), client.install()
    assert not works(client, first)
    assert works(client, second)
    assert refresh(client, first["refresh_token"]).json() == {"error": "invalid_grant"}


def test_the_old_pair_lives_until_the_new_one_is_used(client: Client) -> None:
    old = client.install()
    new = refresh(client, old["refresh_token"]).json()
    assert works(client, old)
    assert works(client, new)
    assert not works(client, old)
    assert refresh(client, old["refresh_token"]).status_code == 400


def test_a_refresh_whose_answer_was_lost_can_be_repeated(client: Client) -> None:
    old = client.install()
    lost = refresh(client, old["refresh_token"]).json()
    again = refresh(client, old["refresh_token"]).json()
    assert works(client, again)
    assert not works(client, lost)


def test_the_old_refresh_token_has_thirty_days_of_grace_at_most(client: Client) -> None:
    old = client.install()
    refresh(client, old["refresh_token"])
    client.control("clock", jump="31d")
    assert refresh(client, old["refresh_token"]).json() == {"error": "invalid_grant"}


def test_a_refresh_token_dies_after_ninety_days(client: Client) -> None:
    pair = client.install()
    client.control("clock", jump="91d")
    assert refresh(client, pair["refresh_token"]).json() == {"error": "invalid_grant"}


def test_an_uninstalled_app_has_no_token_and_gets_none(client: Client, app: App) -> None:
    client.install()
    client.control("app/uninstall")
    assert client.graphql(SHOP).status_code == 401
    assert requests.get(f"{client.admin}/id_token", timeout=10).status_code == 403


def test_the_merchants_consent_leads_back_with_a_signed_code(client: Client, app: App) -> None:
    query = {
        "client_id": KEYS.api_key,
        "redirect_uri": f"{app.url}/auth/callback",
        "state": "abc",
        "scope": "read_orders",
    }
    page = f"{client.admin}/admin/oauth/authorize"
    assert "Install" in requests.get(page, params=query, timeout=10).text
    answer = requests.post(page, params=query, allow_redirects=False, timeout=10)
    told = {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    unsigned = {name: value for name, value in told.items() if name != "hmac"}
    assert parse_qs(id_tokens.signed_query(client.world, unsigned))["hmac"] == [told["hmac"]]
    assert (told["state"], told["shop"]) == ("abc", DOMAIN)

    asked = {key: EXCHANGE[key] for key in ("client_id", "client_secret", "expiring")}
    asked["code"] = told["code"]
    url = f"{client.admin}/admin/oauth/access_token"
    assert "refresh_token" in requests.post(url, json=asked, timeout=10).json()
    assert requests.post(url, json=asked, timeout=10).status_code == 400


OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"


def test_a_token_that_does_not_expire_is_exchanged_for_a_pair_for_seven_days(
    client: Client,
) -> None:
    old = client.ask_token(expiring="0").json()
    assert set(old) == {"access_token", "scope"}
    migrate = {"subject_token": old["access_token"], "subject_token_type": OFFLINE}
    assert "refresh_token" in client.ask_token(**migrate).json()
    assert not works(client, old)
    again = client.ask_token(**migrate).json()
    assert works(client, again), "the first answer may have been lost"
    stranger = client.ask_token(**migrate | {"subject_token": "shpat_nobodys"})
    assert stranger.json() == {"error": "invalid_subject_token"}
    client.control("clock", jump="8d")
    assert client.ask_token(**migrate).json() == {"error": "invalid_subject_token"}


def test_what_a_store_does_not_grant_its_tokens_may_not(client: Client, app: App) -> None:
    client.install()
    client.control("app/scopes", optional=[], refused=["read_orders"])
    assert "ACCESS_DENIED" in client.graphql("{ orders(first: 1) { nodes { id } } }").text
    eventually(lambda: "app/scopes_update" in app.topics())


def test_a_store_that_is_renamed_keeps_its_tokens_under_the_new_name(
    client: Client, app: App
) -> None:
    client.install()
    client.control("shop", domain="moved.myshopify.com")
    assert client.graphql(SHOP).status_code == 404
    client.admin = client.admin.replace(DOMAIN, "moved.myshopify.com")
    assert client.graphql(SHOP).status_code == 200
    eventually(lambda: "shop/update" in app.topics())
    assert app.heard[-1].headers["X-Shopify-Shop-Domain"] == "moved.myshopify.com"
