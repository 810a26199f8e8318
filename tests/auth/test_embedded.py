"""Who opens the app from Shopify's admin proves it with every request, or is shown the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from requests import ConnectTimeout
from werkzeug.test import TestResponse

from shopify_app.jobs import process_inbox
from shopify_app.models import Inbox, Shop
from tests import nodes, payloads
from tests.stubs import AdminApi, TokenEndpoint
from tests.support import ALICE, BOB, MALLORY, NOON, SHOP_IDS, App, id_token

RETRY = "X-Shopify-Retry-Invalid-Session-Request"
HOST = "YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvYWxpY2U"


def document(app: App, path: str = "/", headers: dict[str, str] | None = None, **args: str) -> Any:
    """Open a page by its address, as Shopify's admin does."""
    return app.client.get(f"{path}?{urlencode(args)}" if args else path, headers=headers or {})


def opened(domain: str = ALICE, token: str = "") -> dict[str, str]:
    """The parameters of the first document."""
    token = token or id_token(NOON, domain)
    return {"embedded": "1", "host": HOST, "id_token": token, "locale": "en", "shop": domain}


def patched(answer: TestResponse) -> tuple[str, list[tuple[str, str]]]:
    """The path and parameters that App Bridge is to open from the patch page."""
    assert (answer.status_code, urlsplit(answer.location).path) == (302, "/auth/patch")
    [back] = parse_qs(urlsplit(answer.location).query)["shopify-reload"]
    assert "id_token" not in answer.location
    return urlsplit(back).path, parse_qsl(urlsplit(back).query)


def turned_away(answer: TestResponse) -> bool:
    """Whether App Bridge is told to try once more with a fresh token."""
    return (answer.status_code, answer.headers.get(RETRY)) == (401, "1") and bool(answer.data)


def test_the_first_document_is_proven_by_its_address(app: App) -> None:
    answer = document(app, **opened())
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_every_fetch_is_proven_by_its_bearer_token(app: App) -> None:
    assert app.visit("/tracking").status_code == 200
    assert app.submit("/settings", {}).status_code == 303


def test_a_document_without_a_good_token_goes_over_the_patch_page(app: App) -> None:
    old = opened(token=id_token(NOON - timedelta(hours=1)))
    answer = document(app, "/tracking", **old, status="alert", **{"shopify-reload": "//evil.test"})
    path, arguments = patched(answer)
    assert path == "/tracking"
    kept = {"embedded": "1", "host": HOST, "locale": "en", "shop": ALICE, "status": "alert"}
    assert dict(arguments) == kept
    named = parse_qs(urlsplit(answer.location).query)
    assert named["shop"] == [ALICE], "the patch page has to know who may frame it"
    without = {name: value for name, value in old.items() if name != "id_token"}
    assert patched(document(app, "/tracking", **without))[0] == "/tracking"


def test_a_frame_that_the_browser_restored_goes_over_the_patch_page(app: App) -> None:
    answer = document(app, "/tracking", {"Sec-Fetch-Dest": "iframe"}, status="alert")
    assert patched(answer) == ("/tracking", [("status", "alert")])


def test_a_fetch_without_a_good_token_is_told_to_try_again(app: App) -> None:
    old = id_token(NOON - timedelta(hours=1))
    bearers = [{"Authorization": f"Bearer {token}"} for token in ("", "a.b.c", old)]
    for headers in ({"HX-Request": "true"}, {"Sec-Fetch-Dest": "empty"}, *bearers):
        assert turned_away(document(app, "/tracking", headers, shop=ALICE)), headers
        assert turned_away(document(app, "/tracking", headers, **opened())), "no fetch by address"


def test_a_form_is_never_proven_by_its_address(app: App) -> None:
    for headers in ({}, {"Sec-Fetch-Dest": "document"}, {"Authorization": "Basic YTpi"}):
        answer = app.client.post(
            f"/settings?{urlencode(opened())}", data={"sender_name": "Evil"}, headers=headers
        )
        assert turned_away(answer)
    assert app.house.shop().sender_name == ""


def test_an_address_that_names_another_shop_than_the_token_proves_nothing(app: App) -> None:
    patched(document(app, **opened() | {"shop": BOB}))
    assert turned_away(app.visit(f"/tracking?shop={BOB}"))
    assert turned_away(app.visit("/tracking?shop=evil.test"))
    assert app.visit(f"/tracking?shop={ALICE.upper()}").status_code == 200


@pytest.mark.parametrize("shop", ["", "alice", "alice.myshopify.com.evil.test", "evil.test/a"])
def test_a_visitor_of_no_shop_is_shown_the_way(shop: str, app: App) -> None:
    answer = document(app, "/tracking", **{"shop": shop, "embedded": "1"} if shop else {})
    assert (answer.status_code, answer.location) == (401, None)
    assert "Open Retrack from your Shopify admin" in answer.text


