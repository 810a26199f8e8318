"""Shopify loses webhooks for good; comparing with the store finds what they would have told."""

from __future__ import annotations

import random
from collections.abc import Iterator

from sqlalchemy import func, select

from bench.chaos import judge
from bench.chaos.product import FAULTS, Product
from bench.chaos.promises import Found, always
from bench.chaos.traffic import Traffic
from shopify_app import database
from shopify_app.actions.reconciling import SETTLE
from shopify_app.jobs import looks
from shopify_app.models import Reconciliation
from shopify_app.tenants import across_shops

TRIAL = "half of the webhooks are lost on their way"
ORDERS, SECONDS = 20, 4.0


def missed(product: Product, dice: random.Random) -> Iterator[Found]:
    """One comparison makes up for it, a second finds nothing."""
    product.control("/webhooks/faults", drop=0.5, repeat=0)
    traffic = Traffic(product, dice, "missed", ORDERS, SECONDS)
    product.wait(lambda: traffic.over, judge.PATIENCE, traffic.work)
    product.control("/webhooks/faults", drop=0, repeat=FAULTS["repeat"])
    judge.drain(product)
    first, second = _compared(product), _compared(product)
    yield Found(TRIAL, "one comparison finds what was missed", f"{first} orders", first > 0)
    yield Found(TRIAL, "a second one finds nothing", f"{second} orders", second == 0)
    product.jump(looks.LEASE.total_seconds())
    product.wait(lambda: not judge.astray(product, traffic.orders), judge.PATIENCE)
    judge.drain(product)
    yield from always(product, TRIAL, traffic)


def _compared(product: Product) -> int:
    """How many orders a comparison found to have been missed; the workers may be faster with it."""
    before = _found()
    product.jump(SETTLE.total_seconds() + 10)
    product.command("reconcile")
    return _found() - before


def _found() -> int:
    missed = across_shops(select(func.sum(Reconciliation.missed)))
    with database.reading() as session:
        return session.scalar(missed) or 0
