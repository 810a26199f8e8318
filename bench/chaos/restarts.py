"""A new release is rolled out under load: each part is told to stop, or to load itself anew."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Iterator

from rq.registry import FailedJobRegistry
from sqlalchemy import func, select

from bench.chaos import judge
from bench.chaos.house import House
from bench.chaos.load import Load
from bench.chaos.promises import Found, always, soon
from shopify_app import database, queue
from shopify_app.models import Inbox

ORDERS, SECONDS = 25, 9.0
HUP, TERM = signal.SIGHUP, signal.SIGTERM


def restarts(house: House, dice: random.Random) -> Iterator[Found]:
    """First as it is to be done, web by SIGHUP and worker by SIGTERM; then web by SIGTERM too."""
    rolled = [(1.5, "web", HUP), (3.0, "worker", TERM), (6.0, "web", HUP), (7.5, "worker", TERM)]
    stopped = [(1.5, "web", TERM), (6.0, "web", TERM)]
    yield from _restarted(house, dice, "web by SIGHUP, worker by SIGTERM", rolled, {"200"})
    allowed = {"200", "503", "ConnectionError", "ConnectTimeout", "timeout"}
    yield from _restarted(house, dice, "web by SIGTERM", stopped, allowed)


def _restarted(
    house: House,
    dice: random.Random,
    trial: str,
    orders: list[tuple[float, str, signal.Signals]],
    allowed: set[str],
) -> Iterator[Found]:
    after, uncertain = house.last_post(), judge.count("uncertain")
    load, began = Load(house, dice, trial[:3] + str(after), ORDERS, SECONDS), time.monotonic()

    def meanwhile() -> None:
        load.work()
        while orders and orders[0][0] <= time.monotonic() - began:
            _, part, how = orders.pop(0)
            house.parts.signal(part, how)

    house.wait(lambda: load.over and not orders, judge.PATIENCE, meanwhile)
    seconds = judge.drain(house)
    answers = _answers(house, after)
    seen = ", ".join(f"{count} of {outcome}" for outcome, count in answers.most_common())
    yield Found(trial, f"answers are {', '.join(sorted(allowed))}", seen, set(answers) <= allowed)
    aborted = _aborted(house)
    doubtful = judge.count("uncertain") - uncertain
    yield Found(
        trial,
        "no job is cut off",
        f"{aborted} cut off, {doubtful} messages uncertain",
        not aborted and not doubtful,
    )
    yield soon(trial, seconds)
    yield from always(house, trial, load)


def _answers(house: House, after: int) -> Counter[str]:
    posts = house.posts(after)
    return Counter(str(attempt["outcome"]) for post in posts for attempt in post["attempts"])


def _aborted(house: House) -> int:
    """Rows that were claimed and given up, and jobs that RQ calls failed."""
    cut_off = select(func.count()).where(Inbox.attempts - Inbox.failures > 1)
    with database.reading() as session:
        rows = session.scalar(cut_off) or 0
    jobs = (FailedJobRegistry(queue=queue.queue(name, house.redis)) for name in queue.JOBS)
    return rows + sum(each.count for each in jobs)
