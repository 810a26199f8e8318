"""Messages a second through SMTP: one connection for those that follow each other, or one each.

`jobs.deliver` sends the same messages both ways, by turns, to a mail server of this machine,
without TLS. See docs/benchmarks.md.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from unittest import mock

from sqlalchemy import update

from bench import house, mailbox, results
from dev import valkey
from shopify_app import bootstrap, clock, database
from shopify_app.jobs import deliver
from shopify_app.models import Outbox
from shopify_app.outgoing import email
from shopify_app.outgoing.letter import Mail, compose
from shopify_app.tenants import across_shops

MESSAGES, ROUNDS = 150, 3
Figures = dict[str, float]


def _per_second(box: mailbox.Mailbox, most_mails: int) -> float:
    """Send all of it anew, so many mails a connection."""
    again = {"state": "waiting", "due_at": clock.now(), "attempts": 0, "ended_at": None}
    with database.writing() as session:
        session.execute(across_shops(update(Outbox)).values(again))
    box.arrived.clear()
    began = time.perf_counter()
    with mock.patch.object(email, "MOST_MAILS", most_mails):
        while len(box.arrived) < MESSAGES:
            deliver.run()
    return MESSAGES / (time.perf_counter() - began)


def _transport_per_second(box: mailbox.Mailbox, most_mails: int) -> float:
    """The same of the sending alone: one mail, composed once, that goes again and again."""
    words = {"subject": "Order #1", "text": "It is on its way.", "html": "<p>It is on its way.</p>"}
    address = "orders@shop.example"
    mail = compose(
        Mail(address, **words, from_name="Bench", from_address=address, reply_to=address)
    )
    send, began = email.sender(box.url, Path()), time.perf_counter()
    with mock.patch.object(email, "MOST_MAILS", most_mails):
        for _ in range(MESSAGES):
            send(mail)
    send.rest()
    return MESSAGES / (time.perf_counter() - began)


def _compared(measure: Callable[[mailbox.Mailbox, int], float], box: mailbox.Mailbox) -> Figures:
    """By turns, and the medians."""
    ways = (email.MOST_MAILS, 1)
    both = [[measure(box, most) for most in ways] for _ in range(ROUNDS)]
    return {
        "per_second_reused": round(median(reused for reused, _ in both), 1),
        "per_second_new_each": round(median(new for _, new in both), 1),
        "ratio": round(median(reused / new for reused, new in both), 2),
    }


def main() -> None:
    """Measure both, and keep the figures."""
    with tempfile.TemporaryDirectory(prefix="retrack-bench-") as path, mailbox.running() as box:
        folder = Path(path)
        with valkey.running(folder) as server:
            settings = house.settings(f"sqlite:///{folder}/bench.sqlite", valkey.url(server))
            database.migrate(settings.database_url)
            bootstrap.wire(replace(settings, smtp_url=box.url))
            mailbox.fill(MESSAGES)
            _per_second(box, email.MOST_MAILS)  # to be warm
            whole = _compared(_per_second, box)
        transport = _compared(_transport_per_second, box)
    told = {"messages": MESSAGES, "rounds": ROUNDS, "whole_job": whole, "transport": transport}
    results.keep("messages", told)


if __name__ == "__main__":
    main()
