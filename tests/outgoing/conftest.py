"""A mail server that goes by a script, at the other end of a socket pair."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO

import pytest

HANG_UP, SILENCE = "hang up", "silence"
HELLO, BODY = "the greeting", "the end of the body"
"""What the script calls the moments at which the server speaks unasked by a verb."""
_YES = {
    HELLO: "220 mail.test",
    "STARTTLS": "220 go on",
    "AUTH": "235 welcome",
    "DATA": "354 go on",
}


@dataclass
class MailServer:
    """Answers a verb as `script` says, once as `next_time` does, and agrees to everything else.

    TLS is played: `secured` has the host whose certificate was asked for at each start of it, and
    what follows is said in the clear. `heard` has the commands of the last connection.
    """

    script: dict[str, str] = field(default_factory=dict)
    next_time: dict[str, str] = field(default_factory=dict)
    offers: tuple[str, ...] = ()
    down: bool = False
    untrusted: bool = False
    addresses: list[tuple[str, int]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    secured: list[str] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def verbs(self) -> str:
        return " ".join(line.split()[0].upper() for line in self.heard)

    def connect(self, address: tuple[str, int], timeout: float, _source: object) -> socket.socket:
        """What smtplib calls to connect."""
        self.addresses.append(address)
        if self.down:
            raise ConnectionRefusedError
        self.heard = []
        ours, theirs = socket.socketpair()
        theirs.settimeout(timeout)
        self._threads.append(threading.Thread(target=self._serve, args=(ours, self.heard)))
        self._threads[-1].start()
        return theirs

    def wrap(self, context: ssl.SSLContext, sock: socket.socket, host: str) -> socket.socket:
        """What smtplib calls for TLS."""
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        if self.untrusted:
            sock.close()
            raise ssl.SSLCertVerificationError("self-signed certificate")
        self.secured.append(host)
        return sock

    def join(self) -> None:
        """Wait for the end of every connection; fails if the client left one open."""
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()

    def _serve(self, sock: socket.socket, heard: list[str]) -> None:
        with suppress(ConnectionError), sock, sock.makefile("rwb") as stream:
            self._talk(stream, heard)

    def _talk(self, stream: BinaryIO, heard: list[str]) -> None:
        going = self._say(stream, HELLO)
        while going and (line := stream.readline()):
            heard.append(line.decode().strip())
            verb = heard[-1].split()[0].upper()
            going = self._say(stream, verb)
            if verb == "DATA" and going and "DATA" not in self.script:
                self.bodies.append(_body(stream))
                going = self._say(stream, BODY)

    def _say(self, stream: BinaryIO, moment: str) -> bool:
        """Answer; False if that was the last word."""
        answer = (
            self.next_time.pop(moment, "") or self.script.get(moment) or _YES.get(moment, "250 yes")
        )
        if moment == "EHLO" and self.offers and moment not in self.script:
            answer = "\r\n".join(["250-mail.test", *(f"250-{o}" for o in self.offers), "250 HELP"])
        if answer not in {HANG_UP, SILENCE}:
            stream.write(f"{answer}\r\n".encode())
            stream.flush()
        return answer != HANG_UP


def _body(stream: BinaryIO) -> bytes:
    lines = []
    while (line := stream.readline()) not in {b".\r\n", b""}:
        lines.append(line.removeprefix(b"."))
    return b"".join(lines)


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """The server that every mail goes to, whatever its address."""
    server = MailServer()

    def wrap(context: ssl.SSLContext, sock: socket.socket, server_hostname: str) -> socket.socket:
        return server.wrap(context, sock, server_hostname)

    monkeypatch.setattr(socket, "create_connection", server.connect)
    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    yield server
    server.join()
