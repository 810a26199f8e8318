"""Links, tags and the metafield: decided once a change, for what is new and under way alone."""

from __future__ import annotations

import pytest

from shopify_app.actions import orders
from shopify_app.actions.outbox import LINKS, MARKS
from shopify_app.models import Fulfillment
from tests import payloads
from tests.payloads import NUMBER, step, tracked
from tests.support import NOON, House
from webhooks.handlers import rest

OTHER = "RR123456785CN"
URL = "https://parcels.test/{number}"
MOVING = tracked(NUMBER, step("InTransit_Departure", "2026-11-24T08:00:00Z"))
DELIVERED = tracked(
    NUMBER,
    step("Delivered_Other", "2026-11-24T10:00:00Z"),
    step("InTransit_Departure", "2026-11-24T08:00:00Z"),
)
SWITCHED_ON = {"tracking_url": URL, "write_links": True, "write_back": False}
MARKED = {"write_tags": True, "write_metafield": True, "scopes": "read_orders,write_orders"}


@pytest.fixture
def linking(house: House) -> House:
    house.change_shop(**SWITCHED_ON)
    return house


@pytest.fixture
def marking(house: House) -> House:
    house.change_shop(**MARKED, write_back=False)
    return house


def written(house: House, event: str) -> int:
    """How many writes of this kind were decided until now."""
    return len([row for row in house.outbox("shopify") if row.event == event])


def update(house: House, *numbers: str, url: str = "https://carrier.example/") -> None:
    """Shopify tells the fulfillment again, a second later."""
    house.clock.jump(seconds=1)
    told = payloads.fulfillment(
        list(numbers),
        tracking_urls=[url + number for number in numbers],
        updated_at=house.clock.now.isoformat(),
    )
    with house.changing() as (session, shop):
        orders.record_fulfillment(session, shop, rest.fulfillment(told))


def sent(house: House) -> None:
    """All that waits goes out."""
    for row in house.outbox("shopify"):
        house.change(row, state="sent")
    house.clock.jump(seconds=1)


def test_a_new_fulfillments_links_are_written_once(linking: House) -> None:
    linking.record(payloads.fulfilled_order())
    linking.track(MOVING)
    assert written(linking, LINKS) == 1


def test_the_echo_of_our_links_is_no_change_and_not_the_carriers_own(linking: House) -> None:
    linking.record(payloads.fulfilled_order())
    [before] = linking.shipments()
    update(linking, NUMBER, url="https://parcels.test/")
    [after] = linking.shipments()
    assert (written(linking, LINKS), after.url) == (1, before.url)
    assert before.url == f"https://carrier.example/{NUMBER}"


def test_another_number_gets_its_link_too(linking: House) -> None:
    linking.record(payloads.fulfilled_order())
    update(linking, OTHER)
    assert written(linking, LINKS) == 2


def test_what_somebody_else_writes_there_later_is_not_fought(linking: House) -> None:
    linking.record(payloads.fulfilled_order())
    update(linking, NUMBER, url="https://another-app.test/")
    assert written(linking, LINKS) == 1


def test_when_the_setting_changes_only_what_is_under_way_follows(linking: House) -> None:
    linking.record(payloads.fulfilled_order())
    linking.track(MOVING)
    linking.change_shop(tracking_url="https://elsewhere.test/")
    linking.clock.jump(seconds=1)
    linking.track(tracked(NUMBER, step("InTransit_Arrival", "2026-11-24T09:00:00Z")))
    assert written(linking, LINKS) == 2
    linking.track(DELIVERED)
    linking.change_shop(tracking_url=URL)
    update(linking, NUMBER)
    assert written(linking, LINKS) == 2


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"installed_at": NOON}, id="imported"),
        pytest.param({"write_links": False}, id="switched off"),
        pytest.param({"uninstalled_at": NOON}, id="uninstalled"),
    ],
)
def test_some_links_are_left_alone(linking: House, changed: dict[str, object]) -> None:
    linking.change_shop(**changed)
    linking.record(payloads.fulfilled_order())
    linking.track(MOVING)
    assert written(linking, LINKS) == 0
    assert linking.rows(Fulfillment)[0].shopify_links == []


def test_what_waits_serves_every_change_until_it_goes_out(marking: House) -> None:
    marking.record(payloads.fulfilled_order())
    marking.track(MOVING)
    marking.track(DELIVERED)
    now = [r for r in marking.outbox("shopify") if r.event == MARKS and r.due_at <= NOON]
    assert len(now) == 1


def test_each_change_is_written_and_no_change_is_not(marking: House) -> None:
    marking.change_shop(write_metafield=False)
    marking.record(payloads.fulfilled_order())
    sent(marking)
    before = written(marking, MARKS)
    marking.record(payloads.fulfilled_order(note="our own echo", updated_at=NOON.isoformat()))
    assert written(marking, MARKS) == before
    marking.track(DELIVERED)
    assert written(marking, MARKS) == before + 1


def test_a_rule_that_time_brings_about_is_written_when_its_time_comes(marking: House) -> None:
    marking.record(payloads.fulfilled_order())
    marking.record(payloads.fulfilled_order(updated_at=NOON.isoformat()))
    order = marking.order()
    later = [row for row in marking.outbox("shopify") if row.due_at > NOON]
    assert [row.due_at for row in later] == [order.attention_from]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"installed_at": NOON}, id="imported"),
        pytest.param({"scopes": "read_orders,write_fulfillments"}, id="without the scope"),
        pytest.param({"write_tags": False, "write_metafield": False}, id="switched off"),
        pytest.param({"uninstalled_at": NOON}, id="uninstalled"),
    ],
)
def test_some_orders_are_not_marked(marking: House, changed: dict[str, object]) -> None:
    marking.change_shop(**changed)
    marking.record(payloads.fulfilled_order())
    marking.track(MOVING)
    assert written(marking, MARKS) == 0


def test_an_order_of_which_nothing_was_shipped_is_not_marked(marking: House) -> None:
    marking.record(payloads.order())
    assert written(marking, MARKS) == 0
