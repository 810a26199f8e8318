"""The database is brought back from a backup that is older than what customers were told."""

from __future__ import annotations

import random
from collections.abc import Iterator

from bench.chaos import judge
from bench.chaos.house import House
from bench.chaos.load import Load
from bench.chaos.promises import Found, always
from shopify_app import database
from shopify_app.actions.reconciling import SETTLE

TRIAL = "an old backup is restored"
ORDERS, SECONDS = 12, 1.5
A_DAY = 25 * 3600
"""After which every parcel under way has been looked at again."""


def restored(house: House, dice: random.Random) -> Iterator[Found]:
    """Mails waited when the backup was made, and went out since; orders came before and after."""
    before = _played(house, dice, "before")
    house.control("/providers/mail", mode="busy")
    waiting = _played(house, dice, "waiting")
    backup = str(house.folder / "backup")
    house.command("backup", backup)
    house.control("/providers/mail", mode="ok")
    house.jump(60)  # and what the mail server did not take is tried again
    judge.drain(house)
    after = _played(house, dice, "after")
    told = len(judge.mails(house))
    worker, web = house.parts.command("worker"), house.parts.command("web")
    for part in ("web", "worker"):
        house.parts.end(part)
    database.engine().dispose()
    house.command("restore", backup, "--force")
    house.parts.start("web", web)
    house.parts.start("worker", worker)
    house.wait(house.web_answers, judge.PATIENCE)
    house.jump(SETTLE.total_seconds() + 10)  # then stores are compared
    house.wait(lambda: not judge.missing(after.orders), judge.PATIENCE)
    house.jump(A_DAY)
    orders = before.orders + waiting.orders + after.orders
    seconds = house.wait(lambda: not judge.astray(house, orders), judge.PATIENCE)
    judge.drain(house)
    blast = len(judge.mails(house)) - told
    yield Found(TRIAL, "it comes to what Shopify and the carrier say", f"{seconds:.0f} s", True)
    yield Found(TRIAL, "nobody is told again", f"{blast} mails came of it", not blast)
    last = house.last_post()
    yield from always(house, TRIAL, _played(house, dice, "anew"), after=last)


def _played(house: House, dice: random.Random, prefix: str) -> Load:
    load = Load(house, dice, prefix, ORDERS, SECONDS)
    house.wait(lambda: load.over, judge.PATIENCE, load.work)
    judge.drain(house)
    return load
