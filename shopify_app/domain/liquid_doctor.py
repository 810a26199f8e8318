"""What a merchant's template at Shopify lacks or has twice, and the template mended.

The template is a text that we take apart, never run. Links of ours stand between two remarks
(`templates/shopify`), by which they are found again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from liquid import Environment
from liquid.exceptions import LiquidError

from shopify_app.domain.tracking_url import PLACE

LONGEST = 100_000
MOST_TAGS = 3_000
_LONGEST_BLOCK = 4_000
"""A condition around more than this is about more than the link: it is left alone."""
_REMARK = r"{%-?\s*comment\s*-?%}\s*Retrack: "
# However long, as there may be a link for each of many carriers; but never over another remark,
# so that a template full of beginnings is not read to its end for each of them.
_OURS = re.compile(
    rf"{_REMARK}tracking links\s*{{%(?:(?!{_REMARK}).)*"
    rf"{_REMARK}end\s*{{%-?\s*endcomment\s*-?%}}",
    re.DOTALL,
)
_OPENING = re.compile(r"{[{%]")
_PAIRED = frozenset({"if", "for", "unless", "case", "capture", "tablerow", "comment", "raw"})
_SHOWN = re.compile(r"{{-?\s*fulfillment\.tracking_urls?\b[^{}]{0,80}}}")
_FULFILLMENTS = re.compile(r"fulfillment\.(\w+)")
_OUR_NAMES = re.compile(r"{{-?\s*(parcels?\b|links\b|several\b|customer\.place\b|order\.date\b)")
_KNOWN = ("tracking_company", "tracking_number", "tracking_numbers", "tracking_url",
          "tracking_urls", "item_count", "fulfillment_line_items", "estimated_delivery_at",
          "created_at", "requires_shipping", "service_name")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found. `problem` is a key the page turns into words; `line` from 1.

    `hint` is what may have been meant.

    Problems: `long`, `syntax`, `unclosed`, `missing`, `doubled`, `outdated`, `shopify_only`,
    `shopify_too`, `name`, `not_encoded`.
    """

    problem: str
    line: int = 0
    what: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, and the template with the block in its place; empty where it is no use."""

    findings: tuple[Finding, ...]
    mended: str = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """The links as they should be: the `block` for all parcels, and `inline` the address of the
    first, for where a template shows it within something else. `url` is where they lead."""

    block: str
    inline: str
    url: str


def examine(text: str, remedy: Remedy) -> Report:
    """Look the template through."""
    if broken := _broken(text):
        return Report((broken,))
    unencoded = _unencoded(remedy.url)
    loose = tuple(_at(text, "not_encoded", found) for found in unencoded.finditer(text))
    mended = unencoded.sub(r"\1{{ \2 | url_encode }}", _mended(text, remedy))
    return Report((*_links(text, remedy), *_names(text), *loose), mended if mended != text else "")


def _broken(text: str) -> Finding | None:
    """Why it cannot be a template at all. Shopify's own engine takes a little more than ours, which
    is only reached by what is closed: it would look for the rest of `{{` again and again."""
    if len(text) > LONGEST or text.count("{%") + text.count("{{") > MOST_TAGS:
        return Finding("long")
    for start, end in _pieces(text):
        if end < 0:
            return Finding("unclosed", _line(text, start), text[start : start + 30])
    _, unclosed = _blocks(text)
    if unclosed:
        return Finding("unclosed", _line(text, unclosed[-1].start), unclosed[-1].opening)
    try:
        Environment().from_string(text)
    except LiquidError as error:
        return Finding("syntax", _line(text, error.token.start_index) if error.token else 0)
    return None


def _links(text: str, remedy: Remedy) -> Iterator[Finding]:
    """What is wrong with the links to the parcels."""
    ours, rest = list(_OURS.finditer(text)), _without_ours(text)
    shown = _SHOWN.search(rest)
    linked = ours or "retrack_link" in rest or remedy.url.partition(PLACE)[0] in rest
    if len(ours) > 1:
        yield _at(text, "doubled", ours[1])
    if ours and _squeezed(ours[0][0]) != _squeezed(remedy.block):
        yield _at(text, "outdated", ours[0])
    if shown:
        yield _at(text, "shopify_too" if linked else "shopify_only", shown)
    elif not linked:
        yield Finding("missing")


def _names(text: str) -> Iterator[Finding]:
    """Names that Shopify does not know: our own, and those that were mistyped."""
    for found in _OUR_NAMES.finditer(text):
        yield _at(text, "name", found, found[1])
    for found in _FULFILLMENTS.finditer(text):
        near = get_close_matches(found[1], _KNOWN, n=1, cutoff=0.85)
        if near and near[0] != found[1]:
            yield _at(text, "name", found, found[0], f"fulfillment.{near[0]}")


def _unencoded(url: str) -> re.Pattern[str]:
    """The merchant's address with a number put behind it as it is."""
    before = re.escape(url.partition(PLACE)[0])
    return re.compile(rf"({before}){{{{-?\s*([\w.]+)\s*-?}}}}")


