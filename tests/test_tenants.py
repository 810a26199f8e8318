"""Every query names its shop, or is refused before it reaches the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import (
    Engine,
    Executable,
    create_engine,
    delete,
    exists,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from shopify_app import database
from shopify_app.models import Base, Fulfillment, Inbox, Order, Outbox, Shipment, Shop
from shopify_app.tenants import UnnamedShop, across_shops
from tests import payloads
from tests.support import ALICE, BOB, MALLORY, SHOP_IDS, House

A = SHOP_IDS[ALICE]
another = aliased(Order)

NAMED: dict[str, Executable] = {
    "a row": select(Order).where(Order.shop_id == A),
    "the shop on the right": select(Order).where(A == Order.shop_id),  # noqa: SIM300 the point
    "one column": select(Order.name).where(Order.shop_id == A, Order.id == 1),
    "a count": select(func.count()).select_from(Order).where(Order.shop_id == A),
    "a join": select(Order)
    .join(Shipment, (Shipment.shop_id == Order.shop_id) & (Shipment.order_id == Order.id))
    .where(Order.shop_id == A),
    "a subquery": select(Order).where(
        Order.shop_id == A,
        Order.id.in_(select(Shipment.order_id).where(Shipment.shop_id == A)),
    ),
    "what is loaded along": select(Order)
    .where(Order.shop_id == A)
    .options(selectinload(Order.fulfillments).selectinload(Fulfillment.shipments)),
    "pairs that each name a shop": select(Order).where(
        tuple_(Order.shop_id, Order.id).in_([(A, 1)])
    ),
    "an update": update(Order).where(Order.shop_id == A).values(name="x"),
    "a delete": delete(Outbox).where(Outbox.shop_id == A),
    "a table of no shop": select(Inbox).where(Inbox.state == "waiting"),
    "the shops themselves": select(Shop).where(Shop.id == A),
}
UNNAMED: dict[str, Executable] = {
    "a row": select(Order),
    "a row by its id": select(Order).where(Order.id == payloads.ORDER),
    "one column": select(Order.name),
    "a count": select(func.count()).select_from(Order),
    "a join that names one of two": select(Order)
    .join(Shipment, Shipment.order_id == Order.id)
    .where(Order.shop_id == A),
    "a join that names none": select(Order).join(Shipment, Shipment.shop_id == Order.shop_id),
    "a subquery": select(Order).where(
        Order.shop_id == A,
        Order.id.in_(select(Shipment.order_id).where(Shipment.status == "alert")),
    ),
    "a subquery on the same table": select(Order).where(
        Order.shop_id == A, Order.id.in_(select(another.id))
    ),
    "an exists": select(Order).where(Order.shop_id == A, exists().where(Shipment.number == "YT1")),
    "every shop but one": select(Order).where(Order.shop_id != A),
    "pairs that name none": select(Order).where(tuple_(Order.name, Order.id).in_([("#1", 1)])),
    "pairs of another table": select(Order).where(
        Order.id.in_(select(Shipment.id).where(tuple_(Shipment.shop_id, Shipment.id).in_([(A, 1)])))
    ),
    "any shop": select(Order).where(Order.shop_id.is_not(None)),
    "a union": select(Order.id).where(Order.shop_id == A).union(select(Shipment.id)),
    "an alias": select(another),
    "what is joined along": select(Order).options(joinedload(Order.fulfillments)),
    "an update": update(Order).where(Order.id == 1).values(name="x"),
    "a delete": delete(Outbox),
}


@pytest.fixture(scope="module")
def empty() -> Iterator[Engine]:
    """A database without a row: what is refused is refused before it is asked."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def two_orders(house: House) -> House:
    """The same order in Alice's and in Bob's shop."""
    house.record(payloads.fulfilled_order(), ALICE)
    house.record(payloads.fulfilled_order(name="#7"), BOB)
    return house


def run(statement: Any) -> list[str]:
    with database.writing() as session:
        return sorted(session.scalars(statement))


@pytest.mark.parametrize("statement", NAMED.values(), ids=NAMED)
def test_a_statement_that_names_its_shop_is_let_through(
    empty: Engine, statement: Executable
) -> None:
    with database.AppSession(empty) as session:
        for _ in range(2):
            session.execute(statement)


@pytest.mark.parametrize("statement", UNNAMED.values(), ids=UNNAMED)
def test_a_statement_that_names_no_shop_is_refused_each_time(
    empty: Engine, statement: Executable
) -> None:
    with database.AppSession(empty) as session:
        for _ in range(2):
            with pytest.raises(UnnamedShop):
                session.execute(statement)


def test_a_refused_change_changed_nothing(two_orders: House) -> None:
    with pytest.raises(UnnamedShop):
        run(update(Order).where(Order.id == payloads.ORDER).values(name="x").returning(Order.name))
    assert [two_orders.order(domain=shop).name for shop in (ALICE, BOB)] == ["#1058", "#7"]


def test_a_statement_that_names_a_shop_sees_the_rows_of_that_shop_alone(two_orders: House) -> None:
    seen = {
        shop: run(select(Order.name).where(Order.shop_id == SHOP_IDS[shop]))
        for shop in (ALICE, BOB, MALLORY)
    }
    assert seen == {ALICE: ["#1058"], BOB: ["#7"], MALLORY: []}


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(select(Order.name), id="a query"),
        pytest.param(update(Order).values(name="x").returning(Order.name), id="an update"),
    ],
)
def test_across_shops_is_the_one_escape(two_orders: House, statement: Any) -> None:
    assert len(run(across_shops(statement))) == 2
    with pytest.raises(UnnamedShop):
        run(statement)


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda session: session.get(Shipment, 1), id="get"),
        pytest.param(lambda session: session.query(Order).all(), id="query"),
        pytest.param(lambda session: session.scalar(select(Order.name)), id="scalar"),
    ],
)
def test_no_way_to_ask_goes_round_it(empty: Engine, ask: Callable[[Session], object]) -> None:
    with database.AppSession(empty) as session, pytest.raises(UnnamedShop):
        ask(session)


def test_a_row_that_was_found_leads_to_its_own(two_orders: House) -> None:
    with database.reading() as session:
        order = session.get_one(Order, (A, payloads.ORDER))
        [fulfillment] = order.fulfillments
        [shipment] = fulfillment.shipments
        assert {order.shop_id, fulfillment.shop_id, shipment.shop_id} == {A}
        assert shipment.fulfillment is fulfillment
