"""The way in from outside the admin: nobody gets in by an answer that Shopify did not give now."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from shopify_app import queue
from shopify_app.auth import code_grant
from shopify_app.models import Shop
from tests import nodes
from tests.stubs import AdminApi, TokenEndpoint
from tests.support import ALICE, API_KEY, API_SECRET, BOB, MALLORY, NOON, SHOP_IDS, App

BASE = "https://retrack.test"
AT = int(NOON.timestamp())
NO_SHOPS = [
    "",
    "mallory",
    "mallory.test",
    "myshopify.com",
    ".myshopify.com",
    "-a.myshopify.com",
    "mallory.myshopify.com.evil.test",
    "mallory.myshopify.com@evil.test",
    "mallory.myshopify.com/evil",
    "mallory.myshopify.com:8443",
    "mallory.myshopify.com#.evil.test",
    "mallory.myshopify.com\n",
    " mallory.myshopify.com",
    "evil.test/mallory.myshopify.com",
    "https://mallory.myshopify.com",
    "mållory.myshopify.com",
    "javascript:alert(1)",
    "mallory.myshopify.com%00.evil.test",
    "mallory.myshopify.com\x00",
    "mallory.myshopify.com\\@evil.test",
    "mallory.myshopify.com?.evil.test",
    "mallory.myshopify.com;evil.test",
    "evil.test?x=.myshopify.com",
    "evil.mallory.myshopify.com",
    "mallory.myshopify.io",
    "mallory.shopify.com",
    "mallory。myshopify.com",
    "маllory.myshopify.com",
    "ｍallory.myshopify.com",
    "xn--mallory.myshopify.com.evil.test",
    "//mallory.myshopify.com",
    "mallory.myshopify.com\r\nSet-Cookie: a=b",
    "127.0.0.1",
    "[::1]",
    "mallory_.myshopify.com",
]


@pytest.fixture
def installable(app: App, shopify: AdminApi, token_endpoint: TokenEndpoint) -> App:
    """Mallory's store says that it is itself."""
    shopify.answers = {
        "Shop": nodes.shop(SHOP_IDS[MALLORY], MALLORY),
        "PrimaryLocale": nodes.locales(),
    }
    return app


def begin(client: FlaskClient, shop: str = MALLORY) -> str:
    """Set out for the shop's admin; the state to come back with."""
    answer = client.get("/auth", query_string={"shop": shop}, base_url=BASE)
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.location).query)["state"][0]


def told(state: str, **changes: Any) -> dict[str, Any]:
    """What Shopify answers with; None leaves a part out."""
    answer = {
        "code": "0907a61c0c8d55e99db179b68161bc00",
        "host": "YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvbWFsbG9yeQ",
        "shop": MALLORY,
        "state": state,
        "timestamp": str(AT),
    } | changes
    return {name: value for name, value in answer.items() if value is not None}


def signed(answer: dict[str, Any], secret: str = API_SECRET) -> dict[str, Any]:
    text = "&".join(f"{name}={value}" for name, value in sorted(answer.items()))
    return answer | {"hmac": hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()}


def come_back(client: FlaskClient, answer: dict[str, Any]) -> TestResponse:
    return client.get("/auth/callback", query_string=urlencode(answer, True), base_url=BASE)


def shops(app: App) -> set[str]:
    return {shop.domain for shop in app.house.rows(Shop)}


def test_the_way_leads_over_the_shops_own_admin(app: App) -> None:
    answer = app.client.get("/auth", query_string={"shop": MALLORY.upper()}, base_url=BASE)
    url = urlsplit(answer.location)
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"https://{MALLORY}/admin/oauth/authorize"
    asked = dict(parse_qsl(url.query))
    assert (asked["client_id"], asked["redirect_uri"]) == (API_KEY, f"{BASE}/auth/callback")
    assert {"read_orders", "write_fulfillments"} <= set(asked["scope"].split(","))
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert API_SECRET not in answer.location


def test_what_is_no_shop_is_sent_nowhere(app: App) -> None:
    for shop in NO_SHOPS:
        answer = app.client.get("/auth", query_string={"shop": shop}, base_url=BASE)
        assert (answer.status_code, answer.location) == (400, None), shop
        state = begin(app.client)
        answer = come_back(app.client, signed(told(state, shop=shop)))
        assert (answer.status_code, answer.location) == (401, None), shop


def test_the_app_is_installed_and_opened_in_the_admin(
    installable: App, token_endpoint: TokenEndpoint
) -> None:
    answer = come_back(installable.client, signed(told(begin(installable.client))))
    assert answer.location == f"https://{MALLORY}/admin/apps/{API_KEY}"
    [(domain, asked)] = token_endpoint.asked
    assert (domain, asked["code"], asked["expiring"]) == (
        MALLORY,
        "0907a61c0c8d55e99db179b68161bc00",
        "1",
    )
    assert installable.house.shop(MALLORY).access_token == "shpat_1"


def test_a_state_is_good_once_even_with_the_old_cookie(installable: App) -> None:
    client = installable.client
    answer = signed(told(begin(client)))
    cookie = client.get_cookie("__Host-session", domain="retrack.test")
    assert cookie
    assert come_back(client, answer).status_code == 302
    assert come_back(client, answer).status_code == 401
    client.set_cookie("__Host-session", cookie.value, domain="retrack.test", secure=True)
    assert come_back(client, answer).status_code == 401


