"""What the rows of a file ask for is done once, whatever dies in between, and quietly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shopify_app import database
from shopify_app.actions import again, by_hand, uploads
from shopify_app.domain import csv_columns, csv_file, csv_in
from shopify_app.jobs import apply_upload, bulk, fulfill_rows, retain
from shopify_app.models import Upload, UploadRow
from tests import nodes, payloads
from tests.admin.shop import order_id, place, ship, shipment, tracking_number
from tests.payloads import Body
from tests.stubs import AdminApi
from tests.support import ALICE, BOB, NOON, SHOP_IDS, House

WORDS = {"delivered": "delivered"}


def bring(house: House, text: str, *, quiet: bool = False, domain: str = ALICE) -> None:
    """The merchant brought a file, and agreed to what comes of it."""
    table = csv_file.read(text)
    columns = csv_columns.guess(table.heading)
    rows = csv_columns.rows(table, columns)
    with house.changing(domain) as (session, shop):
        upload = uploads.bring(session, shop, "file.csv", text, columns)
        judged = csv_in.judge(rows, uploads.known(session, shop.id, rows), WORDS)
        uploads.agree(session, upload, judged, quiet=quiet)


def ended(house: House) -> list[tuple[str, str, str]]:
    return [(row.what, row.state, row.why) for row in house.rows(UploadRow)]


def fulfilled(variables: Body) -> Body:
    """Shopify fulfills, with the numbers that it was given."""
    info = variables["fulfillment"]["trackingInfo"]
    told = nodes.fulfillment(info["numbers"][0], created_at(variables), createdAt=NOON.isoformat())
    return {"fulfillmentCreate": {"fulfillment": told, "userErrors": []}}


def created_at(variables: Body) -> int:
    return payloads.FULFILLMENT + len(variables["fulfillment"]["trackingInfo"]["numbers"][0])


def sent(api: AdminApi) -> list[Any]:
    return [variables["fulfillment"] for name, variables in api.asked if name == "Fulfill"]


@pytest.fixture
def shop(house: House, shopify: AdminApi) -> House:
    """Alice tells her customers since this morning; order #1 is open, #2 went out before."""
    house.change_shop(notify=True, notify_since=NOON - timedelta(hours=1))
    place(house, 1)
    ship(house, 2)
    shopify.answers |= {"Fulfillable": nodes.fulfillable(2, 1), "Fulfill": fulfilled}
    return house


def test_a_file_fulfills_corrects_and_sets_and_says_what_it_could_not(
    shop: House, shopify: AdminApi
) -> None:
    ship(shop, 3)
    bring(
        shop,
        "Order,Number,Carrier,Status\n#1,YT900,Yanwen,\n#2,YT901,,\n#3,,,delivered\n#9,YT1,,\n",
    )
    bulk.run()
    assert ended(shop) == [
        ("fulfill", "done", ""),
        ("number", "done", ""),
        ("status", "done", ""),
        ("bad", "failed", "unknown_order"),
    ]
    [asked] = sent(shopify)
    assert asked["trackingInfo"] == {"numbers": ["YT900"], "company": "Yanwen"}
    assert shipment(shop, 1).number == "YT900"
    assert shipment(shop, 2).number == "YT901"
    assert (shipment(shop, 3).status, shipment(shop, 3).pinned) == ("delivered", True)
    [upload] = shop.rows(Upload)
    assert (upload.state, upload.ended_at, upload.due_at) == ("done", NOON, None)


def test_several_numbers_of_an_order_go_out_in_one_fulfillment(
    shop: House, shopify: AdminApi
) -> None:
    bring(shop, "Order,Number\n#1,YT900\n#1,YT901\n")
    bulk.run()
    assert [asked["trackingInfo"]["numbers"] for asked in sent(shopify)] == [["YT900", "YT901"]]


def test_items_that_the_file_names_go_out_each_with_its_number(
    shop: House, shopify: AdminApi
) -> None:
    bring(
        shop, "Order,Number,SKU,Quantity\n#1,YT900,sku-1,1\n#1,YT9001,thing 2,\n#1,YT900,nothing,\n"
    )
    bulk.run()
    assert ended(shop) == [
        ("fulfill", "failed", "unknown_item"),
        ("fulfill", "done", ""),
        ("fulfill", "failed", "unknown_item"),
    ], "what goes out together is done together"
    [asked] = sent(shopify)
    [part] = asked["lineItemsByFulfillmentOrder"]
    assert [line["id"][-1:] for line in part["fulfillmentOrderLineItems"]] == ["2"]


@pytest.mark.parametrize("arrived", [True, False])
def test_an_answer_that_was_lost_is_looked_up_and_nothing_is_fulfilled_twice(
    arrived: bool, shop: House, shopify: AdminApi
) -> None:
    shopify.answers["Fulfill"] = 500
    told = nodes.fulfillment("YT900") if arrived else None
    shopify.answers["OneOrder"] = {"order": nodes.order(order_id(1), *filter(None, [told]))}
    bring(shop, "Order,Number\n#1,YT900\n")
    bulk.run()
    assert ended(shop) == [("fulfill", "sending", "")]
    shopify.answers["Fulfill"] = fulfilled
    shop.clock.jump(minutes=1)
    bulk.run()
    assert ended(shop) == [("fulfill", "done", "")]
    assert len(sent(shopify)) == (1 if arrived else 2)
    assert shipment(shop, 1).number == "YT900"


