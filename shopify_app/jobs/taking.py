"""Letting shipments take what was learned of them: those of a call in one transaction.

If one of them raises, each is given a transaction of its own: what one parcel's answer raises keeps
that parcel waiting for the next look, and no other one.
"""

from __future__ import annotations

import logging
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from sqlalchemy.orm import Session

from shopify_app import database
from shopify_app.actions import shipments
from shopify_app.jobs.looks import Look
from shopify_app.models import Shipment, Shop

log = logging.getLogger(__name__)

MOST_TOGETHER = 100
"""So many in one transaction: on SQLite all other writers wait for it."""

Act = Callable[[Session, Shop, Shipment], None]
Taking = tuple[Look, Sequence[Act]]
"""What is to be done to the shipment of a look."""


def take(each: Look, *acts: Act) -> None:
    """Let the shipment of a look take this, in a transaction of its own. See `take_all`."""
    take_all([(each, acts)])


def take_all(takings: Sequence[Taking]) -> None:
    """Let the shipment of each look take its own.

    Nothing is changed if its number or its account was replaced while we asked.
    """
    for first in range(0, len(takings), MOST_TOGETHER):
        _take_some(takings[first : first + MOST_TOGETHER])


def _take_some(takings: Sequence[Taking]) -> None:
    try:
        _take_together(takings)
    except Exception as error:
        if len(takings) > 1:  # whichever it was is found one by one
            log.info("%d answers are taken one by one: %s", len(takings), type(error).__name__)
            for taking in takings:
                _take_some([taking])
        else:  # the lease brings it back; its words may quote a number
            [(each, _)] = takings
            log.error("shipment %d could not take its answer: %s", each.shipment_id, _kind(error))


def _take_together(takings: Sequence[Taking]) -> None:
    with database.writing() as session:
        held = _hold_all(session, [each for each, _ in takings])
        for each, acts in takings:
            shop, shipment = held.get(each.shipment_id, (None, None))
            if shop and shipment and each.still_of(shipment):
                for act in acts:
                    act(session, shop, shipment)


def _hold_all(session: Session, looked: Iterable[Look]) -> dict[int, tuple[Shop, Shipment]]:
    """The shipments of these looks that still are, by id, with their shops."""
    by_shop: defaultdict[int, list[int]] = defaultdict(list)
    for each in looked:
        by_shop[each.shop_id].append(each.shipment_id)
    held: dict[int, tuple[Shop, Shipment]] = {}
    for shop_id, ids in sorted(by_shop.items()):
        shop = session.get_one(Shop, shop_id)
        theirs = shipments.hold_all(session, shop_id, ids)
        held |= {id_: (shop, shipment) for id_, shipment in theirs.items()}
    return held


def _kind(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.name}, line {frame.lineno}"