def _mended(text: str, remedy: Remedy) -> str:
    """The template with one block of ours, and no link of Shopify's own."""
    rest = _without_ours(text)
    spans = _outermost([found.span() for found in _OURS.finditer(text)] + _shopifys(rest))
    if not spans and not _SHOWN.search(rest) and any(_links(text, remedy)):
        place = _place(text)
        spans = [(place, place)]
    for number, (start, end) in reversed(list(enumerate(spans))):
        text = text[:start] + ("" if number else remedy.block) + text[end:]
    return _SHOWN.sub(lambda _: remedy.inline, text)


def _shopifys(text: str) -> list[tuple[int, int]]:
    """The parts of Shopify's that show links to the carrier, from their condition to its end."""
    blocks, _ = _blocks(text)
    return [
        (block.start, block.end)
        for block in blocks
        if "fulfillment.tracking_" in block.opening
        and block.end - block.start <= _LONGEST_BLOCK
        and _SHOWN.search(text, block.start, block.end)
        and "line_item" not in text[block.start : block.end]
    ]


def _outermost(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans that lie in no other one, in their order."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _place(text: str) -> int:
    """Where links fit into a template that has none: below its words, else at its end."""
    body = re.search(r"{{-?\s*email_body\s*-?}}\s*(</p>)?", text)
    if body:
        return body.end()
    end = text.rfind("</body>")
    return len(text) if end < 0 else end


def _without_ours(text: str) -> str:
    """The template with our links blanked out, every sign of the rest in its place."""
    return _OURS.sub(lambda found: re.sub(r"\S", " ", found[0]), text)


@dataclass(frozen=True, slots=True)
class _Block:
    """A tag and all up to the one that ends it (-1: none does)."""

    start: int
    end: int
    word: str
    opening: str


def _blocks(text: str) -> tuple[list[_Block], list[_Block]]:
    """The blocks that are closed, and those that are not."""
    closed: list[_Block] = []
    still_open: list[_Block] = []
    for start, end in _pieces(text):
        inner = text[start + 2 : end - 2] if text.startswith("{%", start) else ""
        word = next(iter(inner.strip("-").split(None, 1)), "").rstrip()
        if word in _PAIRED:
            still_open.append(_Block(start, -1, word, inner.strip("- \n")[:60]))
        elif still_open and word == f"end{still_open[-1].word}":
            block = still_open.pop()
            closed.append(_Block(block.start, end, block.word, block.opening))
    return closed, still_open


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where each tag and each value begins and ends (-1: it does not)."""
    at = 0
    while found := _OPENING.search(text, at):
        at = text.find("%}" if found[0] == "{%" else "}}", found.end()) + 2
        if at < 2 or _OPENING.search(text, found.end(), at):
            yield found.start(), -1
            return
        yield found.start(), at


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _at(text: str, problem: str, found: re.Match[str], what: str = "", hint: str = "") -> Finding:
    return Finding(problem, _line(text, found.start()), what, hint)


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
