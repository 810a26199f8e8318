"""Every page in a real browser: usable by all, in both languages, by keyboard and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.axe import frame_of, overflow, violations
from tests.browser.stack import Stack
from tests.waiting import eventually

PAGES = ("/", "/orders", "/tracking", "/tracking?attention=1", "/progress?by=placed", "/messages",
         "/messages?state=unsettled",
         "/messages/edit", "/messages/shopify", "/settings/messages",
         "/settings/links", "/failures", "/carriers", "/privacy", "/settings")  # fmt: skip
_SHIFTS = """() => { window.shifted = 0; new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
}).observe({ type: "layout-shift", buffered: true }); }"""


@pytest.fixture
def imported(stack: Stack, page: Page) -> Stack:
    """The sandbox's orders are there."""
    eventually(lambda: stack.open(page).locator("#notice-import").count() == 0)
    return stack


def to(frame: FrameLocator, path: str) -> str:
    """Where the first link of this beginning leads."""
    return str(frame.locator(f'a[href^="{path}"]').first.get_attribute("href"))


def all_pages(stack: Stack, page: Page) -> list[str]:
    frame = stack.open(page, "/tracking")
    order, shipment = to(frame, "/orders/"), to(frame, "/shipments/")
    return [*PAGES, order, shipment]


@pytest.mark.timeout(180)
def test_no_page_breaks_wcag_or_scrolls_sideways_in_any_language(
    imported: Stack, page: Page
) -> None:
    broken = []
    for path in all_pages(imported, page):
        for locale, width in (("en", 1280), ("vi", 360)):
            page.set_viewport_size({"width": width, "height": 800})
            imported.open(page, path.replace("&", "%26"), locale)
            frame = frame_of(page)
            frame.evaluate(_SHIFTS)
            broken += [f"{path} {locale}: {each}" for each in violations(frame)]
            if (over := overflow(frame)) > 0:
                broken.append(f"{path} {locale}: {over} px too wide at {width}")
            if (shifted := frame.evaluate("window.shifted")) > 0.1:
                broken.append(f"{path} {locale}: shifts by {shifted}")
    assert broken == [], broken


@pytest.mark.timeout(180)
def test_retrack_and_a_status_by_hand_need_no_mouse(imported: Stack, page: Page) -> None:
    shipment = to(imported.open(page, "/tracking"), "/shipments/")
    frame = imported.open(page, shipment)
    button = frame.get_by_role("button", name="Set tracking status manually")
    button.focus()
    button.press("Enter")
    delivered = frame.get_by_role("button", name="Delivered", exact=True)
    expect(delivered).to_be_visible()
    for _ in range(30):
        page.keyboard.press("Tab")
        if delivered.evaluate("(one) => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(frame.locator(".page-title")).to_contain_text("by hand")
    frame.get_by_role("button", name="Retrack", exact=True).press("Enter")
    expect(frame.locator(".page-title")).not_to_contain_text("by hand")


@pytest.mark.timeout(180)
def test_an_id_token_that_ended_under_way_is_no_trouble(imported: Stack, page: Page) -> None:
    frame = imported.open(page, "/tracking")
    imported.set_clock(jump="3m")
    frame.get_by_role("link", name="Requires attention").first.click()
    expect(frame.get_by_role("button", name=re.compile("all dates"))).to_be_visible()
    page.reload()
    expect(frame.get_by_role("heading", name="Tracking", exact=True)).to_be_visible()


@pytest.mark.timeout(180)
def test_a_site_that_is_often_used_is_filled_in_by_a_press_and_is_unsaved_work(
    imported: Stack, page: Page
) -> None:
    frame = imported.open(page, "/settings")
    field = frame.locator("#tracking_url")
    frame.get_by_role("button", name="ParcelsApp").click()
    expect(field).to_have_value("https://parcelsapp.com/en/tracking/")
    expect(frame.locator("#tracking-preview")).to_contain_text("parcelsapp.com/en/tracking/YT")
    expect(page.locator("#save-bar")).to_be_visible()
