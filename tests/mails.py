"""A mail as its reader's program opens it."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from shopify_app.outgoing.letter import Letter


def opened(letter: Letter) -> EmailMessage:
    """The mail that travels in these bytes."""
    return message_from_bytes(letter.content, policy=policy.default)
