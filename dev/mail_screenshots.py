"""Pictures of the mails that customers got, read back from the sandbox's mail server."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Frame, Page

PHONE, DESKTOP = 390, 1280
PICTURES = (
    ("en", PHONE, "light"),
    ("en", PHONE, "dark"),
    ("en", DESKTOP, "light"),
    ("vi", PHONE, "light"),
    ("vi", DESKTOP, "light"),
)
PARCELS = {
    "en": {"country": "United States", "numbers": "YT2412345678901234", "company": "YunExpress"},
    "vi": {"country": "Vietnam", "numbers": "LP00710093318426, LP00710093318431",
           "company": "Cainiao"},
}  # fmt: skip
"""What a customer of each language is told of, where nobody was told anything yet."""
PATIENCE = 30


def switch_on(settings: Frame) -> None:
    """Tick in Settings that customers are told."""
    if not settings.is_checked("#notify"):
        settings.check("#notify")
        settings.click("#save")
        settings.locator("#notify").wait_for()


def take(page: Page, sandbox: str, folder: Path) -> None:
    """The newest confirmation in each language. Raises TimeoutError if none comes."""
    for language, facts in PARCELS.items():
        if not _newest(sandbox, language):
            _fulfill(sandbox, language, **facts)
    for language, width, scheme in PICTURES:
        name = f"mail-{width}-{language}{'-dark' if scheme == 'dark' else ''}.png"
        page.set_viewport_size({"width": width, "height": 600})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(f"{sandbox}/mails/{_awaited(sandbox, language)}/html")
        page.screenshot(path=folder / name, full_page=True)
        print(name, flush=True)


def _fulfill(sandbox: str, language: str, country: str, numbers: str, company: str) -> None:
    order = _control(sandbox, "/orders", {"locale": language, "country": country})
    shipped = {"numbers": numbers, "company": company}
    _control(sandbox, f"/orders/{order['id']}/fulfill", shipped)


def _awaited(sandbox: str, language: str) -> int:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := _newest(sandbox, language):
            return found
        time.sleep(0.5)
    raise TimeoutError(f"no mail came in {language}")


def _newest(sandbox: str, language: str) -> int:
    """The id of the newest mail to a customer in this language, 0 if there is none."""
    mails = _control(sandbox, "/mails?parts=1&limit=200")["mails"]
    wanted = f'<html lang="{language}"'
    return next((m["id"] for m in mails if _of_customer(m) and wanted in (m["html"] or "")), 0)


def _of_customer(mail: dict[str, Any]) -> bool:
    """Only what customers get can be stopped by them."""
    return any(name == "List-Unsubscribe" for name, _ in mail["headers"])


def _control(sandbox: str, path: str, body: dict[str, str] | None = None) -> Any:
    data = json.dumps(body).encode() if body else None
    request = Request(f"{sandbox}/control{path}", data, {"Content-Type": "application/json"})
    # The address is that of the sandbox, which whoever runs this names.
    with urlopen(request, timeout=10) as answer:  # nosec B310
        return json.load(answer)
