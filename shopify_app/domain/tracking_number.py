"""How a tracking number is written, and cleaned so that two spellings are one number."""

from __future__ import annotations

import re

_NOT_A_SIGN = re.compile(r"[^0-9A-Z]")


def normalise(text: str) -> str:
    """The number in capitals without spaces, hyphens and other signs; empty if nothing is left."""
    return _NOT_A_SIGN.sub("", text.upper())
