"""Email over SMTP, or into files while no server is set."""

from __future__ import annotations

import re
import smtplib
import ssl
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_string
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from shopify_app import clock
from shopify_app.outgoing.errors import Permanent, Refused, Retry, Uncertain

TIMEOUT = 20
MOST_MAILS = 100
"""For one connection: servers have limits of their own, and few have a lower one."""
LOG_IN_FIRST = 530
"""RFC 4954: a matter of our settings, not of the mail."""
LOCAL = {"localhost", "127.0.0.1", "::1"}
"""Hosts to which a password may go without TLS."""

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


Send = Callable[[EmailMessage], str]
"""Sends a composed mail and returns its Message-ID. Raises an error of `outgoing.errors`."""


class Sender(Protocol):
    """A way mails go, which may keep something open until it is told to rest."""

    def __call__(self, message: EmailMessage) -> str: ...

    def rest(self) -> None: ...


def sender(smtp_url: str, folder: Path) -> Sender:
    """The way mails go: `smtp://`, `smtps://`, or (no address) files in `folder`."""
    return _Smtp(smtp_url) if smtp_url else _Files(folder)


def compose(mail: Mail) -> EmailMessage:
    """The message as it travels: text with an HTML alternative. Raises Permanent."""
    from_address = _address(mail.from_address)
    headers = {
        "From": _encoded("From", mail.from_name, f"<{from_address}>"),
        "To": _address(mail.to),
        "Subject": _encoded("Subject", mail.subject),
        "Reply-To": _address(mail.reply_to or mail.from_address),
        "Date": format_datetime(clock.now()),
        "Message-ID": f"<{mail.key or uuid.uuid4()}@{from_address.rpartition('@')[2]}>",
        "Auto-Submitted": "auto-generated",
    }
    if mail.stop_url:  # RFC 8058
        headers["List-Unsubscribe"] = f"<{mail.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    message = message_from_string(head, policy=_POLICY)
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


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


class _Files:
    """One `.eml` a mail, so that all works without a mail server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, message: EmailMessage) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{uuid.uuid4()}.eml").write_bytes(message.as_bytes())
        return str(message["Message-ID"])

    def rest(self) -> None:
        """Nothing is open."""


class _Smtp:
    """One connection for mails that follow each other: a new one costs more than a mail does.

    TLS is used where the server offers it, and always for `smtps`.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._smtps = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._smtps else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._open: smtplib.SMTP | None = None
        self._carried = 0

    def __call__(self, message: EmailMessage) -> str:
        try:
            with _nothing_is_out():
                server = self._ready()
                _address_envelope(server, message)
            _transmit(server, message)
        except BaseException:  # whatever it was, the next mail begins on a clean line
            self.rest()
            raise
        self._carried += 1
        return str(message["Message-ID"])

    def rest(self) -> None:
        """There is no more to send for now."""
        if self._open:
            _hang_up(self._open)
        self._open = None

    def _ready(self) -> smtplib.SMTP:
        if self._open and (self._carried >= MOST_MAILS or not _listens(self._open)):
            self.rest()
        if self._open is None:
            self._open, self._carried = self._connected(), 0
            self._greet(self._open)
        return self._open

    def _connected(self) -> smtplib.SMTP:
        if self._smtps:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        secure = self._smtps
        if not secure and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            secure = True
        if self._user:
            if not (secure or self._host in LOCAL):
                raise Retry("mail_no_tls")
            self._log_in(server)

    def _log_in(self, server: smtplib.SMTP) -> None:
        try:
            server.login(self._user, self._password)
        except smtplib.SMTPAuthenticationError as error:
            raise _no_login(error.smtp_code) from error
        except (
            smtplib.SMTPNotSupportedError,
            UnicodeEncodeError,  # from a name or password that is not ASCII
        ) as error:
            raise Refused("mail_login") from error


@contextmanager
def _nothing_is_out() -> Iterator[None]:
    """What breaks before the server was asked to take the body is certain. Raises Retry."""
    try:
        yield
    except OSError as error:  # of which smtplib's own errors are a kind
        raise Retry("mail_unreachable", type(error).__name__) from error


def _listens(server: smtplib.SMTP) -> bool:
    """Whether the server is still there and has forgotten the mail before."""
    try:
        return _taken(server.rset()[0])
    except OSError:
        return False


def _address_envelope(server: smtplib.SMTP, message: EmailMessage) -> None:
    """MAIL and RCPT."""
    server.ehlo_or_helo_if_needed()  # TLS made the server forget the first one
    from_address, to = (message[name].addresses[0].addr_spec for name in ("From", "To"))
    code, _ = server.mail(from_address)
    if code >= 500 and code != LOG_IN_FIRST:
        raise Refused("mail_sender", code)
    _expect_yes((code, b""))
    _expect_yes(server.rcpt(to))


def _transmit(server: smtplib.SMTP, message: EmailMessage) -> None:
    """DATA and the body: when the connection breaks or falls silent here, nobody can tell."""
    body = message.as_bytes()
    try:
        code, _ = server.data(body)
    except smtplib.SMTPDataError as error:  # it did not want the body
        raise _refusal(error.smtp_code) from error
    except OSError as error:
        raise Uncertain("broke") from error
    if not _taken(code):
        raise _refusal(code) if code >= 400 else Uncertain("broke")


def _expect_yes(reply: tuple[int, bytes]) -> None:
    if not _taken(reply[0]):
        raise _refusal(reply[0])


def _taken(code: int) -> bool:
    return 200 <= code < 300


def _no_login(code: int) -> Retry | Refused:
    """RFC 4954: 4xx is for now, such as 454 of a server whose own directory is away."""
    return Refused("mail_login") if code >= 500 else Retry("mail_login")


def _refusal(code: int) -> Retry | Permanent | Refused:
    """5xx is for ever; anything else that is no yes (smtplib has -1 for gibberish) for now."""
    if code == LOG_IN_FIRST:
        return Refused("mail_login")
    return Permanent("mail_refused", code) if code >= 500 else Retry("mail_later", code)


def _hang_up(server: smtplib.SMTP) -> None:
    """Say goodbye; whether that works changes nothing about the mail."""
    with suppress(OSError):
        server.quit()
