"""What is promised whatever happens, and how a trial says whether it was kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.chaos import judge
from bench.chaos.product import Product
from bench.chaos.traffic import Traffic

DRAINED_WITHIN = 60.0
"""Seconds after the end of the trouble."""


@dataclass(frozen=True)
class Found:
    """One promise in one trial: what was seen, and whether it was kept."""

    trial: str
    promise: str
    seen: str
    kept: bool


def always(product: Product, trial: str, traffic: Traffic, after: int = 0) -> Iterator[Found]:
    """Nothing lost of what was delivered behind the post `after`, nothing different, nobody told
    twice, nobody forgotten.
    """
    posts, received = product.posts(after), judge.mails(product)
    lost, astray = judge.lost(posts), judge.astray(product, traffic.orders)
    untold, twice = judge.untold(product, traffic.orders, received), judge.twice(received)
    yield Found(
        trial,
        "what was answered 2xx is applied",
        f"{len(lost)} of {len(judge.acknowledged(posts))} lost",
        not lost,
    )
    yield Found(
        trial,
        "orders and parcels stand as at Shopify and with the carrier",
        f"{len(astray)} of {len(traffic.orders)} differ"
        + "".join(f"; {one}" for one in astray[:3]),
        not astray,
    )
    yield Found(
        trial, "no customer is told twice", f"{twice} of {len(received)} mails twice", not twice
    )
    yield Found(
        trial, "no customer who is to be told is forgotten", f"{len(untold)} forgotten", not untold
    )


def soon(trial: str, seconds: float) -> Found:
    """All is done soon after the end of the trouble."""
    kept = seconds <= DRAINED_WITHIN
    return Found(trial, "all is done within a minute after it", f"{seconds:.0f} s", kept)
