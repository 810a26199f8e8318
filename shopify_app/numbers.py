"""Whole numbers out of what others write, where anybody can write anything."""

from __future__ import annotations

LARGEST_ID = 2**63 - 1


def whole(text: str, most: int = LARGEST_ID) -> int | None:
    """The number in a text, from 0 to `most`; None if it is anything else.

    A text that is too long is not read at all: Python refuses some thousand digits.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ID))):
        return None
    return found if (found := int(text)) <= most else None
