"""An operator erases one customer again, as after a restore: of the store and the orders named."""

from __future__ import annotations

import pytest

from shopify_app.models import Order
from tests import payloads
from tests.cli.conftest import Run
from tests.support import ALICE, BOB, MALLORY, SHOP_IDS, House

NAMED = str(payloads.fulfilled_order()["id"])


@pytest.fixture
def two(house: House) -> House:
    """Alice and Bob have an order of the same number each."""
    for domain in (ALICE, BOB):
        house.record(payloads.fulfilled_order(), domain)
    return house


def known(house: House) -> set[int]:
    """The shops whose order still says whose it is."""
    return {row.shop_id for row in house.rows(Order) if row.customer_name or row.email}


@pytest.mark.parametrize("order", [NAMED, "#1058", "1058"])
def test_the_customer_is_erased_from_that_stores_order_alone(
    order: str, two: House, run: Run
) -> None:
    assert run("erase-customer", ALICE, order, "--apply") == 0
    assert known(two) == {SHOP_IDS[BOB]}


def test_without_apply_it_says_so_and_erases_nothing(
    two: House, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("erase-customer", ALICE, NAMED) == 0
    assert "--apply" in capsys.readouterr().out
    assert known(two) == {SHOP_IDS[ALICE], SHOP_IDS[BOB]}


def test_a_name_that_two_orders_have_erases_nothing(
    two: House, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    two.record(payloads.order(payloads.ORDER + 5, name="#1058"))
    assert run("erase-customer", ALICE, "#1058", "--apply") == 1
    assert f"{payloads.ORDER + 5}" in capsys.readouterr().err
    assert known(two) == {SHOP_IDS[ALICE], SHOP_IDS[BOB]}


@pytest.mark.parametrize("named", [(MALLORY, NAMED), (ALICE, NAMED, "7")])
def test_a_store_or_an_order_that_is_not_there_erases_nothing(
    named: tuple[str, ...], two: House, run: Run
) -> None:
    assert run("erase-customer", *named, "--apply") == 1
    assert known(two) == {SHOP_IDS[ALICE], SHOP_IDS[BOB]}
