"""Finds tracking numbers in pasted text: in lines, lists, groups of signs, behind labels, in links.

The text is cut at signs that end a number. The words of a piece are then put together as far as
they make a number of a known format; what is left counts as one number, written in groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from unicodedata import normalize
from urllib.parse import unquote

from shopify_app.domain.number_formats import Confidence, fits, has_shape

SHORTEST, LONGEST = 5, 50
"""What 17TRACK takes for a number; anything shorter in a text is a count, a day, an order."""

_WHOLE = 8
"""A word this long may be a number by itself; the groups a number is printed in are shorter."""

_GROUPED = 10
"""A number of fewer signs is not printed in groups."""

_LINK = re.compile(r"((?:https?://|\b(?:[\w-]+\.)+[a-z]{2,}/)\S+)", re.IGNORECASE)
_LINK_PARTS = re.compile(r"[/?&#=,;|\s]|\butm_\w+=[^&#]*")
_BETWEEN = re.compile(r"[,;|\n\r/=#()\[\]{}<>\"'“”、]|\b(?:no|nr)\.(?=\s*\w)|(:)", re.IGNORECASE)
_NOT_A_SIGN = re.compile(r"[^0-9A-Z]")
_CARRIERS = frozenset({"DHL", "DPD", "EMS", "GHN", "GLS", "TNT", "UPS"})


def normalise(text: str) -> str:
    """The number in capitals without spaces, hyphens and other signs; empty if nothing is left."""
    return _NOT_A_SIGN.sub("", text.upper())


def split(text: str) -> list[str]:
    """The numbers in pasted text, normalised, in their order, each once.

    A number that is written in groups ("RR 123 456 785 CN") stays one. Words without a digit are
    taken for labels, and short ones for counts, unless a single word is all there is.
    """
    if text.isalnum() and text.isascii():
        return [text.upper()]
    text = normalize("NFKC", text.replace("№", "No."))
    found = dict.fromkeys(number for piece in _pieces(text) for number in _numbers(piece))
    alone = normalise(text)
    return list(found) or ([alone] if alone and len(text.split()) == 1 else [])


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the text. `whole`: it may be a number by itself. `group`: it may be part of one.

    `label`: a join that begins with it needs a check digit to be believed.
    """

    signs: str
    whole: bool
    group: bool
    label: bool


def _word(text: str) -> _Word:
    signs = normalise(text)
    has_digit = any(sign.isdigit() for sign in signs)
    in_capitals = text.isupper()
    return _Word(
        signs,
        whole=len(signs) >= _WHOLE and (has_digit or in_capitals),
        # The letters that may stand alone are those of S10: RR 123 456 785 CN.
        group=len(signs) < _WHOLE and (has_digit or (in_capitals and len(signs) <= 2)),
        label=not has_digit and (not in_capitals or signs in _CARRIERS),
    )


def _pieces(text: str) -> Iterator[list[_Word]]:
    """The words that may belong together. Every second part that `_LINK` leaves is a link."""
    for place, part in enumerate(_LINK.split(text)):
        yield from _of_link(part) if place % 2 else _of_text(part)


def _of_link(link: str) -> Iterator[list[_Word]]:
    """What may be a number in a link: not the host, no short words, no campaign."""
    _, _, behind_host = unquote(link).rpartition("://")[2].partition("/")
    for part in _LINK_PARTS.split(behind_host):
        word = _word(part)
        if word.whole and not word.signs.isalpha():
            yield [word]


def _of_text(text: str) -> Iterator[list[_Word]]:
    """The pieces between separators; one before a colon is a label, unless it holds a number."""
    pieces = _BETWEEN.split(text)
    for piece, colon in zip(pieces[::2], [*pieces[1::2], None], strict=True):
        words = [word for word in map(_word, piece.split()) if word.signs]
        if not colon or any(_known_sizes(words)):
            yield words


def _numbers(words: Sequence[_Word]) -> Iterator[str]:
    sizes = _known_sizes(words)
    start = 0
    while start < len(words):
        size = sizes[start] or _unknown_size(words, start, sizes)
        number = _joined(words[start : start + size])
        if SHORTEST <= len(number) <= LONGEST:
            yield number
        start += size or 1


def _joined(words: Sequence[_Word]) -> str:
    return "".join(word.signs for word in words)


def _known_sizes(words: Sequence[_Word]) -> list[int]:
    """For each word: how many from it on are one number of a known format; 0 if none are."""
    sizes = [0] * (len(words) + 1)
    for start in reversed(range(len(words))):
        for end in range(_furthest(words, start), start, -1):
            if _may_end(words, start, end, sizes) and _is_one(words[start:end]):
                sizes[start] = end - start
                break
    return sizes


def _furthest(words: Sequence[_Word], start: int) -> int:
    """Where a number that begins at `start` ends at the latest: at most one word in it is whole."""
    length = wholes = 0
    end = start
    for word in islice(words, start, start + LONGEST):
        length += len(word.signs)
        wholes += word.whole
        if length > LONGEST or wholes > 1:
            break
        end += 1
    return end


def _may_end(words: Sequence[_Word], start: int, end: int, sizes: Sequence[int]) -> bool:
    """Groups of digits fit some format by chance: only check digits allow to cut them in two."""
    goes_on = end < len(words) and not words[end].whole and words[end].signs.isdigit()
    if not goes_on or not _joined(words[start:end]).isdigit():
        return True
    return _is_certain(words[start:end]) and _is_certain(words[end : end + sizes[end]])


def _is_one(words: Sequence[_Word]) -> bool:
    """Whether these words are one number: by a check digit, or by its shape with good reason."""
    number = _joined(words)
    if len(words) == 1:
        return words[0].whole and any(fits(number))
    if len(number) < _GROUPED:
        return False
    confidences = {confidence for _, confidence in fits(number)}
    if Confidence.CHECK_DIGIT in confidences or words[0].label:
        return Confidence.CHECK_DIGIT in confidences
    wholes = [word for word in words if word.whole]
    if not wholes:
        return has_shape(number)
    return bool(confidences) and not (number.isdigit() and any(fits(wholes[0].signs)))


def _unknown_size(words: Sequence[_Word], start: int, sizes: Sequence[int]) -> int:
    """How many words from `start` on are the groups of a number of no known format; 0 if none."""
    if words[start].whole:
        return 0 if words[start].signs.isalpha() else 1
    end, furthest = start, _furthest(words, start)
    while end < furthest and words[end].group:
        if end > start and _is_certain(words[end : end + sizes[end]]):
            break
        end += 1
    if end == furthest < len(words) and words[end].group:
        return 1  # too long for one number, so each is its own
    return 0 if _joined(words[start:end]).isalpha() else end - start


def _is_certain(words: Sequence[_Word]) -> bool:
    """Whether words of a known format do not just look like it: by letters or a check digit."""
    number = _joined(words)
    confidences = {confidence for _, confidence in fits(number)}
    return bool(words) and (not number.isdigit() or Confidence.CHECK_DIGIT in confidences)