def test_who_dies_with_rows_in_hand_loses_none_and_does_none_twice(
    shop: House, shopify: AdminApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    text = "Order,Number\n#2,YT901\n#1,YT900\n"
    bring(shop, text)
    with monkeypatch.context() as dying:
        dying.setattr(fulfill_rows, "_take_over", die)
        with pytest.raises(KeyboardInterrupt):
            bulk.run()
    assert [state for _, state, _ in ended(shop)] == ["done", "sending"]
    assert not apply_upload.step(), "the lease holds"
    shopify.answers["OneOrder"] = {"order": nodes.order(order_id(1), nodes.fulfillment("YT900"))}
    shop.clock.now += again.LEASE + timedelta(seconds=1)
    bulk.run()
    assert [state for _, state, _ in ended(shop)] == ["done", "done"]
    assert len(sent(shopify)) == 1


def test_what_shopify_refuses_is_kept_with_its_words_and_the_others_go_on(
    shop: House, shopify: AdminApi
) -> None:
    error = {"field": [], "message": "It is on hold."}
    shopify.answers["Fulfill"] = {"fulfillmentCreate": {"fulfillment": None, "userErrors": [error]}}
    bring(shop, "Order,Number\n#1,YT900\n#2,YT901\n")
    bulk.run()
    assert ended(shop) == [("fulfill", "failed", "It is on hold."), ("number", "done", "")]


def test_a_store_that_never_answers_ends_the_file(shop: House, shopify: AdminApi) -> None:
    shopify.answers["Fulfillable"] = 401
    bring(shop, "Order,Number\n#1,YT900\n#2,YT901\n")
    for _ in range(apply_upload.MOST_TRIES + 1):
        bulk.run()
        shop.clock.jump(hours=1)
    assert [why for _, _, why in ended(shop)] == ["unreachable", "unreachable"]
    assert [upload.state for upload in shop.rows(Upload)] == ["done"]


@pytest.mark.parametrize("quiet", [True, False])
def test_customers_hear_of_what_was_fulfilled_unless_the_merchant_ticked(
    quiet: bool, shop: House, shopify: AdminApi
) -> None:
    bring(shop, "Order,Number\n#1,YT900\n", quiet=quiet)
    bulk.run()
    mails = [(row.event, row.state, row.detail) for row in shop.outbox("email")]
    told = ("suppressed", "by_file") if quiet else ("waiting", "")
    assert mails == [("shipping_confirmation", *told)]
    shop.change_shop(notify_by="shopify")
    place(shop, 5)
    bring(shop, "Order,Number\n#5,YT90005\n", quiet=quiet)
    bulk.run()
    assert [asked["notifyCustomer"] for asked in sent(shopify)] == [False, not quiet]


def test_a_number_or_a_status_of_a_file_writes_to_nobody(shop: House) -> None:
    ship(shop, 3, shipped=NOON, numbers=[])
    ship(shop, 4)
    bring(shop, "Order,Number,Status\n#3,YT903,\n#2,YT902,\n#4,,delivered\n")
    bulk.run()
    told = {(row.channel, row.event, row.state) for row in shop.outbox()}
    assert told == {
        ("email", "shipping_confirmation", "suppressed"),
        ("sms", "shipping_confirmation", "suppressed"),
        ("shopify", "TRACKING_INFO", "waiting"),
        ("shopify", "DELIVERED", "suppressed"),
    }


def test_a_row_that_raises_is_set_aside_alone(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (3, 4):
        ship(shop, number)
    lines = "".join(f"#{n},,delivered\n" for n in (2, 3, 4))
    bring(shop, f"Order,Number,Status\n{lines}")
    poison, set_status = shipment(shop, 3).id, by_hand.set_status

    def raises(session: Any, owner: Any, each: Any, *more: Any) -> None:
        shop.clock.jump(seconds=1)
        set_status(session, owner, each, *more)
        if each.id == poison:
            raise RuntimeError

    monkeypatch.setattr(by_hand, "set_status", raises)
    bulk.run()
    states = [(state, why) for _, state, why in ended(shop)]
    assert states == [("done", ""), ("failed", "unforeseen"), ("done", "")]
    assert [s.status for s in shop.shipments()] == ["delivered", "pending", "delivered"]


def test_old_files_are_forgotten_and_so_is_who_stands_in_them(shop: House) -> None:
    bring(shop, f"Order,Number,Customer\n#1,{tracking_number(1)},Maren Oakdale\n")
    shop.change_shop(tidy_at=NOON + timedelta(days=31))
    shop.change(shop.rows(Upload)[0], state="done", due_at=None)
    with database.reading() as session:
        raw = session.connection().exec_driver_sql("SELECT text, name FROM uploads").one()
    assert "Maren" not in raw[0]
    shop.clock.jump(days=31)
    while retain.step():
        pass
    assert (shop.rows(Upload), shop.rows(UploadRow)) == ([], [])


def test_another_shops_order_of_the_same_name_is_left_alone(shop: House, shopify: AdminApi) -> None:
    ship(shop, 2, domain=BOB)
    bring(shop, "Order,Status\n#2,delivered\n", domain=BOB)
    bulk.run()
    assert (shipment(shop, 2).status, shipment(shop, 2, BOB).status) == ("pending", "delivered")
    assert {row.shop_id for row in shop.rows(UploadRow)} == {SHOP_IDS[BOB]}