def test_a_state_is_good_in_its_own_browser_alone(installable: App) -> None:
    state = begin(installable.client)
    stranger = installable.client.application.test_client()
    assert come_back(stranger, signed(told(state))).status_code == 401
    own = begin(stranger)
    assert own != state
    assert come_back(stranger, signed(told(state))).status_code == 401
    assert shops(installable) == {ALICE, BOB}


def test_a_state_is_good_for_its_own_shop_alone(installable: App) -> None:
    state = begin(installable.client, BOB)
    assert come_back(installable.client, signed(told(state))).status_code == 401
    assert shops(installable) == {ALICE, BOB}


def test_a_state_lives_ten_minutes(installable: App) -> None:
    state = begin(installable.client)
    assert 0 < queue.redis().ttl(f"oauth:{state}") <= 600
    queue.redis().delete(f"oauth:{state}")
    assert come_back(installable.client, signed(told(state))).status_code == 401


def test_each_part_of_an_answer_may_stand_there_once(installable: App) -> None:
    """Of a part given twice, one could be checked and the other used."""
    for name in ("code", "host", "shop", "state", "timestamp", "hmac"):
        for second in (None, "x", ""):
            answer = signed(told(begin(installable.client)))
            answer[name] = [answer[name], answer[name] if second is None else second]
            assert come_back(installable.client, answer).status_code == 401, (name, second)
    assert shops(installable) == {ALICE, BOB}


def test_an_answer_with_any_sign_of_its_hmac_changed_is_refused() -> None:
    answer = signed(told("a state"))
    right = answer["hmac"]
    assert code_grant.signed(MultiDict(answer), [API_SECRET])
    spoilt = [right[:at] + ("0" if right[at] != "0" else "1") + right[at + 1 :] for at in range(64)]
    cut = [right[:at] for at in range(64)]
    for bad in (*spoilt, *cut, right.upper(), f"{right}0", f" {right}"):
        assert not code_grant.signed(MultiDict(answer | {"hmac": bad}), [API_SECRET]), bad


def test_a_part_of_an_answer_cannot_be_moved_into_another_or_left_out() -> None:
    """`a=1&b=2` must not be signed as the one part `a` that says `1&b=2`."""
    answer = signed(told("a state"))
    for name in ("code", "host", "shop", "state", "timestamp"):
        fewer = {each: value for each, value in answer.items() if each != name}
        assert not code_grant.signed(MultiDict(fewer), [API_SECRET])
    joined = {n: v for n, v in answer.items() if n != "host"}
    joined["code"] = f"{answer['code']}&host={answer['host']}"
    assert not code_grant.signed(MultiDict(joined), [API_SECRET])


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda answer: answer, id="no hmac"),
        pytest.param(lambda answer: answer | {"hmac": ""}, id="empty hmac"),
        pytest.param(lambda answer: answer | {"hmac": "ü" * 64}, id="hmac not ASCII"),
        pytest.param(lambda answer: signed(answer, "another"), id="another secret"),
        pytest.param(lambda answer: signed(answer) | {"code": "x"}, id="changed"),
        pytest.param(lambda answer: signed(answer) | {"more": "x"}, id="more than was signed"),
        pytest.param(lambda answer: signed(answer) | {"state": ""}, id="no state"),
        pytest.param(lambda answer: signed(answer) | {"shop": [MALLORY, BOB]}, id="two shops"),
        pytest.param(lambda answer: signed(answer) | {"code": ["a", "b"]}, id="two codes"),
        pytest.param(
            lambda answer: signed(answer) | {"hmac": [signed(answer)["hmac"]] * 2}, id="two hmacs"
        ),
    ],
)
def test_an_answer_that_shopify_did_not_sign_is_refused(
    forge: Any, installable: App, token_endpoint: TokenEndpoint
) -> None:
    answer = forge(told(begin(installable.client)))
    assert come_back(installable.client, answer).status_code == 401
    assert token_endpoint.asked == []


@pytest.mark.parametrize(
    ("timestamp", "status"),
    [
        pytest.param(str(AT - 90), 302, id="90 s old"),
        pytest.param(str(AT - 91), 401, id="91 s old"),
        pytest.param(str(AT + 91), 401, id="91 s ahead"),
        pytest.param("", 401, id="empty"),
        pytest.param(None, 401, id="none"),
        pytest.param("²", 401, id="a digit that is no number"),
        pytest.param("9" * 5000, 401, id="beyond all numbers"),
    ],
)
def test_an_answer_is_good_for_ninety_seconds(
    timestamp: str | None, status: int, installable: App
) -> None:
    answer = signed(told(begin(installable.client), timestamp=timestamp))
    assert come_back(installable.client, answer).status_code == status


def test_a_code_that_shopify_refuses_installs_nothing(
    app: App, token_endpoint: TokenEndpoint
) -> None:
    token_endpoint.says = 400, {"error": "invalid_request"}
    answer = come_back(app.client, signed(told(begin(app.client))))
    assert (answer.status_code, answer.location) == (503, None)
    assert shops(app) == {ALICE, BOB}


def test_without_redis_nobody_sets_out_and_nobody_gets_in(
    installable: App, token_endpoint: TokenEndpoint
) -> None:
    state = begin(installable.client)
    queue.configure("unix:///nowhere.sock")
    assert installable.client.get(f"/auth?shop={MALLORY}", base_url=BASE).status_code == 503
    assert come_back(installable.client, signed(told(state))).status_code == 401
    assert token_endpoint.asked == []


def test_after_a_rotation_an_answer_may_be_signed_with_the_secret_before() -> None:
    answer = MultiDict(signed(told("a state")))
    assert code_grant.signed(answer, ["a new one", API_SECRET])
    assert not code_grant.signed(answer, ["a new one"])
