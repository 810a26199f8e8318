"""Shopify loses webhooks for good; comparing with the store finds what they would have told."""

from __future__ import annotations

import random
from collections.abc import Iterator

from sqlalchemy import func, select

from bench.chaos import judge
from bench.chaos.house import FAULTS, House
from bench.chaos.load import Load
from bench.chaos.promises import Found, always
from shopify_app import database
from shopify_app.actions.reconciling import SETTLE
from shopify_app.jobs import looks
from shopify_app.models import Reconciliation
from shopify_app.tenants import across_shops

TRIAL = "half of the webhooks are lost on their way"
ORDERS, SECONDS = 20, 4.0


def missed(house: House, dice: random.Random) -> Iterator[Found]:
    """One comparison makes up for it, a second finds nothing."""
    house.control("/webhooks/faults", drop=0.5, repeat=0)
    load = Load(house, dice, "missed", ORDERS, SECONDS)
    house.wait(lambda: load.over, judge.PATIENCE, load.work)
    house.control("/webhooks/faults", drop=0, repeat=FAULTS["repeat"])
    judge.drain(house)
    first, second = _compared(house), _compared(house)
    yield Found(TRIAL, "one comparison finds what was missed", f"{first} orders", first > 0)
    yield Found(TRIAL, "a second one finds nothing", f"{second} orders", second == 0)
    house.jump(looks.LEASE.total_seconds())
    house.wait(lambda: not judge.astray(house, load.orders), judge.PATIENCE)
    judge.drain(house)
    yield from always(house, TRIAL, load)


def _compared(house: House) -> int:
    """How many orders a comparison found to have been missed; the workers may be faster with it."""
    before = _found()
    house.jump(SETTLE.total_seconds() + 10)
    house.command("reconcile")
    return _found() - before


def _found() -> int:
    missed = across_shops(select(func.sum(Reconciliation.missed)))
    with database.reading() as session:
        return session.scalar(missed) or 0
