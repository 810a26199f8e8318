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
from bench.chaos.parts import Command
from bench.chaos.product import READY_WITHIN, Product
from bench.chaos.promises import Found, always, soon
from bench.chaos.traffic import Traffic
from shopify_app import database, queue
from shopify_app.models import Inbox
from shopify_app.settings import ROOT

ORDERS, SECONDS = 25, 9.0
TERM, USR2 = signal.SIGTERM, signal.SIGUSR2


def restarts(product: Product, dice: random.Random) -> Iterator[Found]:
    """First as it is to be done, web by SIGUSR2 and worker by SIGTERM; then web by SIGTERM too."""
    rolled = [(1.5, "web", USR2), (3.0, "worker", TERM), (7.0, "worker", TERM)]
    release = _release(product.folder / "release")
    product.parts.end("web")
    product.parts.start("web", _followed(product, release))
    product.wait(product.web_answers, READY_WITHIN)
    _mark(release, "new")  # what runs is the release before, until it is told
    told_before = _marker(product)
    yield from _restarted(product, dice, "web by SIGUSR2, worker by SIGTERM", rolled, {"200"})
    told = f"{told_before}, then {_marker(product)}"
    yield Found("web by SIGUSR2", "the new release serves", told, told == "ok, then new")
    product.parts.end("web")
    product.parts.start("web", product.gunicorn)
    product.wait(product.web_answers, READY_WITHIN)
    stopped = [(1.5, "web", TERM), (6.0, "web", TERM)]
    allowed = {"200", "503", "ConnectionError", "ConnectTimeout", "timeout"}
    yield from _restarted(product, dice, "web by SIGTERM", stopped, allowed)


def _release(folder: Path) -> Path:
    """A copy of what a release has for the web."""
    for name in ("migrations", "shopify_app", "templates", "webhooks"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("gunicorn.conf.py", "shopify.app.toml", "wsgi.py"):
        shutil.copy(ROOT / name, folder)
    return folder


def _followed(product: Product, release: Path) -> Command:
    web = [*product.gunicorn, "--chdir", release, "--config", release / "gunicorn.conf.py"]
    return [sys.executable, "-m", "bench.chaos.follow", *web]


def _mark(release: Path, marker: str) -> None:
    """Change its code: what `/healthz` says."""
    health = release / "shopify_app" / "health.py"
    health.write_text(health.read_text().replace('(status="ok")', f'(status="{marker}")'))


def _marker(product: Product) -> str:
    return str(requests.get(f"{product.web_url}/healthz", timeout=5).json()["status"])


def _restarted(
    product: Product,
    dice: random.Random,
    trial: str,
    orders: list[tuple[float, str, signal.Signals]],
    allowed: set[str],
) -> Iterator[Found]:
    after, uncertain = product.last_post(), judge.count("uncertain")
    traffic = Traffic(product, dice, trial[:3] + str(after), ORDERS, SECONDS)
    began = time.monotonic()

    def meanwhile() -> None:
        traffic.work()
        while orders and orders[0][0] <= time.monotonic() - began:
            _, part, how = orders.pop(0)
            product.parts.signal(part, how)

    product.wait(lambda: traffic.over and not orders, judge.PATIENCE, meanwhile)
    seconds = judge.drain(product)
    answers = _answers(product, after)
    seen = ", ".join(f"{count} of {outcome}" for outcome, count in answers.most_common())
    yield Found(trial, f"answers are {', '.join(sorted(allowed))}", seen, set(answers) <= allowed)
    aborted = _aborted(product)
    doubtful = judge.count("uncertain") - uncertain
    yield Found(
        trial,
        "no job is cut off",
        f"{aborted} cut off, {doubtful} messages uncertain",
        not aborted and not doubtful,
    )
    yield soon(trial, seconds)
    yield from always(product, trial, traffic)


def _answers(product: Product, after: int) -> Counter[str]:
    posts = product.posts(after)
    return Counter(str(attempt["outcome"]) for post in posts for attempt in post["attempts"])


def _aborted(product: Product) -> int:
    """Rows that were claimed and given up, and jobs that RQ calls failed."""
    cut_off = select(func.count()).where(Inbox.attempts - Inbox.failures > 1)
    with database.reading() as session:
        rows = session.scalar(cut_off) or 0
    jobs = (FailedJobRegistry(queue=queue.queue(name, product.redis)) for name in queue.JOBS)
    return rows + sum(each.count for each in jobs)
