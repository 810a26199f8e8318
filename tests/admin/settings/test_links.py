"""Which site a customer opens, by carrier, and the Liquid for Shopify's own messages."""

from __future__ import annotations

import pytest

from shopify_app.domain.carrier_pages import PAGES
from shopify_app.outgoing import sample
from tests.admin.shop import ship, shipment
from tests.pages import read
from tests.support import BOB, NOON, App

LINKS, SHOPIFY = "/settings/links", "/messages/shopify"


def add(app: App, carrier: str, url: str = "") -> int:
    return app.submit(LINKS, {"carrier": carrier, "url": url}).status_code


def test_a_carriers_parcels_lead_to_its_site_and_nobody_elses(app: App) -> None:
    ship(app.house, 1)
    assert add(app, "Yun Express", "https://yun.test/{number}") == 303
    page = read(app.visit(f"/shipments/{shipment(app.house, 1).id}"))
    assert page.has("a", href=f"https://yun.test/YT{1:016}")
    assert app.house.shop(BOB).carrier_urls == {}
    app.submit(f"{LINKS}/remove", {"carrier": "yunexpress"})
    assert app.house.shop().carrier_urls == {}


def test_a_carrier_has_one_link_by_whichever_of_its_names(app: App) -> None:
    add(app, "SingPost", "https://one.test/")
    add(app, "Singapore Post", "https://two.test/")
    assert app.house.shop().carrier_urls == {"Singapore Post": "https://two.test/"}
    app.submit(f"{LINKS}/remove", {"carrier": "Sing Post"})
    assert app.house.shop().carrier_urls == {}


def test_without_an_address_it_is_the_carriers_own_page(app: App) -> None:
    assert add(app, "DHL Express") == 303
    assert app.house.shop().carrier_urls == {"DHL Express": PAGES["DHL Express"]}
    app.submit(f"{LINKS}/own-pages", {})
    assert app.house.shop().carrier_urls == dict(sorted(PAGES.items()))


@pytest.mark.parametrize(
    ("carrier", "url", "field"),
    [
        ("", "https://a.test/", "carrier"),
        ("O'Neill", "https://a.test/", "carrier"),
        ("%} x {{", "https://a.test/", "carrier"),
        ("x" * 61, "https://a.test/", "carrier"),
        ("Nobody's page", "", "url"),
        ("DPD", "http://a.test/", "url"),
        ("DPD", "https://a.test/'", "url"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    carrier: str, url: str, field: str, app: App
) -> None:
    page = read(app.submit(LINKS, {"carrier": carrier, "url": url}), 422)
    assert "aria-invalid" in page.one("input", id=field).attributes
    assert page.one("input", id="carrier")["value"] == carrier
    assert app.house.shop().carrier_urls == {}


def test_shopifys_text_has_the_merchants_link_and_shows_what_comes_of_it(app: App) -> None:
    app.house.change_shop(tracking_url="https://track.test/{number}")
    page = read(app.visit(f"{SHOPIFY}?event=delivered&channel=sms&language=en&parcels=1"))
    assert "'https://track.test/{number}'" in page.one("pre").text
    assert page.one("div", class_="bubble").text == (
        f"Alice: your order #1001 has been delivered. Track it: https://track.test/{sample.NUMBER}"
    )


def test_a_pasted_template_is_checked_mended_and_not_kept(app: App) -> None:
    pasted = '<p>{{ email_body }}</p>\n<a href="{{ fulfillment.tracking_url }}">x</a><b>"'
    page = read(app.submit(SHOPIFY, {"template": pasted}))
    entry = page.one("ul", class_="entries").text
    assert entry == "Line 2 This link leads to the carrier's page, not to yours."
    [_to_paste, mended] = page.all("pre")
    assert "retrack_link" in mended.text
    assert "fulfillment.tracking_url }}" not in mended.text
    assert page.one("textarea").text.endswith('<b>"'), "what was pasted is still there"
    again = read(app.submit(SHOPIFY, {"template": mended.text}))
    assert "Every parcel has its link" in again.text


@pytest.mark.parametrize(
    ("notify_by", "event", "warned"),
    [
        ("retrack", "shipping_confirmation", True),
        ("retrack", "delivered", False),
        ("shopify", "shipping_confirmation", False),
    ],
)
def test_it_warns_where_both_would_write(
    notify_by: str, event: str, warned: bool, app: App
) -> None:
    app.house.notify()
    app.house.change_shop(notify_by=notify_by)
    page = read(app.visit(f"{SHOPIFY}?event={event}"))
    assert ("Two messages of the same" in page.text) == warned


@pytest.mark.parametrize(
    ("event", "channel", "path", "switch"),
    [
        ("shipping_update", "email", "/settings", "notify_email"),
        ("shipping_confirmation", "sms", "/settings", "notify_sms"),
        ("delivered", "email", "/settings/messages", "delivered-email"),
        ("out_for_delivery", "sms", "/settings/messages", "out_for_delivery-sms"),
    ],
)
def test_the_warning_leads_to_the_very_switch(
    event: str, channel: str, path: str, switch: str, app: App
) -> None:
    app.house.notify()
    app.house.change_shop(told_events={event: {channel: NOON.isoformat()}})
    page = read(app.visit(f"{SHOPIFY}?event={event}&channel={channel}"))
    assert page.has("a", href=f"{path}#{switch}")
    assert read(app.visit(path)).one("input", id=switch)["type"] == "checkbox"
