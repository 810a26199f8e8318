"""After a restore no customer hears a second time of what may have been told since the backup."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopify_app import database
from shopify_app.actions import mending, restoring
from shopify_app.actions.bulk import RETRACK
from shopify_app.actions.outbox import send_again
from shopify_app.domain import notification
from shopify_app.domain.facts import Parcel
from shopify_app.jobs import bulk
from shopify_app.models import BulkRun, Outbox, Reconciliation, Shipment
from tests import nodes, payloads
from tests.payloads import NUMBER, step, tracked
from tests.stubs import AdminApi
from tests.support import BOB, INSTALLED, NOON, House

OTHER = "RR123456785CN"
HOUR = timedelta(hours=1)


@pytest.fixture
def telling(house: House) -> House:
    """Alice tells by email of all there is."""
    house.notify()
    since = {event: {"email": INSTALLED.isoformat()} for event in notification.OPTIONAL}
    house.change_shop(notify_sms=False, told_events=since)
    return house


def restore() -> restoring.Settled:
    """The database is what it was at the time of the backup; that was just brought back."""
    with database.writing() as session:
        return restoring.settle(session)


def mails(house: House) -> list[tuple[str, str]]:
    return [(row.event, row.state) for row in house.outbox("email")]


def end(house: House, state: str = "sent") -> None:
    [row] = house.outbox("email")
    house.change(row, state=state, ended_at=house.clock.now)


def test_what_waited_in_the_backup_may_have_gone_out_since(telling: House) -> None:
    telling.record(payloads.fulfilled_order())
    assert restore() == restoring.Settled(shops=2, messages=1)
    [row] = telling.outbox("email")
    assert (row.state, row.detail, row.ended_at) == ("uncertain", "restored", NOON)


def test_a_message_under_way_in_the_backup_is_uncertain_too(telling: House) -> None:
    telling.record(payloads.fulfilled_order())
    telling.change(telling.outbox("email")[0], state="sending", sending_since=NOON)
    restore()
    assert mails(telling) == [("shipping_confirmation", "uncertain")]


def test_a_message_whose_time_is_still_to_come_goes_out_then(telling: House) -> None:
    telling.record(payloads.fulfilled_order())
    telling.change(telling.outbox("email")[0], due_at=NOON + HOUR)
    assert restore().messages == 0
    assert mails(telling) == [("shipping_confirmation", "waiting")]


def test_a_message_that_waited_for_a_scan_may_have_been_released(telling: House) -> None:
    telling.change_shop(first_scan_days=5)
    telling.record(payloads.fulfilled_order())
    assert restore().messages == 1


def test_what_was_shipped_since_the_backup_may_have_been_confirmed(telling: House) -> None:
    restore()
    telling.record(payloads.fulfilled_order())
    assert mails(telling) == [("shipping_confirmation", "uncertain")]


def test_what_is_shipped_after_the_restore_is_confirmed_as_ever(telling: House) -> None:
    restore()
    telling.clock.jump(hours=2)
    at = (NOON + HOUR).isoformat()
    shipped = payloads.fulfillment(created_at=at, updated_at=at)
    telling.record(payloads.fulfilled_order(shipped, updated_at=at))
    assert mails(telling) == [("shipping_confirmation", "waiting")]


def test_the_merchant_can_send_an_uncertain_one_again(telling: House) -> None:
    restore()
    telling.record(payloads.fulfilled_order())
    with telling.changing() as (session, _):
        wanted = Outbox.shop_id == telling.shop().id, Outbox.channel == "email"
        send_again(session, session.query(Outbox).where(*wanted).one())
    assert mails(telling) == [("shipping_confirmation", "waiting")]


def test_a_number_that_changed_since_the_backup_may_have_been_told(telling: House) -> None:
    telling.record(payloads.fulfilled_order())
    end(telling)
    restore()
    telling.clock.jump(minutes=5)
    at = "2026-11-24T11:30:00Z"
    renumbered = payloads.fulfillment(OTHER, updated_at=at)
    telling.record(payloads.fulfilled_order(renumbered, updated_at=at))
    assert mails(telling)[1:] == [("number_changed", "uncertain")]


def test_a_number_mended_after_the_restore_is_told(telling: House) -> None:
    telling.record(payloads.fulfilled_order())
    end(telling)
    restore()
    telling.clock.jump(minutes=5)
    [shipment] = telling.shipments()
    with telling.changing() as (session, shop):
        wanted = Shipment.shop_id == shop.id, Shipment.id == shipment.id
        held = session.query(Shipment).where(*wanted).one()
        parcel = Parcel(OTHER, "", "")
        mending.change_number(session, shop, held, parcel, tell_shopify=False)
    assert mails(telling)[1:] == [("number_changed", "waiting")]


@pytest.mark.parametrize(
    ("at", "state"), [("2026-11-24T08:00:00Z", "uncertain"), ("2026-11-24T12:30:00Z", "waiting")]
)
def test_news_of_before_the_restore_may_have_been_told_and_later_news_not(
    at: str, state: str, telling: House
) -> None:
    telling.follow()
    telling.record(payloads.fulfilled_order())
    end(telling)
    restore()
    telling.clock.jump(hours=1)
    telling.track(tracked(NUMBER, step("InTransit_Departure", at)))
    assert mails(telling)[1:] == [("in_transit", state)]


def test_writes_to_shopify_wait_until_the_store_was_compared(telling: House) -> None:
    with telling.changing() as (session, shop):
        about = {"channel": "shopify", "event": "IN_TRANSIT", "key": "1", "created_at": NOON}
        session.add(Outbox(shop_id=shop.id, due_at=NOON, **about))
    restore()
    [row] = telling.outbox("shopify")
    assert (row.state, row.due_at) == ("waiting", NOON + HOUR)


def test_every_store_that_has_the_app_is_compared_up_to_the_restore(
    telling: House, shopify: AdminApi
) -> None:
    shopify.answers["OrdersPage"] = nodes.orders_page(nodes.order())
    telling.change_shop(BOB, uninstalled_at=NOON)
    restore()
    assert telling.shop(BOB).reconcile_at is None
    telling.clock.jump(minutes=5)
    bulk.run()
    [compared] = telling.rows(Reconciliation)
    assert (compared.shop_id, compared.until) == (telling.shop().id, NOON)
    assert compared.missed == 1


def test_what_a_merchant_did_to_many_is_not_gone_on_with(telling: House) -> None:
    with telling.changing() as (session, shop):
        run = BulkRun(shop_id=shop.id, kind=RETRACK, order_ids=[1], total=1, created_at=NOON)
        run.started_at = NOON
        session.add(run)
    restore()
    [run] = telling.rows(BulkRun)
    assert run.ended_at == NOON
