"""An import by bulk operation, a step at a time: start it, wait for it, read some of its file.

The operation is looked for before one is started, so that a job which died before it could note
the operation's id does not start a second one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.actions import importing
from shopify_app.actions.importing import Place
from shopify_app.domain.facts import OrderFacts
from shopify_app.models import Shop
from shopify_app.shopify import bulk, bulk_file
from shopify_app.shopify.bulk import Operation, Unfit

BATCH = 100
"""Orders in one transaction, so that others can write in between."""
STEP_SECONDS = 4.0
"""How long a step goes on with the file: then it is another shop's turn."""
SHORTEST, LONGEST = timedelta(seconds=2), timedelta(minutes=1)
"""Between two looks at an operation; `bulk_operations/finish` wakes the import in between."""

Found = tuple[OrderFacts, int]


@dataclass(frozen=True, slots=True)
class Import:
    """A shop's import as it was claimed."""

    shop_id: int
    domain: str
    since: datetime
    place: Place
    paged: bool


def go_on(claimed: Import) -> None:
    """Take the import a step further.

    Raises Overtaken, Unfit if the orders are to be had by pages alone, client.ShopifyError.
    """
    if not claimed.place.operation:
        return _start(claimed)
    operation = bulk.state(claimed.shop_id, claimed.domain, claimed.place.operation)
    if operation is None or operation.status == "EXPIRED":
        return _change(claimed, lambda _, shop: importing.start_over(shop))
    if operation.at_work:
        return _change(claimed, lambda _, shop: _wait(shop, operation))
    if not operation.is_done:
        raise Unfit(f"{operation.status} {operation.error}".strip())
    return _read(claimed, operation)


def _start(claimed: Import) -> None:
    shop = (claimed.shop_id, claimed.domain, claimed.since)
    known, count = bulk.find(*shop)
    operation = known or bulk.start(*shop)

    def note(_session: Session, shop: Shop) -> None:
        importing.started(shop, operation.id, count)
        importing.wait(shop, clock.now() + SHORTEST)

    _change(claimed, note)


def _wait(shop: Shop, operation: Operation) -> None:
    """The longer it has taken, the longer it may take."""
    shop.import_listed, shop.import_attempts, shop.import_error = operation.found, 0, ""
    pause = (clock.now() - operation.created_at) / 4
    importing.wait(shop, clock.now() + min(max(pause, SHORTEST), LONGEST))


def _read(claimed: Import, operation: Operation) -> None:
    """Apply what follows in the file, for some seconds."""
    if operation.is_empty:
        return _apply(claimed, operation, [], None)
    ends = time.monotonic() + STEP_SECONDS
    with closing(bulk_file.orders(operation.url, claimed.place.at, operation.size)) as found:
        for some in _batches(found):
            after = Place(operation.id, some[-1][1])
            is_last = after.at == operation.size
            _apply(claimed, operation, some, None if is_last else after)
            claimed = replace(claimed, place=after)
            if is_last:
                return None
            if time.monotonic() > ends:
                break
    return _change(claimed, lambda _, shop: importing.wait(shop, clock.now()))


def _batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    each = iter(found)
    while some := list(islice(each, BATCH)):
        yield some


def _apply(
    claimed: Import, operation: Operation, some: Sequence[Found], after: Place | None
) -> None:
    found = [facts for facts, _ in some]
    with database.writing() as session:
        shop = session.get_one(Shop, claimed.shop_id)
        importing.take(session, shop, found, claimed.place, after, expected=operation.found)


def _change(claimed: Import, change: Callable[[Session, Shop], None]) -> None:
    with database.writing() as session:
        shop = session.get_one(Shop, claimed.shop_id)
        importing.hold(session, shop, claimed.place)
        change(session, shop)
