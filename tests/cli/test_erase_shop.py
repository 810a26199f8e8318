"""A store is erased when its domain was said twice, and no other with it."""

from __future__ import annotations

import io
import sys

import pytest

from shopify_app import database
from shopify_app.models import Base, Order, Shop
from tests import payloads
from tests.cli.conftest import Run
from tests.support import ALICE, BOB, MALLORY, NOON, SHOP_IDS, House


@pytest.fixture
def left(house: House) -> House:
    """Alice took the app off her store; Bob has it still."""
    for domain in (ALICE, BOB):
        house.record(payloads.fulfilled_order(), domain)
    house.change_shop(uninstalled_at=NOON)
    return house


def owners(house: House) -> set[int]:
    return {row.id for row in house.rows(Shop)} | {row.shop_id for row in house.rows(Order)}


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_the_domain_typed_once_more_erases_that_store_alone(
    left: House, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, f"{ALICE}\n")
    assert run("erase-shop", ALICE) == 0
    assert owners(left) == {SHOP_IDS[BOB]}
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if "shop_id" in table.c:
                of_alice = table.select().where(table.c.shop_id == SHOP_IDS[ALICE])
                assert session.connection().execute(of_alice).first() is None, table.name


@pytest.mark.parametrize("typed", ["", "\n", f"{BOB}\n", "yes\n"])
def test_anything_else_erases_nothing(
    typed: str, left: House, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, typed)
    assert run("erase-shop", ALICE) == 1
    assert owners(left) == {SHOP_IDS[ALICE], SHOP_IDS[BOB]}


def test_yes_asks_nothing(left: House, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "")
    assert run("erase-shop", ALICE, "--yes") == 0
    assert owners(left) == {SHOP_IDS[BOB]}


def test_a_store_that_has_the_app_is_erased_by_force_alone(
    left: House, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("erase-shop", BOB, "--yes") == 1
    assert "uninstall it there first" in capsys.readouterr().err
    assert owners(left) == {SHOP_IDS[ALICE], SHOP_IDS[BOB]}
    assert run("erase-shop", BOB, "--yes", "--force") == 0
    assert owners(left) == {SHOP_IDS[ALICE]}


def test_a_stranger_is_told_apart(
    left: House, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("erase-shop", MALLORY, "--yes") == 1
    assert capsys.readouterr().err == f"no shop {MALLORY}\n"


def test_a_store_is_erased_by_the_name_that_it_has_now(left: House, run: Run) -> None:
    left.change_shop(former_domain="before.myshopify.com")
    assert run("erase-shop", "before.myshopify.com", "--yes") == 1
    assert owners(left) == {SHOP_IDS[ALICE], SHOP_IDS[BOB]}
