"""Whatever tells of a parcel, by whatever way and in whatever order: it ends in the same rows.

On SQLite alone: what is tried is the rules and what is kept, and there are many tries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import database
from shopify_app.actions import by_hand, holding, orders, shipments
from shopify_app.domain.facts import Checkpoint, FulfillmentEventFacts, Snapshot
from shopify_app.domain.status import SHIPMENT_STATUSES, Status
from shopify_app.models import CheckpointRow, Shipment, Shop
from tests import payloads
from tests.support import NOON, House

pytestmark = pytest.mark.both_databases

SHIPPED = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WORDS = {
    "17track": [
        "InfoReceived",
        "InTransit_Other",
        "OutForDelivery_Other",
        "DeliveryFailure_Other",
        "Exception_Other",
        "Exception_Returned",
        "Delivered_Other",
    ],
    "dhl": ["pre-transit", "transit", "transit_courier", "failure", "delivered"],
}
SHOPIFY = ["confirmed", "in_transit", "out_for_delivery", "attempted_delivery", "delivered"]
TEXTS = ["", "Refused by recipient", "Address is incorrect"]
numbers = count(1)


@dataclass(frozen=True)
class Told:
    """A snapshot: what a provider knew when so many hours had passed. `asked`: it is no push."""

    source: str
    events: tuple[tuple[int, str, str], ...]
    synced: int
    asked: bool


@dataclass(frozen=True)
class Event:
    """One of Shopify's own events, so many hours after the shipping."""

    hour: int
    word: str


@dataclass(frozen=True)
class Set:
    """The merchant sets a status at that time."""

    hour: int
    status: Status


Happening = Told | Event | Set
hours = st.integers(0, 30)


@st.composite
def snapshots(draw: st.DrawFn) -> list[Told]:
    """What one provider tells of a parcel as it moves: each time all that it knows by then."""
    source = draw(st.sampled_from(sorted(WORDS)))
    event = st.tuples(hours, st.sampled_from(WORDS[source]), st.sampled_from(TEXTS))
    way = sorted(draw(st.lists(event, min_size=1, max_size=4, unique_by=lambda each: each[0])))
    looks = draw(st.sets(st.integers(1, len(way)), min_size=1))
    known = [tuple(way[:length]) for length in sorted(looks)]
    return [Told(source, events, events[-1][0], draw(st.booleans())) for events in known]


happenings = st.builds(
    lambda told, events, by_hand: [*(each for looks in told for each in looks), *events, *by_hand],
    st.lists(snapshots(), max_size=2, unique_by=lambda looks: looks[0].source),
    st.lists(st.builds(Event, hours, st.sampled_from(SHOPIFY)), max_size=2),
    st.lists(st.builds(Set, hours, st.sampled_from(SHIPMENT_STATUSES)), max_size=2),
)


@pytest.fixture(scope="session")
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings, st.randoms(use_true_random=False))
def test_any_order_and_repetition_ends_in_the_same_state(
    house: House, what: list[Happening], rng: Random
) -> None:
    more = what + rng.choices(what, k=len(what) // 2) if what else []
    rng.shuffle(more)
    assert lived(house, more) == lived(house, what)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots())
def test_the_last_snapshot_alone_tells_as_much_as_all(house: House, told: list[Told]) -> None:
    assert lived(house, told[-1:]) == lived(house, told)


def lived(house: House, what: list[Happening]) -> dict[str, object]:
    """What is known of a new order's parcel after these happenings, in this order."""
    order_id = next(numbers)
    house.clock.now = NOON
    shipped = payloads.fulfillment(f"LP{order_id:014}", order_id, order_id)
    house.record(payloads.fulfilled_order(shipped, id=order_id))
    for each in what:
        house.clock.now = SHIPPED + each.hour * HOUR if isinstance(each, Set) else NOON
        with house.changing() as (session, shop):
            _HOW[type(each)](session, shop, order_id, each)
    house.clock.now = NOON
    with house.changing() as (session, shop):
        orders.conclude(session, shop, holding.hold(session, shop.id, order_id))
    return state(house, order_id)


def state(house: House, order_id: int) -> dict[str, object]:
    """All that a merchant sees of it; keys of checkpoints without the number, which differs."""
    with database.reading() as session:
        shop_id = house.shop().id
        order = holding.find(session, shop_id, order_id)
        assert order
        [shipment] = order.shipments
        rows = select(CheckpointRow).where(
            CheckpointRow.shop_id == shop_id, CheckpointRow.fulfillment_id == order_id
        )
        return {
            "shipment": [getattr(shipment, name) for name in SHIPMENT],
            "order": [getattr(order, name) for name in ORDER],
            "checkpoints": sorted(
                (row.source, str(row.happened_at), row.code, row.text)
                for row in session.scalars(rows)
            ),
        }


SHIPMENT = (
    "status",
    "reason",
    "status_since",
    "status_source",
    "status_code",
    "pinned",
    "last_text",
    "last_code",
    "last_event_at",
)
ORDER = (
    "status",
    "status_since",
    "delivered_at",
    "attention_from",
    "late_from",
    "problem_from",
    "unfulfilled_from",
)


def _tell(session: Session, shop: Shop, order_id: int, told: Told) -> None:
    snapshot = Snapshot(
        source=told.source,
        number=f"LP{order_id:014}",
        code=told.events[-1][1],
        synced_at=SHIPPED + told.synced * HOUR,
        checkpoints=tuple(_checkpoint(*event) for event in reversed(told.events)),
    )
    began = NOON if told.asked else None
    shipment = _held(session, shop, order_id)
    shipments.take_snapshot(session, shop, shipment, snapshot, began)


def _checkpoint(hour: int, code: str, text: str) -> Checkpoint:
    at = SHIPPED + hour * HOUR
    return Checkpoint(happened_at=at, local=at.isoformat(), text=text, code=code)


def _event(session: Session, shop: Shop, order_id: int, told: Event) -> None:
    # At another second than any carrier's: of one that we could have written it is no news.
    at = SHIPPED + told.hour * HOUR + timedelta(seconds=30)
    orders.record_event(session, shop, FulfillmentEventFacts(order_id, order_id, told.word, at))


def _set(session: Session, shop: Shop, order_id: int, told: Set) -> None:
    by_hand.set_status(session, shop, _held(session, shop, order_id), told.status)


_HOW: dict[type[Happening], Callable[..., None]] = {Told: _tell, Event: _event, Set: _set}


def _held(session: Session, shop: Shop, order_id: int) -> Shipment:
    order = holding.hold(session, shop.id, order_id)
    return order.fulfillments[0].shipments[0]
