"""Draws docs/benchmarks.svg from what `bench/results` holds: `make bench-chart`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from bench.results import FOLDER
from shopify_app.settings import ROOT

PICTURE = ROOT / "docs" / "benchmarks.svg"
WIDTH, LEFT, RIGHT, LINE, BAR = 720, 210, 130, 26, 16
OURS, PEER = "#2a6f4e", "#9aa0a6"
NAMES = {"peer": "Node, BullMQ", "sqlite": "Retrack, SQLite", "postgresql": "Retrack, PostgreSQL"}
CHARTS = {
    "intake": ("Webhooks taken a second", "per_second"),
    "end_to_end": ("Webhooks taken and applied a second", "applied_per_second"),
}


def draw() -> str:
    """The picture: a group of bars for each comparison that was measured."""
    lines: list[str] = []
    top = 10
    for name, (title, figure) in CHARTS.items():
        path = FOLDER / f"{name}.json"
        if path.exists():
            group = list(_group(title, json.loads(path.read_text()), figure, top))
            lines += group
            top += LINE * (2 + len(NAMES))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" role="img"'
    style = "font: 14px system-ui, sans-serif; background: #fff"
    return "\n".join([f'{head} style="{style}">', *lines, "</svg>", ""])


def _group(title: str, found: dict[str, Any], figure: str, top: int) -> Iterator[str]:
    """A title, and a bar for each stack with its figure and its ratio to the peer's."""
    longest = max(found[stack][figure] for stack in NAMES)
    yield f'<text x="10" y="{top + 16}" font-weight="600">{escape(title)}</text>'
    for place, (stack, name) in enumerate(NAMES.items(), 1):
        y, value = top + place * LINE, found[stack][figure]
        width = round((WIDTH - LEFT - RIGHT) * value / longest)
        color = PEER if stack == "peer" else OURS
        yield f'<text x="10" y="{y + 13}">{escape(name)}</text>'
        yield f'<rect x="{LEFT}" y="{y}" width="{width}" height="{BAR}" fill="{color}"/>'
        told = f"{value:,.0f}" + (
            "" if stack == "peer" else f" · {found[stack]['times_the_peer']}x"
        )
        yield f'<text x="{LEFT + width + 8}" y="{y + 13}">{told}</text>'


def main() -> None:
    """Draw it anew."""
    PICTURE.write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    main()
