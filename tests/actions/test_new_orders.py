"""New orders are drafted and written many at a time, and end as those that are held one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shopify_app import database
from shopify_app.actions import holding, orders
from shopify_app.models import (
    Change,
    CheckpointRow,
    Facet,
    Fulfillment,
    Order,
    Outbox,
    Shipment,
    Shop,
    draft,
    writing,
)
from tests import payloads
from tests.support import ALICE, BOB, SHOP_IDS, House
from webhooks.handlers import rest

TABLES = (Order, Fulfillment, Shipment, CheckpointRow, Change, Facet, Outbox)
GIVEN_BY_THE_DATABASE = {"shop_id", "id", "shipment_id", "joined_id"}
TWO = payloads.fulfillment(["YT2412345678901234", "YT2412345678905678"])
EVENT = payloads.fulfillment_event("in_transit", "2026-11-23T09:00:00-05:00")

Act = Callable[[Session, Shop], None]


def told(*bodies: payloads.Body) -> Act:
    def act(session: Session, shop: Shop) -> None:
        for body in bodies:
            orders.record_order(session, shop, rest.order(body))

    return act


def shipped_first(session: Session, shop: Shop) -> None:
    orders.record_fulfillment(session, shop, rest.fulfillment(payloads.fulfillment()))
    orders.record_order(session, shop, rest.order(payloads.fulfilled_order()))


def moved_first(session: Session, shop: Shop) -> None:
    orders.record_event(session, shop, rest.fulfillment_event(EVENT))
    orders.record_order(session, shop, rest.order(payloads.fulfilled_order()))


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(told(payloads.order(tags="gift, rush")), id="placed"),
        pytest.param(told(payloads.fulfilled_order()), id="shipped"),
        pytest.param(told(payloads.fulfilled_order(TWO, tags="gift")), id="two numbers"),
        pytest.param(told(payloads.fulfilled_order(payloads.fulfillment(None))), id="no number"),
        pytest.param(
            told(payloads.fulfilled_order(payloads.fulfillment(status="cancelled"))), id="cancelled"
        ),
        pytest.param(told(payloads.order(), payloads.fulfilled_order()), id="told twice"),
        pytest.param(shipped_first, id="the fulfillment first"),
        pytest.param(moved_first, id="an event first"),
    ],
)
def test_a_drafted_order_ends_in_the_same_rows(house: House, act: Act) -> None:
    for domain, new in ((ALICE, Order), (BOB, draft.of(Order))):
        house.notify(domain)
        house.follow(domain)
        house.change_shop(domain, write_links=True)
        with house.changing(domain) as (session, shop):
            holding.hold_all(session, shop.id, [payloads.ORDER], new=new)
            act(session, shop)
            holding.write_new(session)
    assert rows_of(BOB) == rows_of(ALICE)


def test_who_belongs_to_whom_is_the_same_for_a_draft(house: House) -> None:
    with house.changing() as (session, shop):
        holding.hold_all(session, shop.id, [payloads.ORDER], new=draft.of(Order))
        told(payloads.fulfilled_order(TWO))(session, shop)
        holding.write_new(session)
    one, other = house.shipments()
    with database.reading() as session:
        changes = select(Change.shipment_id).where(Change.shop_id == one.shop_id)
        assert sorted(session.scalars(changes)) == [one.id, other.id]


def test_a_draft_that_nobody_writes_is_an_error_rather_than_lost(house: House) -> None:
    with pytest.raises(RuntimeError, match="nobody has written"), house.changing() as (session, _):
        holding.hold_all(session, SHOP_IDS[ALICE], [payloads.ORDER], new=draft.of(Order))


def test_what_the_driver_raises_is_told_as_the_database_tells_it(house: House) -> None:
    house.record(payloads.order())
    again = draft.of(Order)(shop_id=SHOP_IDS[ALICE], id=payloads.ORDER)
    with pytest.raises(IntegrityError), database.writing() as session:
        writing.write(session.connection(), Order, [again])


def rows_of(domain: str) -> dict[str, list[dict[str, Any]]]:
    """All that is kept of a shop's orders, but for what the database gave."""
    with database.reading() as session:
        return {
            model.__tablename__: sorted(
                (_told(row) for row in session.scalars(_of(model, domain))), key=repr
            )
            for model in TABLES
        }


def _of(model: Any, domain: str) -> Any:
    return select(model).where(model.shop_id == SHOP_IDS[domain])


def _told(row: Any) -> dict[str, Any]:
    names = [column.name for column in row.__table__.c]
    return {name: getattr(row, name) for name in names if name not in GIVEN_BY_THE_DATABASE}
