"""A mail as it travels: a text with an HTML alternative, in bytes.

They are laid together here: the standard library's message object reads each header anew whenever
it is asked for it, and would cost more than all else of a mail.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime

from shopify_app import clock
from shopify_app.outgoing.errors import Permanent

_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII | re.I)
_PLAIN = re.compile(r"[A-Za-z0-9 #&'-]{0,60}")
"""Words that mean the same in any header without quotes or code, and need no second line."""
_BOUNDARY = "=_retrack"
"""RFC 2045, 6.7: neither of the codes that a body is written in can say this."""


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
    headers["MIME-Version"] = "1.0"
    headers["Content-Type"] = f'multipart/alternative; boundary="{_BOUNDARY}"'
    parts = (_part("plain", mail.text), _part("html", mail.html))
    body = b"".join(b"--%s\r\n%s" % (_BOUNDARY.encode(), part) for part in parts)
    content = b"%s\r\n%s--%s--\r\n" % (_lines(headers), body, _BOUNDARY.encode())
    return Letter(from_address, to, message_id, content)


def _part(kind: str, text: str) -> bytes:
    """One of the alternatives, in whichever of the two codes makes it shorter."""
    lines = b"".join(line + b"\r\n" for line in text.encode().splitlines())
    quoted = "quoted-printable", binascii.b2a_qp(lines)
    coded = "base64", base64.encodebytes(lines).replace(b"\n", b"\r\n")
    code, body = min(quoted, coded, key=lambda way: len(way[1]))
    told = {"Content-Type": f'text/{kind}; charset="utf-8"', "Content-Transfer-Encoding": code}
    return b"%s\r\n%s\r\n" % (_lines(told), body)


def _lines(headers: dict[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")


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
