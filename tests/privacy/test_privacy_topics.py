"""A customer asks for their data or to be forgotten; a shop is forgotten after it left."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.engine import make_url

from shopify_app import database, queue
from shopify_app.actions import mending, shipments, shops
from shopify_app.models import (
    Base,
    Calls,
    CarrierAccount,
    CheckpointRow,
    DataRequest,
    Inbox,
    Order,
    Shop,
)
from shopify_app.privacy import collect, erase
from shopify_app.tenants import across_shops
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.support import ALICE, BOB, NOON, SHOP_IDS, App

MARK = "Xanthippe"
EMAIL, PHONE = "xanthippe@canary.example", "+84909111222"
CUSTOMER = 6940095564


def order(order_id: int = payloads.ORDER, name: str = MARK, **more: Any) -> payloads.Body:
    address = payloads.order()["shipping_address"] | {
        "first_name": name,
        "name": f"{name} Canary",
        "phone": PHONE,
        "city": f"{name}ville",
    }
    parcel = payloads.fulfillment(NUMBER, order_id + 1, order_id)
    told = {"shipping_address": address, "email": EMAIL, "contact_email": EMAIL, "phone": PHONE}
    return payloads.fulfilled_order(parcel, id=order_id, **(told | more))


def redact(*order_ids: int, domain: str = ALICE, **more: Any) -> payloads.Body:
    person = {"id": CUSTOMER, "email": EMAIL, "phone": PHONE}
    told = {"shop_id": SHOP_IDS[domain], "shop_domain": domain, "customer": person}
    return told | {"orders_to_redact": list(order_ids)} | more


def left() -> payloads.Body:
    return {"shop_id": SHOP_IDS[ALICE], "shop_domain": ALICE}


def state(app: App) -> tuple[str, str]:
    row = app.house.rows(Inbox)[-1]
    return row.state, row.note


@pytest.fixture
def known(app: App) -> App:
    """Both shops sent a parcel to the same customer; carriers and the merchant named her too."""
    for domain in (ALICE, BOB):
        app.house.notify(domain)
        app.house.follow(domain)
        app.hear("orders/create", order(), domain)
    app.house.choose()
    signed = step("Delivered_Other", "2026-11-23T08:00:00Z", f"Signed by {MARK}", f"{MARK}ville")
    for domain in (ALICE, BOB):
        app.house.track(tracked(NUMBER, signed), domain)
        [shipment] = app.house.shipments(domain)
        with app.house.changing(domain) as (session, shop):
            held = shipments.held(session, shop.id, shipment.id)
            assert held
            mending.give_fields(session, shop, held, {"phone": PHONE})
    broken = payloads.raw(order() | {"created_at": "no time"})
    app.webhook("orders/updated", broken)
    for row in app.house.rows(Inbox):
        if row.state == "waiting":
            with database.writing() as session:
                session.merge(row).state = "set_aside"
    return app


def traces(app: App, domain: str = ALICE) -> set[str]:
    """The columns, by table, in which something of the customer stands for this shop."""
    marks = (MARK, EMAIL, PHONE)
    found = set()
    for model in Base.registry.mappers:
        for row in app.house.rows(model.class_):
            owner = getattr(row, "shop_id", None) or getattr(row, "account", None)
            if owner not in (SHOP_IDS[domain], domain):
                continue
            for name in inspect(row).mapper.columns.keys():  # noqa: SIM118 no dict
                value = getattr(row, name)
                text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
                if any(mark in text for mark in marks):
                    found.add(f"{row.__tablename__}.{name}")
    return found


def test_the_marks_are_where_a_customer_is_kept(known: App) -> None:
    assert traces(known) >= {
        "orders.customer_name",
        "orders.email",
        "orders.phone",
        "orders.city",
        "shipments.fields",
        "shipments.last_text",
        "checkpoints.text",
        "inbox.body",
    }


def test_a_customer_who_is_to_be_forgotten_is_nowhere_any_more(known: App) -> None:
    known.hear("customers/redact", redact(payloads.ORDER))
    assert state(known) == ("done", "")
    assert traces(known) == set()
    assert traces(known, BOB), "another shop's customer is that shop's"
    kept = known.house.order()
    assert (kept.redacted_at, kept.status, kept.placed_at is not None) == (NOON, "delivered", True)


def test_nothing_of_them_is_left_in_the_file_nor_in_redis(known: App) -> None:
    url = make_url(known.house.settings.database_url)
    if url.get_backend_name() != "sqlite":
        pytest.skip("PostgreSQL keeps dead rows until it vacuums: docs/privacy.md says so")
    for domain in (ALICE, BOB):
        known.hear("customers/redact", redact(payloads.ORDER, domain=domain), domain)
    database.engine().dispose()
    path = Path(url.database or "")
    raw = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    assert len(raw) > 4096
    kept = [dump for key in queue.redis().keys("*") if (dump := queue.redis().dump(key))]
    for mark in (MARK, EMAIL, PHONE):
        assert mark.encode() not in raw
        assert not any(mark.encode() in dump for dump in kept)


def test_a_late_webhook_does_not_bring_them_back(known: App) -> None:
    known.hear("customers/redact", redact(payloads.ORDER))
    later = "2026-11-24T11:00:00Z"
    known.hear("orders/updated", order(updated_at=later, tags="vip", name=MARK))
    assert traces(known) == set()
    assert known.house.order().updated_at is not None


def test_one_who_is_forgotten_before_their_order_comes_stays_so(app: App) -> None:
    app.hear("customers/redact", redact(payloads.ORDER))
    app.hear("orders/create", order())
    assert traces(app) == set()


def test_others_orders_stay(known: App) -> None:
    known.hear("orders/create", order(7, name="Berenice"))
    known.hear("customers/redact", redact(payloads.ORDER))
    assert known.house.order(7).first_name == "Berenice"


@pytest.mark.parametrize("topic", ["customers/redact", "customers/data_request", "shop/redact"])
def test_a_body_of_another_shop_does_nothing(known: App, topic: str) -> None:
    told = redact(payloads.ORDER, domain=BOB, orders_requested=[1], data_request={"id": 9})
    known.hear(topic, told, ALICE)
    assert state(known) == ("ignored", "the body is about another shop")
    assert traces(known)
    assert known.house.rows(DataRequest) == []


def test_a_request_for_data_waits_for_the_merchant_and_tells_all(known: App) -> None:
    asked = redact(orders_requested=[payloads.ORDER, 404], data_request={"id": 9999})
    for _ in range(2):
        known.hear("customers/data_request", asked)
    [request] = known.house.rows(DataRequest)
    assert (request.request_id, request.customer_id, request.asked_at) == (9999, CUSTOMER, NOON)
    with known.house.changing() as (session, shop):
        told = collect.everything(session, shop, request)
    text = str(told)
    for mark in (MARK, EMAIL, PHONE, NUMBER, f"Signed by {MARK}", "shipping_confirmation"):
        assert mark in text
    assert BOB not in text


def leave(app: App, domain: str = ALICE) -> None:
    with app.house.changing(domain) as (session, shop):
        shops.uninstall(session, shop)


def test_a_shop_that_left_is_forgotten_whole_and_no_other(known: App) -> None:
    leave(known)
    known.hear("shop/redact", left())
    with database.reading() as session:
        assert [shop.domain for shop in session.scalars(select(Shop))] == [BOB]
        owners = {row.shop_id for row in session.scalars(across_shops(select(Order)))}
        checkpoints = session.scalars(across_shops(select(CheckpointRow))).all()
    assert owners == {SHOP_IDS[BOB]}
    assert {row.shop_id for row in checkpoints} == {SHOP_IDS[BOB]}
    assert {row.account for row in known.house.rows(Inbox) if row.body} <= {BOB}


def test_a_shop_that_came_back_is_not_forgotten(known: App) -> None:
    known.hear("shop/redact", left())
    assert state(known) == ("ignored", "the app is on the store")
    assert known.house.shop().installed


def test_the_topics_are_obeyed_after_the_app_has_left(known: App) -> None:
    leave(known)
    known.hear("customers/redact", redact(payloads.ORDER))
    assert state(known) == ("done", "")
    assert traces(known) == set()


def test_of_a_shop_that_nobody_knows_nothing_is_kept(app: App) -> None:
    told = redact(1, domain="mallory.myshopify.com")
    app.hear("customers/redact", told, "mallory.myshopify.com")
    assert state(app) == ("ignored", "nothing is kept of this shop")


def test_what_carriers_tell_later_names_nobody(known: App) -> None:
    known.hear("customers/redact", redact(payloads.ORDER))
    known.house.clock.jump(hours=1)
    again = step("Delivered_Other", "2026-11-24T12:30:00Z", f"Handed to {MARK}", f"{MARK}ville")
    known.house.track(tracked(NUMBER, again))
    assert traces(known) == set()
    assert known.house.shipments()[0].look_at is None


def test_a_description_of_the_fulfillment_brings_back_no_address(known: App) -> None:
    known.hear("customers/redact", redact(payloads.ORDER))
    later = {"updated_at": "2026-11-24T11:00:00Z"}
    parcel = payloads.fulfillment(
        NUMBER, payloads.ORDER + 1, tracking_urls=[f"https://carrier.example/?to={MARK}"], **later
    )
    known.hear("fulfillments/update", parcel)
    assert traces(known) == set()
    assert known.house.order().items == []


def test_a_deleted_order_leaves_no_person_behind_either(known: App) -> None:
    known.hear("orders/delete", {"id": payloads.ORDER})
    known.hear("customers/redact", redact())  # for the body that was set aside
    with database.writing() as session:
        for row in known.house.rows(Inbox):
            session.merge(row).body = b""
    assert traces(known) == set()


def test_a_shop_with_a_key_and_calls_of_its_own_is_forgotten_too(known: App) -> None:
    own = known.house.account().id
    with known.house.changing() as (session, _):
        session.add(
            Calls(
                account_id=own,
                day=NOON.date(),
                what="fetch",
                calls=1,
                numbers=1,
            )
        )
    leave(known)
    known.hear("shop/redact", left())
    assert {shop.domain for shop in known.house.rows(Shop)} == {BOB}
    assert {account.owner_id for account in known.house.rows(CarrierAccount)} == {SHOP_IDS[BOB]}


def test_a_step_that_shopify_tells_later_names_nobody(known: App) -> None:
    known.hear("customers/redact", redact(payloads.ORDER))
    event = payloads.fulfillment_event("in_transit", "2026-11-24T11:00:00Z")
    told = {"message": f"Left with {MARK}", "city": f"{MARK}ville"}
    ids = {"order_id": payloads.ORDER, "fulfillment_id": payloads.ORDER + 1}
    known.hear("fulfillment_events/create", event | told | ids)
    assert traces(known) == set()


def test_what_carriers_told_before_does_not_come_in_once_more(known: App) -> None:
    before = len(known.house.rows(CheckpointRow))
    known.hear("customers/redact", redact(payloads.ORDER))
    signed = step("Delivered_Other", "2026-11-23T08:00:00Z", f"Signed by {MARK}", f"{MARK}ville")
    known.house.track(tracked(NUMBER, signed))
    assert len(known.house.rows(CheckpointRow)) == before
    assert traces(known) == set()


def test_a_body_that_failed_and_waits_is_emptied_too(known: App) -> None:
    for row in known.house.rows(Inbox):
        if row.state == "set_aside":
            with database.writing() as session:
                merged = session.merge(row)
                merged.state, merged.failures = "waiting", 1
                merged.due_at = NOON + timedelta(hours=1)
    known.hear("customers/redact", redact(payloads.ORDER))
    assert traces(known) == set()


@pytest.mark.parametrize(
    "body",
    [
        b'{"email": "Xanthippe\\u0040Canary.example"}',
        b'{"email": "xanthippe@canary.example", "email": ""}',
        b"Xanthippe@Canary.example, and no JSON",
        b"[" * 100_000 + b"XANTHIPPE@canary.example",
    ],
    ids=["escaped", "twice", "no JSON", "too deep"],
)
def test_an_address_is_found_in_a_body_however_it_is_written(app: App, body: bytes) -> None:
    app.webhook("orders/updated", b"{}")
    with database.writing() as session:
        [row] = app.house.rows(Inbox)
        merged = session.merge(row)
        merged.body, merged.state = body, "set_aside"
    with app.house.changing() as (session, shop):
        erase.customer(session, shop, (), [EMAIL])
    [row] = app.house.rows(Inbox)
    assert (row.state, row.body) == ("ignored", b"")
