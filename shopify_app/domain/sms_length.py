"""How many parts a text is sent and paid as. Source: 3GPP TS 23.038 (GSM-7) and 23.040 (parts)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
"""Signs that take the room of two."""
_PLAIN_SIGNS = str.maketrans(
    {"đ": "d", "Đ": "D", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "..."}
)


@dataclass(frozen=True, slots=True)
class Length:
    """What a text takes: its signs as they are counted, the parts, and how many one part holds."""

    signs: int
    parts: int
    room: int
    accented: bool
    """Whether it has signs that GSM-7 lacks, so that a part holds 70 instead of 160."""


def measure(text: str) -> Length:
    """How the text is counted and cut."""
    accented = any(sign not in _BASIC and sign not in _EXTENDED for sign in text)
    widths = [_width(sign, accented=accented) for sign in text]
    whole, room = (70, 67) if accented else (160, 153)
    signs = sum(widths)
    if signs <= whole:
        return Length(signs, 1, whole, accented)
    return Length(signs, _parts(widths, room), room, accented)


def without_accents(text: str) -> str:
    """The text in signs that fit 160 into a part: `Đơn đã gửi` becomes `Don da gui`."""
    decomposed = unicodedata.normalize("NFD", text.translate(_PLAIN_SIGNS))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _width(sign: str, *, accented: bool) -> int:
    if accented:
        return 2 if ord(sign) > 0xFFFF else 1
    return 2 if sign in _EXTENDED else 1


def _parts(widths: Iterable[int], room: int) -> int:
    """A sign of two never stands across the end of a part."""
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts
