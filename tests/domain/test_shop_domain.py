"""What a shop's name may look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_app.domain.shop_domain import checked


@pytest.mark.parametrize(
    "name",
    ["alice.myshopify.com", "a.myshopify.com", "1-2--3.myshopify.com", f"{'a' * 60}.myshopify.com"],
)
def test_a_shops_name_is_taken(name: str) -> None:
    assert checked(name) == name


def test_capitals_do_not_matter() -> None:
    assert checked("Alice.MyShopify.COM") == "alice.myshopify.com"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "alice",
        ".myshopify.com",
        "-alice.myshopify.com",
        "alice.myshopify.com.evil.example",
        "alice.myshopify.comevil.example",
        "evil.example/alice.myshopify.com",
        "evil.example#.myshopify.com",
        "evil.example?x=.myshopify.com",
        "alice@evil.myshopify.com",
        "alice.myshopify.com:443",
        "alice.myshopify.com/",
        "https://alice.myshopify.com",
        "evil.alice.myshopify.com",
        "alice_.myshopify.com",
        "alicexmyshopify.com",
        "alice.myshopifyxcom",
        " alice.myshopify.com",
        "alice.myshopify.com ",
        "alice.myshopify.com\n",
        "evil.example\nalice.myshopify.com",
        "al\x00ice.myshopify.com",
        "älice.myshopify.com",
        "аlice.myshopify.com",  # a Cyrillic a
        "\u212aate.myshopify.com",  # the sign for kelvin, which lower() makes a k
        "alice。myshopify.com",
        f"{'a' * 61}.myshopify.com",
    ],
)
def test_any_other_name_is_refused(name: str) -> None:
    assert checked(name) is None


@given(st.text(), st.text())
def test_whatever_is_taken_is_a_plain_name_at_shopify(before: str, after: str) -> None:
    name = checked(f"{before}.myshopify.com{after}")
    if name is None:
        return
    shop, _, rest = name.partition(".")
    assert rest == "myshopify.com"
    assert set(shop) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
