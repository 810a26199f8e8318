"""No form and no address, whatever stands in it, breaks a page, or runs anything on it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from shopify_app import crypto
from shopify_app.settings import ROOT
from tests.security.test_other_shops import Route, routes
from tests.security.test_pages import Inline
from tests.stubs import AdminApi
from tests.support import ALICE, SHOP_IDS, App, House

ODD = [
    "",
    " ",
    "\x00",
    "0",
    "-1",
    "1e9",
    "99999999999999999999999",
    "²",
    "None",
    "x" * 10_000,
    "\u202e<script>alert(1)</script>",
    "{{ 7*7 }}",
    "' OR 1=1 --",
    "2026-13-45",
    "0001-01-01",
    "9999-12-31",
    "../../etc/passwd",
    "[]",
    "é\ud83d\ude00",
]
"""Values that a page does not offer."""
UNREACHABLE = 503
"""Shopify is away here, which costs nobody their token: what breaks raises in a test."""


def names() -> list[str]:
    """What the fields of all pages, and the parts of their addresses, are called."""
    texts = [path.read_text() for path in (ROOT / "templates/admin").rglob("*.html")]
    code = [path.read_text() for path in (ROOT / "shopify_app/admin").rglob("*.py")]
    fields = re.findall(r'name="(\w+)"', "".join(texts))
    asked = re.findall(r"(?:args|form|values)\.(?:get|getlist)\(\s*\"(\w+)\"", "".join(code))
    return sorted({*fields, *asked})


def answers(app: App, value: str) -> Iterator[tuple[Route, int, str]]:
    given = dict.fromkeys(names(), value)
    for route in routes(app):
        answer = app._fetch(route.method, route.path, ALICE, data=given, query_string=given)
        yield route, answer.status_code, answer.text


@pytest.mark.parametrize("value", ODD)
def test_no_value_of_a_field_breaks_a_page(
    value: str,
    alices: House,
    shopify: AdminApi,
    app: App,
) -> None:
    assert len(names()) > 30
    shopify.otherwise = 502
    value = value.encode("utf-16", "surrogatepass").decode("utf-16")
    for route, status, text in list(answers(app, value)):
        asks_shopify = route.path.endswith("/fulfill")
        assert status < 500 or (status == UNREACHABLE and asks_shopify), route
        assert "<script>alert" not in text, route


def test_what_forms_answer_runs_nothing_either(
    alices: House,
    shopify: AdminApi,
    app: App,
) -> None:
    """Also what htmx puts into a page that is there: previews, answers, refusals."""
    shopify.otherwise = 502
    for value in ("1", "en", "confirmation", "x"):
        for route, _, text in list(answers(app, value)):
            inline = Inline()
            inline.feed(text)
            assert inline.found == [], route


def test_the_customers_page_runs_nothing_and_nobody_may_frame_it(app: App) -> None:
    for language in ("en", "vi"):
        sealed = crypto.seal(f"{SHOP_IDS[ALICE]} email {crypto.keyed_hash('a@b.test')} {language}")
        page = app.client.get(f"/stop/{sealed}")
        assert page.status_code == 200
        inline = Inline()
        inline.feed(page.text)
        assert inline.found == []
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Referrer-Policy"] == "no-referrer", "the link is its secret"
