"""What every answer says of itself: who may frame it, what may run in it, that nobody keeps it."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask, Response
from werkzeug.test import TestResponse

from shopify_app.auth import headers
from tests import payloads
from tests.stubs import AdminApi, TokenEndpoint
from tests.support import ALICE, API_KEY, BOB, MALLORY, App

ADMIN = "https://admin.shopify.com"


def policy(answer: TestResponse) -> dict[str, list[str]]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {name: values for name, *values in (part.split(" ") for part in parts)}


def framed_by(answer: TestResponse) -> list[str]:
    return policy(answer)["frame-ancestors"]


class Inline(HTMLParser):
    """Collects what the policy would keep from running."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        inline = tag == "style" or (tag == "script" and "src" not in given)
        if inline or any(n == "style" or n.startswith(("on", "hx-on")) for n in given):
            self.found.append(self.get_starttag_text() or tag)


@pytest.fixture
def pages(app: App) -> list[str]:
    """Every page that can be opened, with an order and a shipment of Alice's and of Bob's."""
    for domain in (ALICE, BOB):
        app.house.record(payloads.fulfilled_order(), domain)
    shipments = {domain: app.house.shipments(domain)[0].id for domain in (ALICE, BOB)}
    flask: Flask = app.client.application
    rules = [r for r in flask.url_map.iter_rules() if r.endpoint.startswith("admin.")]
    paths = [str(rule) for rule in rules if "GET" in (rule.methods or ())]
    filled = [path.replace("<int:order_id>", str(payloads.ORDER)) for path in paths]
    filled = [path.replace("<int:upload_id>", "1") for path in filled]
    each = [p.replace("<int:shipment_id>", str(n)) for p in filled for n in shipments.values()]
    assert not any("<" in path for path in each), "a route with a part that nobody fills here"
    assert len(set(each)) >= 10
    return sorted(set(each))


@pytest.mark.parametrize("domain", [ALICE, BOB])
def test_every_page_is_for_its_own_shops_admin_and_runs_nothing_foreign(
    domain: str, app: App, pages: list[str]
) -> None:
    for path in pages:
        answer = app.visit(path, domain)
        _is_protected(answer, path)
        assert framed_by(answer) == [f"https://{domain}", ADMIN], path
        inline = Inline()
        inline.feed(answer.text)
        assert inline.found == [], path


def test_every_page_is_protected_for_who_is_not_let_in(app: App, pages: list[str]) -> None:
    for path in [*pages, "/nothing-here", "/auth", "/auth/callback"]:
        answer = app.client.get(path)
        assert answer.status_code in {400, 401, 404}, path
        _is_protected(answer, path)
        assert framed_by(answer) == ["'none'"], path
        assert framed_by(app.client.get(f"{path}?shop={ALICE}.evil.test")) == ["'none'"], path


def test_the_shop_that_cannot_be_asked_frames_that_answer(
    app: App, shopify: AdminApi, token_endpoint: TokenEndpoint
) -> None:
    answer = app.visit("/", MALLORY)
    assert answer.status_code == 503
    _is_protected(answer, "503")
    assert framed_by(answer) == [f"https://{MALLORY}", ADMIN]


@pytest.mark.parametrize(
    ("query", "ancestors"),
    [
        pytest.param(f"?shop={ALICE}", [f"https://{ALICE}", ADMIN], id="of a shop"),
        pytest.param("", [ADMIN], id="in a frame that was restored"),
        pytest.param("?shop=*", [ADMIN], id="of everybody"),
        pytest.param("?shop=evil.test", [ADMIN], id="of no shop"),
    ],
)
def test_the_patch_page_has_the_policy_of_the_page_written_over_it(
    query: str, ancestors: list[str], app: App
) -> None:
    patch, page = app.client.get(f"/auth/patch{query}"), app.visit("/")
    _is_protected(patch, "patch")
    assert framed_by(patch) == ancestors
    without: list[Any] = [policy(a) | {"frame-ancestors": []} for a in (patch, page)]
    assert without[0] == without[1]


def test_static_files_are_kept_and_pages_are_not(app: App) -> None:
    with app.client.get("/static/retrack.js") as script:
        assert "max-age=31536000" in script.headers["Cache-Control"]
    assert app.visit("/").headers["Cache-Control"] == "no-store"


def test_a_page_names_the_app_to_app_bridge_before_any_other_script(app: App) -> None:
    page = app.visit("/").text
    assert f'<meta name="shopify-api-key" content="{API_KEY}">' in page
    first = page.index("<script")
    assert page[first:].startswith(
        '<script src="https://cdn.shopify.com/shopifycloud/app-bridge.js"></script>'
    )


def test_the_one_cookie_is_bound_to_this_host_hidden_from_scripts_and_short(app: App) -> None:
    answer = app.client.get(f"/auth?shop={MALLORY}", base_url="https://retrack.test")
    [cookie] = answer.headers.getlist("Set-Cookie")
    name, _, rest = cookie.partition("=")
    assert name == "__Host-session", (
        "which a browser takes over TLS, for this host and path / alone"
    )
    flags = {part.strip().lower() for part in rest.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags
    assert not [flag for flag in flags if flag.startswith("domain=")]
    assert len(cookie) < 4096


def test_no_other_answer_sets_a_cookie(app: App, pages: list[str]) -> None:
    """In Shopify's frame there are none: the bearer token stands in for them, and for CSRF's."""
    for path in [*pages, "/healthz", "/auth/patch", "/nothing-here", "/stop/x"]:
        assert "Set-Cookie" not in app.visit(path).headers, path


def test_no_answer_lets_another_site_read_it(app: App, pages: list[str]) -> None:
    for path in [*pages, "/auth/patch", "/stop/x", "/static/retrack.js"]:
        with app.visit(path, headers={"Origin": "https://evil.test"}) as answer:
            assert not [name for name in dict(answer.headers) if name.startswith("Access-Control")]


def test_over_plain_http_on_ones_own_machine_there_is_no_word_of_tls(app: App) -> None:
    plain = replace(app.house.settings, app_url="http://127.0.0.1:8000")
    with app.client.application.test_request_context():  # type: ignore[attr-defined]
        assert "Strict-Transport-Security" not in headers.protect(Response(), plain, None).headers


def _is_protected(answer: TestResponse, path: str) -> None:
    found = policy(answer)
    assert found["default-src"] == ["'none'"], path
    assert found["script-src"] == [
        "'self'",
        "https://cdn.shopify.com/shopifycloud/app-bridge.js",
    ], path
    assert found["style-src"] == found["connect-src"] == found["form-action"] == ["'self'"], path
    assert found["base-uri"] == ["'none'"], path
    whole = answer.headers["Content-Security-Policy"]
    assert not [bad for bad in ("*", "unsafe-", "nonce-", "http:") if bad in whole], path
    assert answer.headers["X-Content-Type-Options"] == "nosniff", path
    lasting = answer.headers["Strict-Transport-Security"]
    assert lasting == "max-age=31536000; includeSubDomains", path
    assert answer.headers["Referrer-Policy"] == "no-referrer", path
    assert answer.headers["Cache-Control"] == "no-store", path
