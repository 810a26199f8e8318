"""Payloads that make their handler raise, kill its process, hang or take all memory, each time."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select

from bench.chaos import judge
from bench.chaos.deadly_worker import BUGS, FAILING
from bench.chaos.parts import Command
from bench.chaos.product import WORKER, Product
from bench.chaos.promises import Found, always
from bench.chaos.traffic import Traffic
from shopify_app import clock, database
from shopify_app.jobs.process_inbox import MOST_DEATHS
from shopify_app.models import Inbox
from shopify_app.models.inbox import MOST_TRIES

TRIAL = "poison payloads"
NEIGHBOURS = 15
DEADLY = [sys.executable, "-m", "bench.chaos.deadly_worker"]


def poison(product: Product, dice: random.Random) -> Iterator[Found]:
    """Each kind among others' webhooks; then the bug is mended and the merchant tries again."""
    _work_by(product, DEADLY)
    orders = [
        product.control("/orders", note=note, email=f"{note}@customers.example", phone=None)["id"]
        for note in BUGS
    ]
    traffic = Traffic(product, dice, "neighbour", NEIGHBOURS, 3)
    product.wait(lambda: traffic.over, judge.PATIENCE, traffic.work)
    _let_time_pass(product)
    tries = {json.loads(row.body)["note"]: _tries(row) for row in _set_aside()}
    yield Found(
        TRIAL,
        f"set aside after {MOST_TRIES} errors or {MOST_DEATHS} deaths",
        ", ".join(
            f"{note}: {errors} errors, {deaths} deaths" for note, (errors, deaths) in tries.items()
        ),
        tries.keys() == BUGS.keys() and all(map(_is_enough, tries, tries.values())),
    )
    _work_by(product, WORKER)
    product.as_merchant("/failures/retry", all="1")
    judge.drain(product)
    product.as_merchant("/failures/retry", all="1")
    judge.drain(product)
    astray = judge.astray(product, orders)
    yield Found(
        TRIAL,
        "tried again once the bug is mended, each is applied",
        f"{len(astray)} of {len(orders)} are not; {len(_set_aside())} still set aside",
        not astray and not _set_aside(),
    )
    yield from always(product, f"{TRIAL}: neighbours", traffic)


def _work_by(product: Product, worker: Command) -> None:
    product.parts.end("worker")
    product.parts.start("worker", worker)


def _let_time_pass(product: Product) -> None:
    """Jump from one try to the next, until none is left."""
    while _next_try():
        product.wait(lambda: (due := _next_try()) is None or due > clock.now(), judge.PATIENCE)
        if due := _next_try():
            product.jump((due - clock.now()).total_seconds())


def _next_try() -> datetime | None:
    with database.reading() as session:
        return session.scalar(select(func.min(Inbox.due_at)).where(Inbox.state == "waiting"))


def _tries(row: Inbox) -> tuple[int, int]:
    return row.failures, row.attempts - row.failures


def _is_enough(note: str, tries: tuple[int, int]) -> bool:
    """All are tried together at first, so one that raises may die with another."""
    errors, deaths = tries
    return errors == MOST_TRIES if note in FAILING else (errors, deaths) == (0, MOST_DEATHS)


def _set_aside() -> list[Inbox]:
    with database.reading() as session:
        return list(session.scalars(select(Inbox).where(Inbox.state == "set_aside")))
