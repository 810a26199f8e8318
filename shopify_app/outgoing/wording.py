"""What a message says in its own words: the shipped ones, or the merchant's in their place."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from shopify_app.domain import message_template
from shopify_app.domain.message_template import Mistake
from shopify_app.domain.notification import EMAIL, SMS

log = logging.getLogger(__name__)

PARTS = {EMAIL: ("subject", "headline", "lead", "note"), SMS: ("text",)}
"""The parts of a message by its channel."""
_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
_BLOCK = re.compile(r"{% block (\w+) %}(.*?){% endblock %}", re.DOTALL)


@cache
def shipped(event: str, language: str, channel: str) -> Mapping[str, str]:
    """The shipped words by part, as they are written."""
    text = (_TEMPLATES / channel / event / f"{language}.txt").read_text().strip()
    return dict(_BLOCK.findall(text)) if channel == EMAIL else {"text": text}


def say(
    event: str, language: str, channel: str, names: Mapping[str, Any], own: Mapping[str, str]
) -> dict[str, str]:
    """The words by part. `own` are the merchant's; what of them cannot be said falls back."""
    words = {}
    for part, text in shipped(event, language, channel).items():
        try:
            words[part] = message_template.render(own.get(part, text), names)
        except Mistake as mistake:
            if part not in own:
                raise
            log.warning("%s of %s (%s, %s): %s", part, event, language, channel, mistake)
            words[part] = message_template.render(text, names)
    return words
