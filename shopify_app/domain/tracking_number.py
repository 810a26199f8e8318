"""How a tracking number is written, and whose it can be.

Recognising is advice: a number that fits no format is as good as any other until a carrier's
system says that it does not know it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shopify_app.domain.number_formats import Confidence, fits, misfits
from shopify_app.domain.number_text import LONGEST, normalise, split

__all__ = [
    "Candidate",
    "Confidence",
    "doubt",
    "flaw",
    "mistyped",
    "normalise",
    "recognise",
    "split",
]

_SUREST_FIRST = list(Confidence)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A carrier whose number it can be: its key in `carrier_names.CARRIERS`, and how sure."""

    carrier: str
    confidence: Confidence


def recognise(number: str) -> list[Candidate]:
    """The carriers whose number it can be, the likeliest first; empty where no format fits."""
    best: dict[str, Confidence] = {}
    for carrier, confidence in sorted(fits(normalise(number)), key=lambda fit: _rank(fit[1])):
        best.setdefault(carrier, confidence)
    return [Candidate(carrier, confidence) for carrier, confidence in best.items()]


def mistyped(number: str) -> str:
    """The carrier whose number it would be, had it another check digit; empty if it may be fine.

    Fewer than twenty digits tell nothing: many carriers write such numbers by rules of their own.
    """
    number = normalise(number)
    telling = len(number) >= 20 or not number.isdigit()
    return next(misfits(number), "") if telling and not recognise(number) else ""


def flaw(number: str) -> str:
    """What keeps a text from being a number at any carrier: `not_a_number` or `too_long`.

    Empty if it may be one.
    """
    key = normalise(number)
    if not any(sign.isdigit() for sign in key):
        return "not_a_number"
    return "too_long" if len(key) > LONGEST else ""


def doubt(number: str) -> str:
    """The number with one mistaken sign put right (O for 0, I or L for 1); empty if none helps.

    A sign counts as mistaken if the other in its place makes the number fit a carrier better, and
    no other repair does as well.
    """
    number = normalise(number)
    ranks = {repair: _best_rank(repair) for repair in _repairs(number)}
    surest = min(ranks.values(), default=_best_rank(number))
    found = [repair for repair, rank in ranks.items() if rank == surest]
    return found[0] if len(found) == 1 and surest < _best_rank(number) else ""


def _rank(confidence: Confidence) -> int:
    return _SUREST_FIRST.index(confidence)


def _best_rank(number: str) -> int:
    return min((_rank(confidence) for _, confidence in fits(number)), default=len(Confidence))


def _repairs(number: str) -> Iterator[str]:
    """Digits may be meant anywhere, letters only where numbers have them: in front and behind."""
    for place, sign in enumerate(number):
        at_an_end = place < 2 or place >= len(number) - 2
        meant = {"O": "0", "I": "1", "L": "1"}.get(sign)
        if at_an_end and not meant:
            meant = {"0": "O", "1": "I"}.get(sign)
        if meant:
            yield number[:place] + meant + number[place + 1 :]
