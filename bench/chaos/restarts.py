"""A new release is rolled out under load: each part is told to stop, or to load itself anew."""

from __future__ import annotations

import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import requests
from rq.registry import FailedJobRegistry
from sqlalchemy import func, select

from bench.chaos import judge
from bench.chaos.house import READY_WITHIN, House
from bench.chaos.load import Load
from bench.chaos.parts import Command
from bench.chaos.promises import Found, always, soon
from shopify_app import database, queue
from shopify_app.models import Inbox
from shopify_app.settings import ROOT

ORDERS, SECONDS = 25, 9.0
TERM, USR2 = signal.SIGTERM, signal.SIGUSR2


def restarts(house: House, dice: random.Random) -> Iterator[Found]:
    """First as it is to be done, web by SIGUSR2 and worker by SIGTERM; then web by SIGTERM too."""
    rolled = [(1.5, "web", USR2), (3.0, "worker", TERM), (7.0, "worker", TERM)]
    release = _release(house.folder / "release")
    house.parts.end("web")
    house.parts.start("web", _followed(house, release))
    house.wait(house.web_answers, READY_WITHIN)
    _mark(release, "new")  # what runs is the release before, until it is told
    told_before = _marker(house)
    yield from _restarted(house, dice, "web by SIGUSR2, worker by SIGTERM", rolled, {"200"})
    told = f"{told_before}, then {_marker(house)}"
    yield Found("web by SIGUSR2", "the new release serves", told, told == "ok, then new")
    house.parts.end("web")
    house.parts.start("web", house.gunicorn)
    house.wait(house.web_answers, READY_WITHIN)
    stopped = [(1.5, "web", TERM), (6.0, "web", TERM)]
    allowed = {"200", "503", "ConnectionError", "ConnectTimeout", "timeout"}
    yield from _restarted(house, dice, "web by SIGTERM", stopped, allowed)


def _release(folder: Path) -> Path:
    """A copy of what a release has for the web."""
    for name in ("migrations", "shopify_app", "templates", "webhooks"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("gunicorn.conf.py", "shopify.app.toml", "wsgi.py"):
        shutil.copy(ROOT / name, folder)
    return folder


def _followed(house: House, release: Path) -> Command:
    web = [*house.gunicorn, "--chdir", release, "--config", release / "gunicorn.conf.py"]
    return [sys.executable, "-m", "bench.chaos.follow", *web]


def _mark(release: Path, marker: str) -> None:
    """Change its code: what `/healthz` says."""
    health = release / "shopify_app" / "health.py"
    health.write_text(health.read_text().replace('(status="ok")', f'(status="{marker}")'))


def _marker(house: House) -> str:
    return str(requests.get(f"{house.web_url}/healthz", timeout=5).json()["status"])


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
