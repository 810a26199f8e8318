"""One way through the product in a real browser, in the sandbox's admin."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stack import Stack
from tests.waiting import eventually

NUMBER = "YT2412345678901234"


@pytest.mark.timeout(180)
def test_a_merchant_opens_the_app_and_follows_a_parcel(
    stack: Stack, page: Page, page_problems: list[str]
) -> None:
    stack.set_clock(now=_next_noon(stack))
    _open_and_switch_messages_on(stack, page)
    order = _ship_an_order(stack)
    _see_the_customers_mail_and_text(stack, page, order)
    _find_the_order(stack, page, order)
    _see_the_parcel_move(stack, page)
    _set_the_status_by_hand_and_retrack(page)
    _filter_attention(stack, page)
    assert page_problems == []


def _open_and_switch_messages_on(stack: Stack, page: Page) -> None:
    frame = stack.open(page)
    expect(frame.get_by_role("heading", name="Home")).to_be_visible()
    page.get_by_role("link", name="Settings", exact=True).click()
    frame.get_by_label("Notify customers about the order fulfillment").check()
    frame.get_by_label("Custom shipping tracking URL").fill("https://track.example/?n={number}")
    expect(frame.get_by_role("link", name=f"https://track.example/?n={NUMBER}")).to_be_visible()
    for teller, rests in (("Shopify itself", True), ("Retrack", False)):
        frame.get_by_label(teller, exact=True).check()
        expect(frame.locator("#notify_email")).to_be_enabled(enabled=not rests)
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Settings saved")).to_be_visible()


def _ship_an_order(stack: Stack) -> dict[str, str]:
    order: dict[str, str] = stack.control("/orders", country="GB")
    stack.control(f"/orders/{order['id']}/fulfill", number=NUMBER, company="YunExpress")
    return order


def _next_noon(stack: Stack) -> str:
    """At noon in London a text may go out, whatever the hour is where the test runs."""
    now = datetime.fromisoformat(stack.see("/clock")["now"])
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    return (noon if noon > now else noon + timedelta(days=1)).isoformat()


def _see_the_customers_mail_and_text(stack: Stack, page: Page, order: dict[str, str]) -> None:
    eventually(lambda: stack.see("/mails")["mails"] and stack.see("/texts")["texts"])
    [mail] = stack.see("/mails")["mails"]
    assert order["name"] in mail["subject"]
    [text] = stack.see("/texts")["texts"]
    assert f"https://track.example/?n={NUMBER}" in text["body"]
    page.goto(f"{stack.sandbox.url}/mails")
    expect(page.get_by_text(mail["subject"])).to_be_visible()


def _find_the_order(stack: Stack, page: Page, order: dict[str, str]) -> None:
    frame = stack.open(page)
    page.get_by_role("link", name="Orders", exact=True).last.click()
    frame.get_by_role("searchbox").fill(order["name"])
    frame.get_by_role("searchbox").press("Enter")
    row = frame.get_by_role("row").filter(has_text=order["name"])
    expect(row).to_contain_text("Pending")
    row.get_by_role("link", name=NUMBER).click()
    expect(frame.get_by_role("heading", name="Why this status")).to_be_visible()
    expect(frame.get_by_text("Shipping confirmation").first).to_be_visible()


def _see_the_parcel_move(stack: Stack, page: Page) -> None:
    frame = page.frame_locator("#app")
    stack.control("/providers/17track", first_sync_seconds=0)
    stack.control(f"/parcels/{NUMBER}/advance", to="InTransit_Departure")
    frame.get_by_role("button", name="Retrack", exact=True).click()
    expect(frame.locator(".page-title")).to_contain_text("In transit")
    eventually(lambda: "fulfillment_events/create" in str(stack.see("/webhooks")))
    page.reload()
    expect(frame.get_by_text("Written", exact=True)).to_be_visible()


def _set_the_status_by_hand_and_retrack(page: Page) -> None:
    frame = page.frame_locator("#app")
    frame.get_by_role("button", name="Set tracking status manually").click()
    frame.get_by_role("button", name="Delivered", exact=True).click()
    expect(frame.locator(".page-title")).to_contain_text("by hand")
    frame.get_by_role("button", name="Retrack", exact=True).click()
    expect(frame.locator(".page-title")).to_contain_text("In transit")
    expect(frame.get_by_text("The carrier is followed again")).to_be_attached()


def _filter_attention(stack: Stack, page: Page) -> None:
    frame = stack.open(page, "/tracking")
    everything = frame.get_by_role("row").count()
    frame.get_by_role("link", name="Requires attention").click()
    expect(frame.get_by_text("Any reason")).to_be_visible()
    expect(frame.get_by_role("button", name="Placed: all dates")).to_be_visible()
    assert 1 < frame.get_by_role("row").count() < everything
