"""Email over SMTP, or into files while no server is set."""

from __future__ import annotations

import smtplib
import ssl
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from shopify_app import clock
from shopify_app.outgoing.errors import Permanent, Retry, Uncertain

TIMEOUT = 20
LOCAL = {"localhost", "127.0.0.1", "::1"}
"""Hosts to which a password may go without TLS."""


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


Send = Callable[[EmailMessage], str]
"""Sends a composed mail and returns its Message-ID. Raises Retry, Permanent or Uncertain."""


def sender(smtp_url: str, folder: Path) -> Send:
    """The way mails go: `smtp://`, `smtps://`, or (no address) files in `folder`."""
    return _Smtp(smtp_url) if smtp_url else _Files(folder)


def compose(mail: Mail) -> EmailMessage:
    """The message as it travels: text with an HTML alternative. Raises Permanent."""
    message = EmailMessage(policy=SMTP)
    if not (mail.to + mail.from_address).isascii():
        raise Permanent("bad_address")
    try:
        message["From"] = formataddr((mail.from_name, mail.from_address))
        message["To"] = mail.to
        message["Subject"] = " ".join(mail.subject.split())
        message["Reply-To"] = mail.reply_to or mail.from_address
    except (ValueError, AttributeError, IndexError) as error:
        # What the standard library's parser raises on an address that is none.
        raise Permanent("bad_address") from error
    message["Date"] = format_datetime(clock.now())
    domain = parseaddr(mail.from_address)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{uuid.uuid4()}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


class _Files:
    """One `.eml` a mail, so that all works without a mail server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, message: EmailMessage) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{uuid.uuid4()}.eml").write_bytes(message.as_bytes())
        return str(message["Message-ID"])


class _Smtp:
    """One connection a mail. TLS is used where the server offers it, and always for `smtps`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._secure else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")

    def __call__(self, message: EmailMessage) -> str:
        server = self._connected()
        try:
            _transmit(server, message)
        finally:
            _hang_up(server)
        return str(message["Message-ID"])

    def _connected(self) -> smtplib.SMTP:
        try:
            return self._greet()
        except smtplib.SMTPAuthenticationError as error:
            raise Retry("mail_login") from error
        except (OSError, smtplib.SMTPException) as error:
            raise Retry("mail_unreachable", type(error).__name__) from error

    def _greet(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
                self._secure = True
        if self._user:
            self._log_in(server)
        return server

    def _log_in(self, server: smtplib.SMTP) -> None:
        if not (self._secure or self._host in LOCAL):
            server.close()
            raise Retry("mail_no_tls")
        server.login(self._user, self._password)


def _transmit(server: smtplib.SMTP, message: EmailMessage) -> None:
    """MAIL, RCPT, DATA. Before the body is out a failure is certain; after it, it is not."""
    envelope_from, to = (parseaddr(str(message[name]))[1] for name in ("From", "To"))
    try:
        server.ehlo_or_helo_if_needed()
        _expect(server.mail(envelope_from))
        _expect(server.rcpt(to))
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        raise Retry("mail_unreachable", type(error).__name__) from error
    try:
        _expect(server.data(message.as_bytes()))
    except smtplib.SMTPDataError as error:
        _expect((error.smtp_code, b""))
        raise Retry("mail_later") from error
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        raise Uncertain("broke") from error


def _hang_up(server: smtplib.SMTP) -> None:
    """Say goodbye; whether that works changes nothing about the mail."""
    with suppress(OSError, smtplib.SMTPException):
        server.quit()


def _expect(reply: tuple[int, bytes]) -> None:
    code = reply[0]
    if 400 <= code < 500:
        raise Retry("mail_later", code)
    if code >= 500:
        raise Permanent("mail_refused", code)
