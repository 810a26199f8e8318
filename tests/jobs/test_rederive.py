"""After a change of the tables every status is derived anew from what is stored."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest

from shopify_app import cli
from shopify_app.actions import by_hand, orders, shipments
from shopify_app.domain import event_text, status_map
from shopify_app.domain.status import Reason, Status
from shopify_app.domain.status_map import Meaning
from shopify_app.jobs import rederive
from shopify_app.jobs.rederive import Rederived
from shopify_app.models import Change, Outbox, Shipment, SourceReading
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.support import ALICE, BOB, ENVIRONMENT, NOON, House
from webhooks.handlers import rest

OTHER = "RR123456785CN"
AT, EARLIER = "2026-11-24T08:00:00Z", "2026-11-23T08:00:00Z"
DAY = timedelta(days=1)
Changed = list[tuple[str, str, str]]
"""Of each shipment its number, and what it was and is."""


class Tables:
    """The tables of words, to be changed as a new version of the product would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch

    def change(self, code: str, *meaning: Any, source: str = "17track") -> None:
        self._patch.setitem(status_map._TABLES[source], code, Meaning(*meaning))
        self._patch.setattr(status_map, "VERSION", status_map.VERSION + 1)


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Tables:
    return Tables(monkeypatch)


@pytest.fixture
def moving(house: House) -> House:
    """Alice's parcel is in transit; its customs want papers."""
    house.follow()
    house.record(payloads.fulfilled_order())
    house.choose()
    house.track(tracked(NUMBER, step("InTransit_CustomsRequiringInformation", AT)))
    return house


PAPERS = ("InTransit_CustomsRequiringInformation", Status.ALERT, Reason.CUSTOMS_UNSPECIFIED)


def forecast(house: House, domain: str = ALICE) -> Changed:
    return [_short(each) for each in rederive.forecast(house.shop(domain))]


def apply(house: House, domain: str = ALICE) -> Changed:
    return [_short(each) for each in rederive.apply(house.shop(domain))]


def _short(found: Rederived) -> tuple[str, str, str]:
    return (found.number, found.before, found.after)


def everything(house: House) -> list[object]:
    """The rows that a derivation may write, by value."""
    return [
        {name: value for name, value in vars(row).items() if name != "_sa_instance_state"}
        for model in (Shipment, SourceReading, Change, Outbox)
        for row in house.rows(model)
    ]


def test_with_the_same_tables_nothing_changes(moving: House) -> None:
    before = everything(moving)
    assert forecast(moving) == apply(moving) == []
    assert everything(moving) == before


def test_a_word_that_means_another_thing_changes_its_shipments(
    moving: House, tables: Tables
) -> None:
    tables.change(*PAPERS)
    changed = [(NUMBER, "in_transit", "alert (customs_unspecified)")]
    assert forecast(moving) == changed
    assert apply(moving) == changed
    [shipment] = moving.shipments()
    assert (shipment.status, shipment.reason) == ("alert", "customs_unspecified")
    assert shipment.status_version == status_map.VERSION
    assert moving.order().status == "alert"
    assert moving.order().attention_from is not None
    noted = moving.rows(Change)[-1]
    assert (noted.what, noted.who) == ("status", "17track")


def test_a_forecast_writes_nothing(moving: House, tables: Tables) -> None:
    tables.change(*PAPERS)
    before = everything(moving)
    forecast(moving)
    assert everything(moving) == before


def test_a_second_run_finds_nothing_to_do(moving: House, tables: Tables) -> None:
    tables.change(*PAPERS)
    apply(moving)
    before = everything(moving)
    assert forecast(moving) == apply(moving) == []
    assert everything(moving) == before


def test_a_word_that_means_the_same_gets_the_new_version_and_no_line(
    moving: House, tables: Tables
) -> None:
    tables.change("Exception_Lost", Status.EXPIRED)
    assert apply(moving) == []
    assert {row.version for row in moving.rows(SourceReading)} == {status_map.VERSION}
    assert moving.shipments()[0].status_version == status_map.VERSION


