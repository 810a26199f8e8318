"""Which of two descriptions with the same `updated_at` is the later one.

Shopify's times are whole seconds, and a store that fulfills by itself changes an order twice in
one. What Shopify answered when it was asked wins over what it told by itself: it was asked later.
Else the description that is further along wins: cancelled, then more shipped, then (to have one
rule for the rest) the larger hash.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import orjson


def version(body: Any, *, cancelled: bool, progress: int, asked: bool = False) -> str:
    """A text that sorts as its description does; `progress` counts what was shipped, `asked`: it is
    an answer, not a webhook.
    """
    content = hashlib.sha256(_raw(body)).hexdigest()[:16]
    return f"{int(asked)}{int(cancelled)}{min(progress, 99999):05}{content}"


def _raw(body: Any) -> bytes:
    """The body, written the same whatever the order of its fields."""
    try:
        return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # halves of signs and numbers beyond 64 bits, which only the slow one writes
        return json.dumps(body, sort_keys=True).encode()
