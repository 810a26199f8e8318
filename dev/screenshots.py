"""Pictures of every page and of mails for docs/screenshots, while `make run` goes on elsewhere.

`python -m dev.screenshots [URL of the sandbox]`, else the one that `make run` prints by default.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Frame, Page, sync_playwright

from dev import browser as chromium
from dev import mail_screenshots

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
SANDBOX = "http://127.0.0.1:8001"
WIDTHS, LANGUAGES = (1280, 360), ("en", "vi")
WINDOW, TALLEST = 800, 950
PATIENCE = 60
"""Seconds within which a new store is read."""
PAGES = {
    "home": "/",
    "orders": "/orders",
    "tracking": "/tracking",
    "attention": "/tracking?attention=1",
    "progress": "/progress?by=placed",
    "messages": "/messages",
    "message-editor": "/messages/edit",
    "message-settings": "/settings/messages",
    "shopify-texts": "/messages/shopify",
    "links": "/settings/links",
    "failures": "/failures",
    "carriers": "/carriers",
    "privacy": "/privacy",
    "settings": "/settings",
}
LED_TO = {"order": ("/orders", "/orders/"), "shipment": ("/tracking?attention=1", "/shipments/")}
"""Pages of one order or parcel: the first that a list links to."""


@contextmanager
def browsing() -> Iterator[Page]:
    """A page in a Chromium of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.ensure(), args=list(chromium.FLAGS)
        )
        yield browser.new_page()
        browser.close()


def opened(page: Page, sandbox: str, path: str, language: str = "en") -> Frame:
    """The app's frame, with this page of it in the admin."""
    page.goto(f"{sandbox}/?path={quote(path, safe='/?=')}&locale={language}")
    page.frame_locator("#app").locator("#content").wait_for()
    handle = page.locator("#app").element_handle()
    frame = handle.content_frame() if handle else None
    if frame is None:
        raise RuntimeError("the admin shows no app")
    return frame


def every_page(page: Page, sandbox: str) -> dict[str, str]:
    """The pages by name, those of one order and one parcel among them."""
    led = {}
    for name, (path, beginning) in LED_TO.items():
        link = opened(page, sandbox, path).locator(f'a[href^="{beginning}"]').first
        led[name] = str(link.get_attribute("href"))
    return PAGES | led


def await_orders(page: Page, sandbox: str) -> None:
    """Opening the app is what installs it in a store: wait until it has read the orders there.

    Raises TimeoutError.
    """
    until = time.monotonic() + PATIENCE
    while opened(page, sandbox, "/").locator("#notice-import").count():
        if time.monotonic() > until:
            raise TimeoutError("the orders of the store are not read")
        time.sleep(1)


def take(page: Page, sandbox: str) -> None:
    """All of them, as tall as the page is, up to a limit."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    await_orders(page, sandbox)
    for name, path in every_page(page, sandbox).items():
        for width in WIDTHS:
            for language in LANGUAGES:
                page.set_viewport_size({"width": width, "height": WINDOW})
                frame = opened(page, sandbox, path, language)
                tall = frame.evaluate("document.documentElement.scrollHeight") + 76
                height = min(max(tall, WINDOW), TALLEST)
                page.set_viewport_size({"width": width, "height": height})
                page.wait_for_timeout(200)
                page.screenshot(path=FOLDER / f"{name}-{width}-{language}.png")
                print(f"{name}-{width}-{language}.png", flush=True)


def take_mails(page: Page, sandbox: str) -> None:
    """What customers read, once they are told at all."""
    mail_screenshots.switch_on(opened(page, sandbox, "/settings"))
    mail_screenshots.take(page, sandbox, FOLDER)


if __name__ == "__main__":
    at = sys.argv[1] if len(sys.argv) > 1 else SANDBOX
    with browsing() as shown:
        take(shown, at)
        take_mails(shown, at)
