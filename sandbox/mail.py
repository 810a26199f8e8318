"""The mail server: it takes every mail, or fails in one of the ways mail servers do."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import socket
from email.message import EmailMessage
from sqlite3 import Row

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.database import Json, dump
from sandbox.moments import from_seconds, stamp
from sandbox.world import World

UNAVAILABLE = "421 4.3.2 Service is shutting down, try again later"
REJECTED = "550 5.1.1 Recipient address rejected: user unknown"


class Handler:
    """Answers a client at each step by the mode of the moment."""

    def __init__(self, world: World) -> None:
        self._world = world

    def _mode(self) -> str:
        return str(self._world.providers.get("mail", "mode"))

    async def handle_MAIL(  # noqa: N802 aiosmtpd looks for this name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self._mode() == "busy":
            return UNAVAILABLE
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self._mode() == "reject":
            return REJECTED
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail. With `drop` the sender never learns that it has arrived."""
        dropped = self._mode() == "drop"
        self._world.database.run(
            "INSERT INTO mails (received_at, sender, recipients, acknowledged, raw)"
            " VALUES (?, ?, ?, ?, ?)",
            self._world.clock.seconds(), envelope.mail_from or "", dump(envelope.rcpt_tos),
            not dropped, envelope.original_content or b"",
        )  # fmt: skip
        if dropped and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 OK: queued"


class MailServer:
    """Listens while the mode is not `down`; then connections are refused."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.port = world.config.smtp_port or _free_port(world.config.host)
        self._controller: Controller | None = None

    def follow_mode(self) -> None:
        """Listen or stop listening, as the mode of the moment says."""
        down = self._world.providers.get("mail", "mode") == "down"
        if down:
            self.stop()
        elif self._controller is None:
            host = self._world.config.host
            self._controller = Controller(Handler(self._world), hostname=host, port=self.port)
            self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def summary(row: Row) -> Json:
    """A mail in short, for lists."""
    message = parsed(row)
    return {
        "id": row["id"],
        "received_at": stamp(from_seconds(row["received_at"])),
        "from": str(message.get("From", row["sender"])),
        "to": json.loads(row["recipients"]),
        "subject": str(message.get("Subject", "")),
        "acknowledged": bool(row["acknowledged"]),
    }


def whole(row: Row) -> Json:
    """A mail with its headers and parts."""
    message = parsed(row)
    return {
        **summary(row),
        "headers": [[name, str(value)] for name, value in message.items()],
        "text": _part(message, "plain"),
        "html": _part(message, "html"),
    }


def parsed(row: Row) -> EmailMessage:
    return email.message_from_bytes(row["raw"], policy=email.policy.default)


def _part(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else None


def received(world: World, limit: int = 200) -> list[Row]:
    """The newest mails first."""
    return world.database.rows("SELECT * FROM mails ORDER BY id DESC LIMIT ?", limit)


def one(world: World, mail_id: int) -> Row | None:
    return world.database.row("SELECT * FROM mails WHERE id = ?", mail_id)
