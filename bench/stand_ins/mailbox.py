"""A mail server that takes every mail."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from dev import process
from shopify_app.settings import ROOT


class Mailbox:
    """The Message-IDs of what arrived, in order; twice if it came twice."""

    def __init__(self) -> None:
        self.arrived: list[str] = []
        self.url = ""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.arrived.append(str(message_from_bytes(content)["Message-ID"]))
        return "250 OK"


@contextmanager
def running() -> Iterator[Mailbox]:
    """A mail server of this process, at a free port."""
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    mailbox.url = f"smtp://127.0.0.1:{port}"
    try:
        yield mailbox
    finally:
        server.stop()


@contextmanager
def elsewhere() -> Iterator[str]:
    """The address of one in a process of its own, which takes no time from who is measured."""
    command = [sys.executable, "-m", "bench.stand_ins.mailbox"]
    server = process.spawn(command, output=subprocess.PIPE, cwd=ROOT)
    try:
        assert server.stdout
        yield server.stdout.readline().decode().strip()
    finally:
        process.stop(server)


if __name__ == "__main__":
    with running() as box:
        print(box.url, flush=True)
        signal.pause()
