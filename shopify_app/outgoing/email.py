"""Email over SMTP, or into files while no server is set."""

from __future__ import annotations

import smtplib
import ssl
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from shopify_app.outgoing.errors import Permanent, Refused, Retry, Uncertain
from shopify_app.outgoing.letter import Letter

TIMEOUT = 20
SOON = 5
"""How long an operator waits to hear whether the server is there."""
MOST_MAILS = 100
"""For one connection: servers have limits of their own, and few have a lower one."""
LOG_IN_FIRST = 530
"""RFC 4954: a matter of our settings, not of the mail."""
LOCAL = {"localhost", "127.0.0.1", "::1"}
"""Hosts to which a password may go without TLS."""

Send = Callable[[Letter], str]
"""Sends a composed mail and returns its Message-ID. Raises an error of `outgoing.errors`."""


class Sender(Protocol):
    """A way mails go, which may keep something open until it is told to rest."""

    def __call__(self, letter: Letter) -> str: ...

    def rest(self) -> None: ...


def reach(smtp_url: str) -> None:
    """Greet the server, and no more. Raises OSError if it does not answer soon."""
    way = _Smtp(smtp_url)
    server = way.connected(SOON)
    try:
        server.ehlo_or_helo_if_needed()
    finally:
        _hang_up(server)


def sender(smtp_url: str, folder: Path) -> Sender:
    """The way mails go: `smtp://`, `smtps://`, or (no address) files in `folder`."""
    return _Smtp(smtp_url) if smtp_url else _Files(folder)


class _Files:
    """One `.eml` a mail, so that all works without a mail server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, letter: Letter) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{uuid.uuid4()}.eml").write_bytes(letter.content)
        return letter.id

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

    def __call__(self, letter: Letter) -> str:
        try:
            with _nothing_is_out():
                server = self._ready(letter)
                _expect_yes(server.rcpt(letter.to))
            _transmit(server, letter.content)
        except BaseException:  # whatever it was, the next mail begins on a clean line
            self.rest()
            raise
        self._carried += 1
        return letter.id

    def rest(self) -> None:
        """There is no more to send for now."""
        if self._open:
            _hang_up(self._open)
        self._open = None

    def _ready(self, letter: Letter) -> smtplib.SMTP:
        """The server, which knows whom the mail is from; a new one if that which was kept open is
        gone, or has had enough.
        """
        kept = self._open if self._carried < MOST_MAILS else None
        if kept and _takes_another(kept, letter):
            return kept
        self.rest()
        self._open, self._carried = self.connected(TIMEOUT), 0
        self._greet(self._open)
        _begin(self._open, letter)
        return self._open

    def connected(self, seconds: float) -> smtplib.SMTP:
        """A new connection. Raises OSError."""
        if self._smtps:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=seconds, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=seconds)

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


def _takes_another(server: smtplib.SMTP, letter: Letter) -> bool:
    """Begin one where the one before was sent; False if the server is gone, or wants no more."""
    try:
        return _taken(server.mail(letter.from_address)[0])
    except OSError:
        return False


def _begin(server: smtplib.SMTP, letter: Letter) -> None:
    server.ehlo_or_helo_if_needed()  # TLS made the server forget the first one
    code, _ = server.mail(letter.from_address)
    if code >= 500 and code != LOG_IN_FIRST:
        raise Refused("mail_sender", code)
    _expect_yes((code, b""))


def _transmit(server: smtplib.SMTP, content: bytes) -> None:
    """DATA and the body: when the connection breaks or falls silent here, nobody can tell."""
    try:
        code, _ = server.data(content)
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
