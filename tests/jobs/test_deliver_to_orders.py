"""Links, tags and the metafield are looked at first, and only what differs is written."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from shopify_app.jobs import deliver
from tests import payloads
from tests.payloads import NUMBER, Body, step, tracked
from tests.stubs import AdminApi
from tests.support import House

SWITCHES = {
    "tracking_url": "https://parcels.test/{number}",
    "write_back": False,
    "write_links": True,
    "write_tags": True,
    "write_metafield": True,
    "scopes": "read_orders,write_orders",
}
LOOKS = {"TrackingInfo", "OrderMarks", "FulfillmentEvents"}


@dataclass
class Store:
    """The fulfillment and the order at Shopify. The next `lost` answers get lost on the way."""

    tracking: list[Body]
    tags: list[str] = field(default_factory=lambda: ["VIP"])
    metafield: str | None = None
    events: list[Body] = field(default_factory=list)
    notified: list[bool] = field(default_factory=list)
    lost: int = 0

    def answers(self) -> dict[str, Any]:
        return {
            "TrackingInfo": lambda _: {"fulfillment": {"trackingInfo": self.tracking}},
            "SetNumbers": self._track,
            "OrderMarks": lambda _: {"order": self._order()},
            "SetMetafield": self._set_metafield,
            "AddTags": self._add,
            "RemoveTags": self._remove,
            "FulfillmentEvents": lambda _: {"fulfillment": {"events": {"nodes": self.events}}},
            "FulfillmentEventCreate": self._create,
        }

    def _order(self) -> Body:
        return {"tags": self.tags, "metafield": self.metafield and {"value": self.metafield}}

    def _track(self, asked: Body) -> Body | int:
        told = asked["tracking"]
        self.notified.append(asked["notify"])
        self.tracking = [
            {"number": number, "company": told["company"], "url": url}
            for number, url in zip(told["numbers"], told["urls"], strict=True)
        ]
        return self._answer("fulfillmentTrackingInfoUpdate")

    def _set_metafield(self, asked: Body) -> Body | int:
        self.metafield = json.dumps(json.loads(asked["metafield"]["value"]), indent=1)
        return self._answer("metafieldsSet")

    def _add(self, asked: Body) -> Body | int:
        self.tags = [*self.tags, *asked["tags"]]
        return self._answer("tagsAdd")

    def _remove(self, asked: Body) -> Body | int:
        self.tags = [tag for tag in self.tags if tag not in asked["tags"]]
        return self._answer("tagsRemove")

    def _create(self, asked: Body) -> Body | int:
        told = asked["event"]
        event = {"id": f"gid://shopify/FulfillmentEvent/{len(self.events) + 1}"}
        self.events.append(event | {name: told[name] for name in ("status", "happenedAt")})
        return self._answer("fulfillmentEventCreate", fulfillmentEvent=event)

    def _answer(self, name: str, **more: object) -> Body | int:
        self.lost -= 1
        return 503 if self.lost >= 0 else {name: {"userErrors": [], **more}}


@pytest.fixture
def store(house: House, shopify: AdminApi) -> Store:
    carriers = f"https://carrier.example/{NUMBER}"
    ours = Store([{"number": NUMBER, "company": "YunExpress", "url": carriers}])
    shopify.answers = ours.answers()
    house.change_shop(**SWITCHES)
    return ours


def deliver_all(house: House) -> None:
    """Send what is due, and again what could not be sent at first."""
    for _ in range(4):
        deliver.run()
        house.clock.jump(minutes=2)


def move(house: House, code: str, at: str) -> None:
    house.track(tracked(NUMBER, step(code, at)))
    deliver_all(house)


def writes(shopify: AdminApi) -> list[str]:
    return [name for name in shopify.names if name not in LOOKS]


def test_a_number_leads_to_the_merchants_site_and_nobody_is_mailed(
    house: House, store: Store
) -> None:
    house.record(payloads.fulfilled_order())
    deliver_all(house)
    [tracking] = store.tracking
    ours = {"company": "YunExpress", "url": f"https://parcels.test/{NUMBER}"}
    assert tracking == {"number": NUMBER} | ours
    assert store.notified == [False]


def test_an_order_tells_one_status_at_a_time(house: House, store: Store) -> None:
    house.record(payloads.fulfilled_order())
    deliver_all(house)
    assert store.tags == ["VIP", "Retrack: Pending"]
    move(house, "InTransit_Departure", "2026-11-24T08:00:00Z")
    assert store.tags == ["VIP", "Retrack: In transit"]
    move(house, "Delivered_Other", "2026-11-24T10:00:00Z")
    assert store.tags == ["VIP", "Retrack: Delivered"]
    assert store.metafield
    assert json.loads(store.metafield) == {
        "status": "delivered",
        "numbers": [NUMBER],
        "last_checkpoint_at": "2026-11-24T10:00:00Z",
    }


def test_what_is_there_already_is_not_written(
    house: House, store: Store, shopify: AdminApi
) -> None:
    house.record(payloads.fulfilled_order())
    deliver_all(house)
    once = writes(shopify)
    for row in house.outbox("shopify"):
        house.change(row, state="waiting", ended_at=None)
    deliver_all(house)
    assert sorted(once) == ["AddTags", "SetMetafield", "SetNumbers"]
    assert writes(shopify) == once


@pytest.mark.parametrize("lost", [1, 2, 3, 4])
def test_nothing_is_twice_at_shopify_after_lost_answers(
    house: House, store: Store, lost: int
) -> None:
    house.change_shop(write_back=True)
    house.record(payloads.fulfilled_order())
    store.lost = lost
    move(house, "InTransit_Departure", "2026-11-24T08:00:00Z")
    assert store.tags == ["VIP", "Retrack: In transit"]
    assert [event["status"] for event in store.events] == ["IN_TRANSIT"]
    assert len(store.notified) == 1
    assert {r.state for r in house.outbox("shopify") if r.due_at < house.clock.now} == {"sent"}


def test_what_was_switched_off_or_forbidden_meanwhile_is_not_written(
    house: House, store: Store, shopify: AdminApi
) -> None:
    house.record(payloads.fulfilled_order())
    house.change_shop(write_links=False, scopes="read_orders")
    deliver_all(house)
    assert shopify.asked == []
    ended = {r.detail for r in house.outbox("shopify") if r.state == "suppressed"}
    assert ended == {"switched_off"}


def test_a_write_that_is_denied_its_scope_is_not_taken_for_done(
    house: House, store: Store, shopify: AdminApi
) -> None:
    shopify.answers["AddTags"] = {"tagsAdd": None}
    house.record(payloads.fulfilled_order())
    deliver_all(house)
    [failed] = [row for row in house.outbox("shopify") if row.state == "failed"]
    assert failed.detail.startswith("shopify_refused")
