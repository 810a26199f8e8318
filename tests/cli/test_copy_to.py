"""All data, or one shop's, goes over to an empty database, and the product goes on there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select

from shopify_app import database
from shopify_app.models import Base, Calls, CarrierAccount, Inbox, Order, Shipment, UnknownWord
from shopify_app.tenants import across_shops
from tests import databases, payloads
from tests.cli.conftest import Run
from tests.payloads import NUMBER, step, tracked
from tests.support import ALICE, BOB, NOON, SHOP_IDS, App, House

SECOND = "RR123456785CN"
Everything = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=["sqlite", "postgres"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/target.sqlite"
    server: str = request.getfixturevalue("postgres_url")
    worker = tmp_path.parent.name.replace("-", "_")
    return databases.postgres_empty(server, f"retrack_target_{worker}")


@pytest.fixture
def full(app: App) -> House:
    """Two shops with parcels on their way, one of two numbers, mails, webhooks and calls."""
    house = app.house
    for domain in (ALICE, BOB):
        house.notify(domain)
        house.follow(domain)
        parcels = payloads.fulfillment([NUMBER, SECOND])
        house.record(payloads.fulfilled_order(parcels), domain)
        house.choose()
        house.track(tracked(NUMBER, step("InTransit_Departure", "2026-11-24T08:00:00Z")), domain)
        app.webhook("orders/create", payloads.order(), domain)
        first, second = house.shipments(domain)
        house.change(first, joined_id=second.id)  # the one of lower number points to the other
        with database.writing() as session:
            account = house.account(domain).id
            about = {"day": NOON.date(), "what": "fetch", "calls": 2, "numbers": 50}
            session.add(Calls(account_id=account, **about))
    with database.writing() as session:
        session.add(UnknownWord(source="17track", word="Teleported", count=3, last_at=NOON))
        session.add(CarrierAccount(id="of-the-house", provider="dhl"))
    return house


def everything(url: str, of: Callable[[Any], bool] = lambda _row: True) -> Everything:
    """Every row of every table, as the product reads it."""
    database.configure(url)
    told = {}
    with database.reading() as session:
        for mapper in Base.registry.mappers:
            by_key = select(mapper.class_).order_by(*mapper.primary_key)
            rows = [row for row in session.scalars(across_shops(by_key)) if of(row)]
            names = [column.key for column in mapper.column_attrs]
            told[mapper.local_table.name] = [{n: getattr(r, n) for n in names} for r in rows]
    return told


def test_every_row_arrives_as_it_was(
    full: House, target: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("copy-to", target) == 0
    told = capsys.readouterr().out
    before, after = everything(full.settings.database_url), everything(target)
    assert after == before
    filled = {name: len(rows) for name, rows in before.items() if rows}
    assert {"shops", "orders", "shipments", "checkpoints", "outbox", "inbox", "calls"} <= {*filled}
    assert [n for n, count in filled.items() if f"{n}: {count}\n" not in told] == []


def test_the_product_goes_on_in_the_new_database(full: House, target: str, run: Run) -> None:
    assert run("copy-to", target) == 0
    database.configure(target)
    before = max(row.id for row in full.rows(Shipment))
    full.record(payloads.fulfilled_order(payloads.fulfillment(None, 99, 98), id=98))
    assert max(row.id for row in full.rows(Shipment)) > before
    assert len(full.rows(Order)) == 3


def test_one_shop_goes_alone(full: House, target: str, run: Run) -> None:
    assert run("copy-to", target, "--shop", BOB) == 0
    mine = {SHOP_IDS[BOB], BOB, full.account(BOB).id, "of-the-house"}

    def is_bobs(row: Any) -> bool:
        names = ("shop_id", "owner_id", "account", "account_id")
        whose = [getattr(row, name) for name in names if hasattr(row, name)]
        return bool(mine & {*whose, *inspect(row).identity})

    before = everything(full.settings.database_url, is_bobs)
    assert everything(target) == before
    assert [row["account"] for row in before["inbox"]] == [BOB]
    assert len(before["orders"]) == len(before["calls"]) == 1


def test_a_target_with_rows_is_refused_and_left_as_it_is(
    full: House, target: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("copy-to", target) == 0
    before = everything(target)
    assert run("copy-to", target) == 1
    assert "the target is not empty: it has rows in " in capsys.readouterr().err
    assert everything(target) == before


def test_what_breaks_half_way_leaves_the_target_empty(
    full: House, target: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("shopify_app.database_copy._go_on_counting", break_)
    told = str(run("copy-to", target))
    assert told == "retrack: DATABASE_URL of the target cannot be used: the disk is full"
    assert not any(everything(target).values())


def test_the_database_itself_is_no_target(
    full: House, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("copy-to", full.settings.database_url) == 1
    assert "the target is the database itself" in capsys.readouterr().err


def test_a_shop_that_is_none_is_told(
    full: House, target: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("copy-to", target, "--shop", "mallory.myshopify.com") == 1
    assert "no shop mallory.myshopify.com" in capsys.readouterr().err


def test_a_target_out_of_reach_is_one_line(full: House, run: Run) -> None:
    told = str(run("copy-to", "postgresql://me:secret@127.0.0.1:1/none"))
    assert told.startswith("retrack: DATABASE_URL of the target cannot be used: ")
    assert "\n" not in told
    assert "secret" not in told


def test_what_is_encrypted_stays_as_it_is(full: House, target: str, run: Run) -> None:
    assert run("copy-to", target) == 0
    wanted = "SELECT shop_id, email FROM orders ORDER BY shop_id"

    def stored(url: str) -> list[Any]:
        with database.configure(url).connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(wanted)]

    before = stored(full.settings.database_url)
    assert stored(target) == before
    assert all(email and "@" not in email for _, email in before)
    assert len(full.rows(Inbox)) == 2
