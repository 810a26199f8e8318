"""Mails that come back: the report a mail server makes, posted to where it would be piped."""

from __future__ import annotations

import json
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, make_msgid
from sqlite3 import Row

from sandbox import mail
from sandbox.world import World

HOST = "mail.sandbox.example"
STATUSES = {
    "5.1.1": "the address does not exist",
    "5.2.2": "the mailbox is full",
    "5.7.1": "the mail was taken for spam",
}
"""What may be wrong, by the codes of RFC 3463."""


def report(world: World, row: Row, status: str) -> bytes:
    """The delivery status notification (RFC 3464) of a mail that was taken and came back."""
    recipient = json.loads(row["recipients"])[0]
    whole = MIMEMultipart("report", report_type="delivery-status")
    whole["From"], whole["To"] = f"Mail Delivery System <MAILER-DAEMON@{HOST}>", row["sender"]
    whole["Subject"] = "Undelivered Mail Returned to Sender"
    whole["Date"] = format_datetime(world.clock.now())
    whole["Message-ID"] = make_msgid(domain=HOST)
    whole.attach(MIMEText(f"<{recipient}>: {STATUSES[status]}\n"))
    whole.attach(_told(recipient, status))
    whole.attach(MIMEMessage(mail.parsed(row)))
    return whole.as_bytes()


def _told(recipient: str, status: str) -> MIMEBase:
    """What a program reads: a group of headers of the server, and one of the recipient."""
    of_server, of_recipient = Message(), Message()
    of_server["Reporting-MTA"] = f"dns; {HOST}"
    of_recipient["Final-Recipient"] = f"rfc822; {recipient}"
    of_recipient["Action"] = "failed"
    of_recipient["Status"] = status
    of_recipient["Diagnostic-Code"] = f"smtp; 550 {status} {STATUSES[status]}"
    part = MIMEBase("message", "delivery-status")
    part.set_payload([of_server, of_recipient])
    return part


def send(world: World, row: Row, status: str) -> None:
    """Post the report to the app. Raises ValueError if nobody said where mails come back to."""
    url = world.providers.get("mail", "bounce_url")
    if not url:
        raise ValueError("the mail server was not told where mails come back to (bounce_url)")
    headers = {"Content-Type": "message/rfc822"}
    world.postman.post("mail", "bounce", "", url, headers, report(world, row, status))
