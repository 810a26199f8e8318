"""How the pages feel in a browser: LCP, CLS and INP through the admin's frame.

`python -m bench.vitals [URL of the sandbox]` while `make run` goes on in another window.
Shopify asks for an LCP under 2.5 s, a CLS under 0.1 and an INP under 200 ms.
"""

from __future__ import annotations

import sys
from typing import Any

from playwright.sync_api import Frame, Page

from bench.results import keep
from dev.screenshots import SANDBOX, browsing, every_page, opened

TIMES = 3
_WATCH = """() => {
  window.vitals = { lcp: 0, cls: 0, inp: 0 };
  const watch = (type, take, more) => new PerformanceObserver(
    (list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
  watch("largest-contentful-paint", (one) => { vitals.lcp = one.startTime; });
  watch("layout-shift", (one) => { if (!one.hadRecentInput) vitals.cls += one.value; });
  const slowest = (one) => {
    if (one.interactionId) vitals.inp = Math.max(vitals.inp, one.duration);
  };
  watch("event", slowest, { durationThreshold: 16 });
}"""


def _measured(page: Page, sandbox: str, path: str) -> dict[str, float]:
    frame = opened(page, sandbox, path)
    frame.evaluate(_WATCH)
    _interact(frame)
    page.wait_for_timeout(400)
    found: dict[str, float] = frame.evaluate("vitals")
    return found


def _interact(frame: Frame) -> None:
    """Open and close the first menu by mouse, and go on by keyboard."""
    opener = frame.locator("button[popovertarget]:visible")
    if opener.count():
        opener.first.click()
        frame.page.keyboard.press("Escape")
    frame.locator("h1").click()
    frame.page.keyboard.press("Tab")


def run(sandbox: str) -> None:
    """Measure every page some times at 1280 pixels and keep the worst."""
    found: dict[str, Any] = {}
    with browsing() as page:
        page.set_viewport_size({"width": 1280, "height": 900})
        for name, path in every_page(page, sandbox).items():
            tries = [_measured(page, sandbox, path) for _ in range(TIMES)]
            worst = {each: max(one[each] for one in tries) for each in ("lcp", "cls", "inp")}
            found[name] = {
                "lcp_ms": round(worst["lcp"]),
                "cls": round(worst["cls"], 4),
                "inp_ms": round(worst["inp"]),
            }
    keep("vitals", {"width": 1280, "worst_of": TIMES, "pages": found})


if __name__ == "__main__":
    run(sys.argv[1] if len(sys.argv) > 1 else SANDBOX)
