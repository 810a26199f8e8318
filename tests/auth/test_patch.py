"""The page on which App Bridge gets a fresh id token."""

from __future__ import annotations

from tests.support import ALICE, API_KEY, App


def test_the_patch_page_has_app_bridge_first_and_nothing_of_any_shop(app: App) -> None:
    answer = app.client.get(f"/auth/patch?shop={ALICE}&shopify-reload=/tracking?status=alert")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert f'content="{API_KEY}"' in answer.text
    assert answer.text.count("<script") == 1
    assert (
        '<script src="https://cdn.shopify.com/shopifycloud/app-bridge.js"></script>' in answer.text
    )
    assert "alice" not in answer.text


def test_the_patch_page_shows_nothing_that_stands_in_its_address(app: App) -> None:
    evil = "javascript:alert(1)//<script>alert(1)</script>"
    for name in ("shopify-reload", "shop", "host", "locale", "id_token"):
        page = app.client.get("/auth/patch", query_string={name: evil}).text
        assert "alert(1)" not in page, name