def test_a_word_that_nobody_knows_any_more_keeps_what_it_meant(
    moving: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(status_map._TABLES, "17track", {})
    assert apply(moving) == []
    assert moving.shipments()[0].status == "in_transit"


def test_a_reason_is_read_anew_from_the_words_that_are_stored(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.record(payloads.fulfilled_order())
    told = [
        step("Exception_Other", AT, "Eaten by a goat"),
        step("InTransit_Other", EARLIER, "Goat"),
    ]
    house.track(tracked(NUMBER, *told))
    known = event_text.reason

    def with_goats(status: Status, texts: list[str]) -> Reason | None:
        assert "Goat" not in texts, "only what was said then"
        eaten = any("Eaten" in text for text in texts)
        return Reason.DESTROYED if eaten else known(status, texts)

    monkeypatch.setattr(event_text, "reason", with_goats)
    assert apply(house) == [(NUMBER, "alert (other)", "alert (destroyed)")]
    assert apply(house) == []


def test_each_shop_is_derived_by_itself(moving: House, tables: Tables) -> None:
    moving.record(payloads.fulfilled_order(), BOB)
    moving.track(tracked(NUMBER, step("InTransit_CustomsRequiringInformation", AT)), BOB)
    tables.change(*PAPERS)
    assert len(apply(moving)) == 1
    assert [moving.shipments(d)[0].status for d in (ALICE, BOB)] == ["alert", "in_transit"]
    assert len(forecast(moving, BOB)) == 1


def test_every_order_is_reached_however_many_there_are(
    house: House, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rederive, "PAGE", 2)
    numbers = [f"LP{place:014}" for place in range(5)]
    for place, number in enumerate(numbers, start=1):
        shipped = payloads.fulfillment(number, place, place)
        house.record(payloads.fulfilled_order(shipped, id=place))
        house.track(tracked(number, step("Exception_Lost", AT)))
    tables.change("Exception_Lost", Status.EXPIRED)
    assert [number for number, _, _ in apply(house)] == numbers


def test_a_run_that_was_ended_goes_on_where_it_stopped(house: House, tables: Tables) -> None:
    for place, number in enumerate((NUMBER, OTHER), start=1):
        shipped = payloads.fulfillment(number, place, place)
        house.record(payloads.fulfilled_order(shipped, id=place))
        house.track(tracked(number, step("Exception_Lost", AT)))
    tables.change("Exception_Lost", Status.EXPIRED)
    first = next(iter(rederive.apply(house.shop())))
    assert first.number == NUMBER
    assert [number for number, _, _ in apply(house)] == [OTHER]


def test_a_status_set_by_hand_stands(moving: House, tables: Tables) -> None:
    with moving.changing() as (session, shop):
        shipment = shipments.held(session, shop.id, moving.shipments()[0].id)
        assert shipment
        by_hand.set_status(session, shop, shipment, Status.DELIVERED)
    tables.change(*PAPERS)
    assert apply(moving) == []
    [shipment] = moving.shipments()
    assert (shipment.status, shipment.pinned) == ("delivered", True)
    assert [row.status for row in moving.rows(SourceReading)] == ["alert", "delivered"]


@pytest.mark.parametrize("again", [False, True], ids=["is an end no more", "is an end still"])
def test_an_end_told_of_earlier_is_one_as_long_as_its_word_means_one(
    again: bool, moving: House, tables: Tables
) -> None:
    end, later = "2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z"
    moving.track(tracked(NUMBER, step("Exception_Returned", end)))
    told = [step("InTransit_Other", later), step("Exception_Returned", end)]
    moving.track(tracked(NUMBER, *told, synced_at=later))
    if again:
        tables.change("Exception_Lost", Status.EXPIRED)
    else:
        tables.change("Exception_Returned", Status.ALERT, Reason.RETURNING)
    apply(moving)
    [row] = moving.rows(SourceReading)
    assert (row.terminal_at is not None) == again


def test_shopifys_own_events_are_read_anew_too(house: House, tables: Tables) -> None:
    house.record(payloads.fulfilled_order())
    event = payloads.fulfillment_event("delivered", AT)
    with house.changing() as (session, shop):
        orders.record_event(session, shop, rest.fulfillment_event(event))
    tables.change("delivered", Status.PICK_UP, source="shopify")
    assert apply(house) == [(NUMBER, "delivered", "pick_up")]
    assert apply(house) == []


def test_a_parcel_that_has_not_ended_after_all_is_looked_at_again(
    moving: House, tables: Tables
) -> None:
    moving.track(tracked(NUMBER, step("Delivered_Other", "2026-11-24T09:00:00Z")))
    moving.change(moving.shipments()[0], look_at=None, followed_at=NOON - DAY)
    tables.change("Delivered_Other", Status.PICK_UP)
    apply(moving)
    assert moving.shipments()[0].look_at is not None


def test_no_customer_is_told_and_shopify_is_by_its_rules(moving: House, tables: Tables) -> None:
    with moving.changing() as (_, shop):
        shop.notify, shop.notify_since = True, NOON - 30 * DAY
    before = moving.outbox()
    tables.change(*PAPERS, "FAILURE")
    apply(moving)
    added = moving.outbox()[len(before) :]
    assert [(row.channel, row.event) for row in added] == [("shopify", "FAILURE")]


Said = Any


@pytest.fixture
def say(moving: House, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Said:
    """Run the command with these options: its status, and the lines that it prints."""
    settings = moving.settings
    own = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
    monkeypatch.setattr(os, "environ", ENVIRONMENT | own)

    def say_(*options: str) -> tuple[object, list[str]]:
        with pytest.raises(SystemExit) as ended:
            cli.main(["rederive", *options])
        return ended.value.code, capsys.readouterr().out.splitlines()

    return say_


def test_the_command_says_what_would_change_and_changes_it_when_told(
    say: Said, moving: House, tables: Tables
) -> None:
    tables.change(*PAPERS)
    line = (
        f"{ALICE} #1058 {NUMBER}: in_transit -> alert (customs_unspecified)"
        " by 17track InTransit_CustomsRequiringInformation"
    )
    assert say() == (0, [line, "1 shipment would change; --apply changes them"])
    assert moving.shipments()[0].status == "in_transit"
    assert say("--apply", "--shop", BOB) == (0, ["0 shipments changed"])
    assert say("--apply", "--shop", ALICE) == (0, [line, "1 shipment changed"])
    assert moving.shipments()[0].status == "alert"
    assert say("--apply") == (0, ["0 shipments changed"])


def test_the_command_knows_no_shop_that_is_not_there(say: Said) -> None:
    assert say("--shop", "nobody.myshopify.com") == (1, [])
