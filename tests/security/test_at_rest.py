"""Who gets hold of the database, or of Redis, reads no token, no key and no customer's contact."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from shopify_app import crypto, database, queue
from shopify_app.actions import mending, shipments, uploads
from shopify_app.jobs import deliver, process_inbox
from shopify_app.models import Base, CarrierAccount, Shop
from tests import payloads
from tests.stubs import AdminApi, SeventeenTrack
from tests.support import App, House

pytestmark = pytest.mark.both_databases

PLANTED = {
    "access token": "shpat_planted_access_0001",
    "refresh token": "shprt_planted_refresh_0001",
    "17TRACK key": "PLANTED17TRACKKEY0001",
    "email": "planted.customer@canary.example",
    "phone": "+84909555777",
    "what a carrier asks for": "planted-postcode-90210",
    "phone for tests": "+84909555888",
    "a file that was brought": "planted-cell-of-a-file",
}
READABLE = "Planted Name"
"""A customer's name stands as it is (docs/privacy.md): by it the search shows that it can find."""


@pytest.fixture
def planted(app: App, shopify: AdminApi, carrier: SeventeenTrack) -> App:
    """Each of them came in the way it does, and did its work."""
    house = app.house
    house.notify()
    with house.changing() as (_, shop):
        shop.access_token = PLANTED["access token"]
        shop.refresh_token = PLANTED["refresh token"]
        shop.test_phone = PLANTED["phone for tests"]
    house.follow(key=PLANTED["17TRACK key"])
    contact = {"email": PLANTED["email"], "contact_email": PLANTED["email"]}
    place = payloads.address(name=READABLE, phone=PLANTED["phone"])
    told = contact | {"phone": PLANTED["phone"], "shipping_address": place}
    app.hear("orders/create", payloads.fulfilled_order(**told))
    house.choose()
    with house.changing() as (session, shop):
        [row] = house.shipments()
        held = shipments.held(session, shop.id, row.id)
        assert held
        mending.give_fields(
            session, shop, held, {"postal_code": PLANTED["what a carrier asks for"]}
        )
        uploads.bring(
            session, shop, PLANTED["a file that was brought"], "#1,YT1\n" * 9, {"order": 0}
        )
    app.visit(f"/orders?q={PLANTED['email']}")
    deliver.run()
    process_inbox.run()
    return app


def test_the_database_holds_none_of_them_in_the_clear(planted: App) -> None:
    raw = everything(planted.house)
    assert READABLE.encode() in raw, "what is not encrypted is found"
    assert [name for name, value in PLANTED.items() if value.encode() in raw] == []
    assert [name for name, value in PLANTED.items() if value.encode("utf-16-le") in raw] == []


def test_redis_holds_none_of_them_at_all(planted: App) -> None:
    kept = [dump for key in queue.redis().keys("*") if (dump := queue.redis().dump(key))]
    names = list(queue.redis().keys("*"))
    assert names
    for value in (*PLANTED.values(), READABLE):
        assert not any(value.encode() in each for each in (*kept, *names))


def test_what_was_planted_is_there_for_who_has_the_keys(planted: App) -> None:
    shop, order = planted.house.shop(), planted.house.order()
    [shipment] = planted.house.shipments()
    assert shop.access_token == PLANTED["access token"]
    assert (order.email, order.phone) == (PLANTED["email"], PLANTED["phone"])
    [account] = planted.house.rows(CarrierAccount)
    assert account.api_key == PLANTED["17TRACK key"]
    assert PLANTED["what a carrier asks for"] in json.dumps(shipment.fields)
    assert READABLE in planted.visit(f"/orders?q={PLANTED['email']}").text, "found by its hash"


def test_the_hash_by_which_an_address_is_found_cannot_be_made_without_the_secret(
    planted: App,
) -> None:
    before = everything(planted.house)
    ours = crypto.keyed_hash(PLANTED["email"])
    assert ours.encode() in before
    settings = planted.house.settings
    crypto.configure(settings.encryption_keys, "another-secret-of-32-signs-or-more")
    try:
        assert crypto.keyed_hash(PLANTED["email"]).encode() not in before
    finally:
        crypto.configure(settings.encryption_keys, settings.secret_key)


def test_a_stolen_database_opens_with_another_key_as_an_error_and_not_as_nothing(
    planted: App,
) -> None:
    settings = planted.house.settings
    other = "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="
    crypto.configure([other], settings.secret_key)
    try:
        with database.reading() as session, pytest.raises(crypto.CannotDecrypt):
            session.get_one(Shop, 548380009)
    finally:
        crypto.configure(settings.encryption_keys, settings.secret_key)


def test_every_column_that_by_its_name_holds_a_secret_is_encrypted() -> None:
    words = ("token", "secret", "password", "api_key", "email", "phone")
    ours = {"shops.email", "shops.contact_email"}  # the merchant's own
    derived = ("hash", "_at", "from")
    found = {
        f"{table.name}.{column.name}": type(column.type).__name__
        for table in Base.metadata.sorted_tables
        for column in table.c
        if any(word in column.name for word in words) and not column.name.endswith(derived)
    }
    plain = {name for name, kind in found.items() if kind in {"Plain", "Text", "String"}}
    assert len(found) > 5
    assert plain - ours == set()


def everything(house: House) -> bytes:
    """The SQLite file with its log, or every row of every table as a dump of PostgreSQL has it."""
    url = make_url(house.settings.database_url)
    if url.get_backend_name() == "sqlite":
        database.engine().dispose()
        path = Path(url.database or "")
        return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    plain = house.settings.database_url.replace("postgresql+psycopg:", "postgresql:")
    dumped = b""
    with psycopg.connect(plain) as connection:
        for table in Base.metadata.sorted_tables:
            command = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table.name))
            with connection.cursor().copy(command) as rows:
                dumped += b"".join(bytes(row) for row in rows)
    return dumped
