"""The database is brought back from a backup that is older than what customers were told."""

from __future__ import annotations

import random
from collections.abc import Iterator

from bench.chaos import judge
from bench.chaos.product import Product
from bench.chaos.promises import Found, always
from bench.chaos.traffic import Traffic
from shopify_app import database
from shopify_app.actions.reconciling import SETTLE

TRIAL = "an old backup is restored"
ORDERS, SECONDS = 12, 1.5
A_DAY = 25 * 3600
"""After which every parcel under way has been looked at again."""


def restored(product: Product, dice: random.Random) -> Iterator[Found]:
    """Mails waited when the backup was made, and went out since; orders came before and after."""
    before = _played(product, dice, "before")
    product.control("/providers/mail", mode="busy")
    waiting = _played(product, dice, "waiting")
    backup = str(product.folder / "backup")
    product.command("backup", backup)
    product.control("/providers/mail", mode="ok")
    product.jump(60)  # and what the mail server did not take is tried again
    judge.drain(product)
    after = _played(product, dice, "after")
    told = len(judge.mails(product))
    worker, web = product.parts.command("worker"), product.parts.command("web")
    for part in ("web", "worker"):
        product.parts.end(part)
    database.engine().dispose()
    product.command("restore", backup, "--force")
    product.parts.start("web", web)
    product.parts.start("worker", worker)
    product.wait(product.web_answers, judge.PATIENCE)
    product.jump(SETTLE.total_seconds() + 10)  # then stores are compared
    product.wait(lambda: not judge.missing(after.orders), judge.PATIENCE)
    product.jump(A_DAY)
    orders = before.orders + waiting.orders + after.orders
    seconds = product.wait(lambda: not judge.astray(product, orders), judge.PATIENCE)
    judge.drain(product)
    blast = len(judge.mails(product)) - told
    yield Found(TRIAL, "it comes to what Shopify and the carrier say", f"{seconds:.0f} s", True)
    yield Found(TRIAL, "nobody is told again", f"{blast} mails came of it", not blast)
    last = product.last_post()
    yield from always(product, TRIAL, _played(product, dice, "anew"), after=last)


def _played(product: Product, dice: random.Random, prefix: str) -> Traffic:
    traffic = Traffic(product, dice, prefix, ORDERS, SECONDS)
    product.wait(lambda: traffic.over, judge.PATIENCE, traffic.work)
    judge.drain(product)
    return traffic
