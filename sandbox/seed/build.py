"""Makes the first store: its orders, fulfillments and parcels, as if they had happened."""

from __future__ import annotations

import random

from sandbox import parcels
from sandbox.carriers import CARRIERS
from sandbox.database import Json
from sandbox.journeys.plan import Way
from sandbox.moments import from_seconds, stamp
from sandbox.seed.drafts import DAY, Draft, draw
from sandbox.seed.goods import DIGITAL, PRODUCTS, Product
from sandbox.shopify import fulfillment_actions, orders, stores
from sandbox.shopify.new_order import document
from sandbox.world import World

FOLLOWED = ("usps", "ups", "canada_post")
"""Carriers that Shopify follows by itself: their fulfillments have events."""
EVENT_STATUS = {
    "InfoReceived": "CONFIRMED",
    "InTransit": "IN_TRANSIT",
    "OutForDelivery": "OUT_FOR_DELIVERY",
    "AvailableForPickup": "READY_FOR_PICKUP",
    "DeliveryFailure": "ATTEMPTED_DELIVERY",
    "Delivered": "DELIVERED",
    "Exception": "FAILURE",
}


def first_store(world: World, total: int, seed: int) -> Json:
    """Open the first store with `total` orders of the last 60 days."""
    with world.database.transaction():
        store = stores.create(world, stores.FIRST, "Tidewick")
        rng = random.Random(seed)
        for draft in draw(rng, total):
            _Build(world, store, rng, draft).order()
        stores.save(world, store)
    return store