def test_a_visitor_from_outside_the_admin_takes_the_code_grant(app: App) -> None:
    answer = document(app, "/", shop=ALICE)
    assert (answer.status_code, answer.location) == (302, f"/auth?shop={ALICE}")


LATER, EARLIER = NOON + timedelta(minutes=1), NOON - timedelta(minutes=1)
PAIR = {"access_expires_at": EARLIER, "refresh_token": "shprt_0"}


@pytest.mark.parametrize(
    ("shop", "exchanged"),
    [
        pytest.param({}, False, id="it never expires"),
        pytest.param({"access_expires_at": LATER, "refresh_expires_at": LATER}, False, id="fresh"),
        pytest.param(PAIR | {"refresh_expires_at": LATER}, False, id="refreshable"),
        pytest.param(PAIR | {"refresh_expires_at": EARLIER}, True, id="expired"),
        pytest.param({"access_expires_at": EARLIER}, True, id="expired, and nothing renews it"),
        pytest.param({"token_refused_at": EARLIER}, True, id="refused"),
        pytest.param({"access_token": ""}, True, id="none"),
        pytest.param({"uninstalled_at": EARLIER}, True, id="uninstalled"),
    ],
)
def test_a_token_is_exchanged_only_where_there_is_no_usable_one(
    shop: dict[str, Any],
    exchanged: bool,
    app: App,
    shopify: AdminApi,
    token_endpoint: TokenEndpoint,
) -> None:
    app.house.change_shop(**shop)
    shopify.answers = {"Shop": nodes.shop(), "PrimaryLocale": nodes.locales()}
    assert app.visit("/").status_code == 200
    assert [domain for domain, _ in token_endpoint.asked] == [ALICE] * exchanged
    kept = app.house.shop()
    assert kept.access_token == ("shpat_1" if exchanged else f"shpat_{ALICE}")
    assert (kept.installed, kept.token_refused_at) == (True, None)


def test_a_new_shop_gets_installed_and_its_waiting_webhooks_become_due(
    app: App, shopify: AdminApi, token_endpoint: TokenEndpoint, woken: Callable[[], set[str]]
) -> None:
    app.hear("orders/create", payloads.order(), MALLORY)
    [waiting] = app.house.rows(Inbox)
    assert (waiting.state, waiting.due_at > NOON) == ("waiting", True)
    shopify.answers = {
        "Shop": nodes.shop(SHOP_IDS[MALLORY], MALLORY),
        "PrimaryLocale": nodes.locales("vi"),
    }
    answer = document(app, **opened(MALLORY))
    assert answer.status_code == 200
    [(domain, asked)] = token_endpoint.asked
    assert (domain, asked["subject_token"]) == (MALLORY, id_token(NOON, MALLORY))
    shop = app.house.shop(MALLORY)
    assert (shop.id, shop.locale, shop.access_token) == (SHOP_IDS[MALLORY], "vi", "shpat_1")
    assert (shop.import_state, woken() >= {"inbox", "bulk"}) == ("waiting", True)
    assert app.house.rows(Inbox)[0].due_at == NOON
    process_inbox.run()
    assert app.house.order(domain=MALLORY).name == "#1058"


@pytest.mark.parametrize("shop_id", [SHOP_IDS[MALLORY], SHOP_IDS[ALICE]], ids=["new id", "her id"])
def test_a_store_that_calls_itself_by_another_name_is_refused(
    shop_id: int, app: App, shopify: AdminApi, token_endpoint: TokenEndpoint
) -> None:
    shopify.answers = {"Shop": nodes.shop(shop_id, ALICE), "PrimaryLocale": nodes.locales()}
    assert app.visit("/", MALLORY).status_code == 503
    assert {shop.domain for shop in app.house.rows(Shop)} == {ALICE, BOB}
    assert app.house.shop(ALICE).access_token == f"shpat_{ALICE}"


def test_an_id_token_that_shopify_refuses_is_asked_for_again(
    app: App, token_endpoint: TokenEndpoint
) -> None:
    token_endpoint.says = 400, {"error": "invalid_subject_token"}
    assert turned_away(app.visit("/", MALLORY))
    patched(document(app, **opened(MALLORY)))


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(ConnectTimeout(), id="out of reach"),
        pytest.param((400, {"error": "invalid_client"}), id="unknown app"),
        pytest.param(None, id="a token that the shop refuses"),
    ],
)
def test_a_shop_that_cannot_be_asked_is_not_installed_and_says_so(
    says: Any, app: App, shopify: AdminApi, token_endpoint: TokenEndpoint
) -> None:
    token_endpoint.says = says
    page = app.visit("/", MALLORY)
    assert page.status_code == 503
    assert "Shopify did not answer" in page.text
    assert {shop.domain for shop in app.house.rows(Shop)} == {ALICE, BOB}


def test_what_is_logged_holds_no_token(app: App, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        document(app, **opened(token="eyJ.secret.token"))
        app.client.get("/", headers={"Authorization": "Bearer eyJ.secret.token"})
    assert "no valid id token" in caplog.text
    assert "secret" not in caplog.text
