"""A mail as it travels: a text with an HTML alternative, in bytes."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from email import message_from_string
from email.header import Header
from email.policy import SMTP
from email.utils import format_datetime

from shopify_app import clock
from shopify_app.outgoing.errors import Permanent

# Our own headers are not folded again: that takes the quotes off long names, so that their commas
# make many mailboxes of one. And a body of 7 bits needs no leave of the server.
_POLICY = SMTP.clone(refold_source="none", cte_type="7bit")
_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII | re.I)
_PLAIN = re.compile(r"[A-Za-z0-9 #&'-]{0,60}")
"""Words that mean the same in any header without quotes or code, and need no second line."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One email to one customer."""

    to: str
    subject: str
    text: str
    html: str
    from_name: str
    from_address: str
    reply_to: str
    key: str = ""
    """Makes the Message-ID, so that a mail that is sent again is the same mail to who has it."""
    stop_url: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A composed mail: its envelope, its Message-ID, and all of it in seven bits."""

    from_address: str
    to: str
    id: str
    content: bytes


def compose(mail: Mail) -> Letter:
    """The mail as it travels. Raises Permanent."""
    from_address, to = _address(mail.from_address), _address(mail.to)
    message_id = f"<{mail.key or uuid.uuid4()}@{from_address.rpartition('@')[2]}>"
    headers = {
        "From": _encoded("From", mail.from_name, f"<{from_address}>"),
        "To": to,
        "Subject": _encoded("Subject", mail.subject),
        "Reply-To": _address(mail.reply_to or mail.from_address),
        "Date": format_datetime(clock.now()),
        "Message-ID": message_id,
        "Auto-Submitted": "auto-generated",
    }
    if mail.stop_url:  # RFC 8058
        headers["List-Unsubscribe"] = f"<{mail.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    message = message_from_string(head, policy=_POLICY)
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return Letter(from_address, to, message_id, message.as_bytes())


def _address(text: str) -> str:
    """The bare address, which stands in a header and an envelope as it is. Raises Permanent."""
    if not _ADDRESS.fullmatch(text.strip()):
        raise Permanent("bad_address")
    return text.strip()


def _encoded(name: str, text: str, address: str = "") -> str:
    """The value of the header `name`: a text on one line, in encoded words unless it is plain."""
    line = " ".join(text.split())
    header = Header(header_name=name)
    header.append(line, None if _PLAIN.fullmatch(line) else "utf-8")
    header.append(address)
    return header.encode(linesep="\r\n").strip()