class _Build:
    """One order on its way into the store. Nothing is told to the app: it was not there yet."""

    def __init__(self, world: World, store: Json, rng: random.Random, draft: Draft) -> None:
        self.world, self.store, self.rng, self.draft = world, store, rng, draft
        self.now = world.clock.seconds()
        self.placed = self.now - draft.age

    def order(self) -> None:
        order = document(self.world, self.store, self._facts(), _stamp(self.placed))
        how = self.draft.kind.how
        if how == "cancelled":
            self._cancel(order)
        elif how == "digital_fulfilled":
            self._fulfill(order, None, 600)
        elif how not in ("unfulfilled", "digital"):
            self._ship(order)
        self._archive(order)
        orders.save(self.world, order)

    def _facts(self) -> Json:
        buyer, rng = self.draft.buyer, self.rng
        return {
            "items": self._items(),
            "customer": {"first_name": buyer.first_name, "last_name": buyer.last_name},
            "email": None if rng.random() < 0.02 else buyer.email,
            "phone": buyer.phone if rng.random() < 0.7 else None,
            "locale": buyer.locale,
            "shipping_address": None if self.draft.kind.how == "no_address" else buyer.address,
            "shipping_price": rng.choice(["0.00", "4.90", "4.90", "7.50"]),
            "tags": ["wholesale"] if rng.random() < 0.04 else [],
            "note": "Gift, please leave out the invoice" if rng.random() < 0.04 else None,
        }

    def _items(self) -> list[Json]:
        if self.draft.kind.how.startswith("digital"):
            return [_item(self.rng.choice(DIGITAL), self.rng)]
        least = 2 if self.draft.second or self.draft.kind.how == "partial" else 1
        count = max(least, self.rng.choices([1, 2, 3], [60, 28, 12])[0])
        return [_item(product, self.rng) for product in self.rng.sample(PRODUCTS, count)]

    def _cancel(self, order: Json) -> None:
        moment = _stamp(min(self.now, self.placed + self.rng.uniform(0.1, 2) * DAY))
        reason = self.rng.choice(["customer", "inventory", "fraud"])
        order |= {"cancelled_at": moment, "closed_at": moment, "cancel_reason": reason}
        order |= {"financial_status": "refunded", "updated_at": moment}

    def _ship(self, order: Json) -> None:
        draft, first = self.draft, {order["line_items"][0]["id"]: 1}
        if draft.kind.how == "no_number":
            self._fulfill(order, None, draft.handling)
            return
        part = first if draft.split or draft.kind.how == "partial" else None
        one = self._fulfill(order, part, draft.handling)
        self._track(order, one, draft.number, draft.way, draft.pace)
        if draft.second and not draft.split:
            self._track(order, one, self._other_number(), draft.way, draft.pace)
        elif draft.split:
            later = min(draft.handling + self.rng.uniform(0.3, 1.5) * DAY, draft.age - 60)
            two = self._fulfill(order, None, later)
            self._track(order, two, self._other_number(), draft.way, draft.pace)

    def _other_number(self) -> str:
        return CARRIERS[self.draft.way.carrier].make(self.rng)

    def _fulfill(self, order: Json, lines: dict[int, int] | None, after: float) -> Json:
        moment = _stamp(self.placed + after)
        one = fulfillment_actions.add_fulfillment(self.world, order, lines, moment)
        order["updated_at"] = moment
        return one

    def _track(self, order: Json, one: Json, number: str, way: Way, pace: float) -> None:
        """Give a fulfillment one more number, whose parcel left when it was fulfilled."""
        numbers = [each["number"] for each in one["tracking"]] + [number]
        fulfillment_actions.set_tracking(one, numbers, CARRIERS[way.carrier].name)
        start = self.placed + self.draft.handling
        parcel = parcels.create(self.world, number, order["id"], way, start, pace)
        if way.carrier in FOLLOWED:
            self._follow(order, one, parcel)

    def _follow(self, order: Json, one: Json, parcel: Json) -> None:
        for event in parcels.happened(parcel, self.now):
            if not event.get("silent"):
                moment = _stamp(event["at"])
                facts = {
                    "status": EVENT_STATUS[event["sub_status"].split("_")[0]],
                    "message": event["text"],
                    "city": event["place"]["city"],
                    "province": event["place"]["province_code"],
                    "country": event["place"]["country"],
                    "zip": event["place"]["zip"],
                }
                fulfillment_actions.put_event(self.world, one, facts, moment)
                one["updated_at"] = order["updated_at"] = max(order["updated_at"], moment)

    def _archive(self, order: Json) -> None:
        """Most orders that ended well some time ago are archived."""
        ended_well = self.draft.kind.ending == "delivered" and self.draft.kind.state == "over"
        old = self.draft.age > 24 * DAY
        if old and ended_well and not self.draft.kind.how and self.rng.random() < 0.7:
            moment = _stamp(self.placed + self.draft.age * self.rng.uniform(0.85, 0.98))
            order["closed_at"] = order["updated_at"] = max(moment, order["updated_at"])


def _stamp(seconds: float) -> str:
    return stamp(from_seconds(seconds))


def _item(product: Product, rng: random.Random) -> Json:
    return {
        "title": product.title,
        "variant_title": rng.choice(product.variants) if product.variants else None,
        "sku": product.sku,
        "price": product.price,
        "quantity": rng.choices([1, 2, 3], [75, 20, 5])[0],
        "grams": product.grams,
        "requires_shipping": product.shipped,
    }


def hurry(world: World, count: int) -> None:
    """Let the newest parcels that are still on their way move before one's eyes.

    They begin when somebody tracks them; those that are tracked already begin at once.
    """
    now = world.clock.seconds()
    found = 0
    rows = world.database.rows("SELECT number FROM parcels ORDER BY order_id DESC")
    for row in rows:
        parcel = parcels.get(world, row["number"])
        if found == count:
            return
        if parcel and _lively(parcel, now):
            found += 1
            _hurry(world, parcel)


def _lively(parcel: Json, now: float) -> bool:
    coming = [event for event in parcel["events"] if event["at"] > now]
    return parcel["ending"] == "delivered" and len(coming) >= 3


def _hurry(world: World, parcel: Json) -> None:
    parcel["quick"] = True
    parcels.save(world, parcel)
    tracked = world.database.row("SELECT 1 FROM registrations WHERE number = ?", parcel["number"])
    if tracked:
        parcels.quicken(world, parcel)
