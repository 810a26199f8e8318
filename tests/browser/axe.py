"""Asking axe whether a page can be used by everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = """async (tags) => {
  const told = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  const where = (one) => one.nodes.map((node) => node.target.join(" ")).join(", ");
  return told.violations.map((one) => `${one.id}: ${where(one)}`);
}"""


def frame_of(page: Page) -> Frame:
    """The app's own frame in the admin."""
    handle = page.locator("#app").element_handle()
    frame = handle.content_frame() if handle else None
    assert frame
    return frame


def violations(frame: Frame) -> list[str]:
    """What of WCAG 2.2 AA the page breaks, by rule and by element. The page's policy forbids inline
    scripts, not what the debugger evaluates.
    """
    frame.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[Any] = frame.evaluate(_RUN, TAGS)
    return [str(each) for each in found]


def overflow(frame: Frame) -> int:
    """By how many pixels the page can be scrolled sideways."""
    width: int = frame.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width
