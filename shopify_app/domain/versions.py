"""Which of two descriptions with the same `updated_at` is the later one.

Shopify's times are whole seconds, and a store that fulfills by itself changes an order twice in
one. So the description that is further along wins: cancelled, then more shipped, then (to have one
rule for the rest) the larger hash.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any


def version(body: Any, *, cancelled: bool, progress: int) -> str:
    """A text that sorts as its description does; `progress` counts what was shipped."""
    raw = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return f"{int(cancelled)}{min(progress, 99999):05}{hashlib.sha256(raw).hexdigest()[:16]}"
