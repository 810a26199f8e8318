"""Reading a bounce: a mail server's report that a mail did not arrive (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

NO_SUCH_ADDRESS = re.compile(r"5\.1\.[0-9]+|5\.2\.1")
"""RFC 3463: the address is bad, or its mailbox is closed. Others pass, or are about the mail."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail of ours that came back for good: its Message-ID, to whom, and the status code."""

    message_id: str
    address: str
    status: str

    @property
    def no_such_address(self) -> bool:
        """Whether no other mail will arrive there either."""
        return bool(NO_SUCH_ADDRESS.fullmatch(self.status))


def read(raw: bytes) -> Bounce | None:
    """The bounce in a mail, None if it is something else, or a delay that may still end well."""
    parts = list(message_from_bytes(raw).walk())
    failed = next((f for f in _recipients(parts) if _word(f, "Action").lower() == "failed"), None)
    if failed is None:
        return None
    ours = (part["Message-ID"] for part in parts[1:] if part["Message-ID"])
    address = _word(failed, "Original-Recipient") or _word(failed, "Final-Recipient")
    return Bounce(
        message_id=str(next(ours, None) or _quoted_id(parts)).strip(),
        address=address.rpartition(";")[2].strip(),
        status=_word(failed, "Status").split(" ")[0],
    )


def _recipients(parts: list[Message]) -> Iterator[Message]:
    """What the report says of each recipient: a part of headers alone."""
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            yield from (each for each in part.get_payload() if isinstance(each, Message))


def _quoted_id(parts: list[Message]) -> str:
    """The Message-ID in a part that quotes the headers of our mail as a text."""
    for part in parts:
        if part.get_content_type() == "text/rfc822-headers":
            found = re.search(r"(?im)^message-id:\s*(<[^>\s]+>)", str(part.get_payload()))
            if found:
                return found[1]
    return ""


def _word(headers: Message, name: str) -> str:
    return str(headers[name] or "").strip()
