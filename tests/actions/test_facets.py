"""The words an order is found by follow its rows."""

from __future__ import annotations

from datetime import timedelta

from shopify_app.actions import orders
from shopify_app.models import Facet
from shopify_app.privacy import erase
from tests.admin.shop import DAY, order_id, place, ship, tell, tracking_number
from tests.support import NOON, House


def facets(house: House) -> set[tuple[str, str]]:
    return {(each.kind, each.value) for each in house.rows(Facet)}


def test_an_order_is_found_by_its_tags_its_carriers_and_where_it_goes(house: House) -> None:
    place(house, 1, tags="gift, wholesale")
    assert facets(house) == {("tag", "gift"), ("tag", "wholesale"), ("country", "US")}
    ship(house, 1, tags="gift", shipped=NOON)
    assert facets(house) == {("tag", "gift"), ("carrier", "YunExpress"), ("country", "US")}
    assert {each.placed_at for each in house.rows(Facet)} == {NOON - 2 * DAY}


def test_what_comes_before_its_order_or_is_deleted_is_found_by_nothing(house: House) -> None:
    ship(house, 1)
    with house.changing() as (session, shop):
        orders.delete_order(session, shop, order_id(1))
    assert facets(house) == set()


def test_an_erased_customers_order_keeps_its_carrier_alone(house: House) -> None:
    ship(house, 1, tags="for Maren")
    with house.changing() as (session, shop):
        erase.customer(session, shop, [order_id(1)], ())
    ship(house, 1, tags="for Maren", shipped=NOON)
    assert facets(house) == {("carrier", "YunExpress")}


def test_an_order_is_as_silent_as_its_most_silent_parcel_under_way(house: House) -> None:
    numbers = [tracking_number(n) for n in (1, 2, 3)]
    ship(house, 1, numbers=numbers, shipped=NOON - DAY)
    assert house.order(order_id(1)).silent_since == NOON - DAY, "no news since it was shipped"
    for number, code, hours in ((0, "InTransit_Departure", 5), (1, "InTransit_Departure", 3)):
        tell(house, numbers[number], code, NOON - timedelta(hours=hours))
    tell(house, numbers[2], "Delivered_Other", NOON - timedelta(hours=9))
    assert house.order(order_id(1)).silent_since == NOON - timedelta(hours=5)
    for number in numbers:
        tell(house, number, "Delivered_Other", NOON)
    order = house.order(order_id(1))
    assert (order.silent_since, order.open_since) == (None, None)
