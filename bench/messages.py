"""Messages a second through SMTP, and the processor's time that one takes.

`jobs.deliver` sends the same messages over one connection, and over one each, by turns, to a mail
server of this machine, without TLS. See docs/benchmarks.md.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

from sqlalchemy import update

from bench import house, results
from bench.stand_ins import mailbox
from shopify_app import bootstrap, clock, database
from shopify_app.jobs import deliver
from shopify_app.models import Outbox
from shopify_app.outgoing import email
from shopify_app.outgoing.letter import Mail, compose
from shopify_app.settings import Settings
from shopify_app.tenants import across_shops

MESSAGES, ROUNDS = 300, 5
Took = tuple[float, float]
"""Seconds by the clock on the wall, and of this process on a processor."""


def _timed(act: Callable[[], None]) -> Took:
    wall, processor = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - processor


def _all_again() -> None:
    """Let every message wait to be sent."""
    again = {"state": "waiting", "due_at": clock.now(), "attempts": 0, "ended_at": None}
    with database.writing() as session:
        session.execute(across_shops(update(Outbox)).values(again))


def _send_all() -> None:
    while _is_due():
        deliver.run()


def _is_due() -> bool:
    with database.reading() as session:
        return session.scalar(deliver.due().with_only_columns(Outbox.id).limit(1)) is not None


def _whole_job() -> Took:
    _all_again()
    return _timed(_send_all)


def _transport(url: str) -> Took:
    """The sending alone: one mail, composed once, that goes again and again."""
    words = {"subject": "Order #1", "text": "It is on its way.", "html": "<p>It is on its way.</p>"}
    us = "orders@shop.example"
    mail = compose(Mail(us, **words, from_name="Bench", from_address=us, reply_to=us))
    send = email.sender(url, Path())
    took = _timed(lambda: [send(mail) for _ in range(MESSAGES)].clear())
    send.rest()
    return took


def _compared(measure: Callable[[], Took]) -> dict[str, float]:
    """By turns, and the medians."""
    found: dict[int, list[Took]] = {email.MOST_MAILS: [], 1: []}
    for _ in range(ROUNDS):
        for most_mails, took in found.items():
            with mock.patch.object(email, "MOST_MAILS", most_mails):
                took.append(measure())
    (kept, processor), (new, _) = (map(median, zip(*took, strict=True)) for took in found.values())
    return {
        "per_second_reused": round(MESSAGES / kept, 1),
        "per_second_new_each": round(MESSAGES / new, 1),
        "processor_ms_each": round(1000 * processor / MESSAGES, 2),
    }


def measure(url: str, settings: Settings) -> dict[str, Any]:
    """The whole job on one database."""
    database.migrate(settings.database_url)
    bootstrap.wire(replace(settings, smtp_url=url))
    house.install_with_messages(MESSAGES)
    _send_all()  # to be warm
    gc.collect()
    gc.freeze()  # as the worker does
    found = _compared(_whole_job)
    database.engine().dispose()
    return found


def main() -> None:
    """Measure the whole job on both databases, and the sending alone; keep the figures."""
    with mailbox.elsewhere() as url:
        whole_job = house.on_both(partial(measure, url))
        transport = _compared(partial(_transport, url))
    told = {"messages": MESSAGES, "rounds": ROUNDS, "whole_job": whole_job, "transport": transport}
    results.keep("messages", told)


if __name__ == "__main__":
    main()
