"""What a customer hears of their parcel's way: only what is switched on, new, and once."""

from __future__ import annotations

import pytest

from shopify_app.actions import by_hand, shipments
from shopify_app.domain import notification
from shopify_app.domain.status import Status
from shopify_app.jobs import deliver
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.support import ALICE, BOB, INSTALLED, NOON, House

OTHER = "RR123456785CN"
EARLIER = "2026-11-24T08:00:00Z"


def switch_on(house: House, *events: str, since: object = INSTALLED, domain: str = ALICE) -> None:
    channels = {"email": str(since.isoformat())}  # type: ignore[attr-defined]
    house.change_shop(domain, told_events=dict.fromkeys(events, channels))


@pytest.fixture
def shipped(house: House) -> House:
    """Both shops tell of everything there is, by email; each has a parcel of the same number."""
    for domain in (ALICE, BOB):
        house.notify(domain)
        house.record(payloads.fulfilled_order(), domain)
        switch_on(house, *notification.OPTIONAL, domain=domain)
    return house


def told(house: House, domain: str = ALICE) -> list[str]:
    rows = house.outbox("email", domain)
    return [row.event for row in rows if row.event != notification.CONFIRMATION]


def move(house: House, code: str, at: str = EARLIER, number: str = NUMBER) -> None:
    house.track(tracked(number, step(code, at)))


@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("InfoReceived", None),
        ("InTransit_Departure", "in_transit"),
        ("OutForDelivery_Other", "out_for_delivery"),
        ("AvailableForPickup_Other", "out_for_delivery"),
        ("Delivered_Other", None),
        ("DeliveryFailure_NoBody", "delivery_failed"),
        ("Exception_Security", "needs_you"),
        ("Exception_Rejected", "needs_you"),
        ("Exception_Delayed", "delayed"),
        ("Expired_Other", "delayed"),
        ("Exception_Lost", None),
        ("Exception_Returned", None),
    ],
)
def test_each_state_is_worth_its_message(shipped: House, code: str, event: str | None) -> None:
    """Delivered is none here: a parcel first seen delivered was so before anyone looked."""
    move(shipped, code)
    assert told(shipped) == ([event] if event else [])
    assert told(shipped, BOB) == []


def test_a_delivery_is_told_after_the_way_was_seen(shipped: House) -> None:
    move(shipped, "InTransit_Other")
    move(shipped, "Delivered_Other", "2026-11-24T10:00:00Z")
    assert told(shipped) == ["in_transit", "delivered"]


def test_nothing_is_told_twice(shipped: House) -> None:
    for hour in range(3):
        move(shipped, "InTransit_Other", f"2026-11-24T0{hour}:00:00Z")
        move(shipped, "DeliveryFailure_Other", f"2026-11-24T0{hour}:30:00Z")
    assert sorted(told(shipped)) == ["delivery_failed", "in_transit"]


def test_the_slowest_parcel_speaks_for_all(shipped: House) -> None:
    both = payloads.fulfillment([NUMBER, OTHER], updated_at="2026-11-24T07:00:00Z")
    shipped.record(payloads.fulfilled_order(both, updated_at="2026-11-24T07:00:00Z"))
    move(shipped, "OutForDelivery_Other")
    assert told(shipped) == [], "the other has not moved"
    move(shipped, "InTransit_Other", number=OTHER)
    assert told(shipped) == ["in_transit"]


def test_what_began_before_the_switch_is_not_told(shipped: House) -> None:
    switch_on(shipped, "in_transit", since=NOON)
    move(shipped, "InTransit_Other")
    assert told(shipped) == []


def test_what_is_a_week_old_is_no_news(shipped: House) -> None:
    shipped.clock.jump(days=8)
    move(shipped, "InTransit_Other")
    assert told(shipped) == []


def test_a_status_set_by_hand_is_not_told(shipped: House) -> None:
    with shipped.changing() as (session, shop):
        held = shipments.held(session, shop.id, shipped.shipments()[0].id)
        assert held
        by_hand.set_status(session, shop, held, Status.DELIVERED)
    assert told(shipped) == []


def test_what_was_imported_is_not_told(house: House) -> None:
    house.notify()
    switch_on(house, *notification.OPTIONAL)
    house.change_shop(installed_at=NOON)
    house.record(payloads.fulfilled_order())
    move(house, "InTransit_Other")
    assert told(house) == []


def test_what_is_overtaken_before_it_goes_out_is_not_sent(shipped: House) -> None:
    move(shipped, "InTransit_Other")
    move(shipped, "Delivered_Other", "2026-11-24T10:00:00Z")
    for row in shipped.outbox():
        if row.event != "in_transit":
            shipped.change(row, state="sent", ended_at=NOON)
    deliver.run()
    [row] = [row for row in shipped.outbox("email") if row.event == "in_transit"]
    assert (row.state, row.detail) == ("suppressed", "overtaken")


def test_switched_off_while_it_waits_it_is_not_sent(shipped: House) -> None:
    move(shipped, "InTransit_Other")
    switch_on(shipped)
    for other in shipped.outbox():
        if other.event == notification.CONFIRMATION:
            shipped.change(other, state="sent", ended_at=NOON)
    deliver.run()
    [row] = [row for row in shipped.outbox("email") if row.event == "in_transit"]
    assert (row.state, row.detail) == ("suppressed", "switched_off")
