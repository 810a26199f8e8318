"""Mending a number: another one in its place, its carrier, what its carrier asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy.orm import Session

from shopify_app.actions import by_hand, following, history, orders, outbox, readings
from shopify_app.actions.fulfillments import add_shipment, keep_numbers, remove_shipment
from shopify_app.domain.facts import Parcel
from shopify_app.domain.shipment import MERCHANT
from shopify_app.domain.tracking_number import normalise
from shopify_app.models import Fulfillment, Shipment, Shop


class Taken(Exception):
    """The fulfillment has this number already."""


def change_number(
    session: Session, shop: Shop, shipment: Shipment, parcel: Parcel, *, tell_shopify: bool
) -> Shipment:
    """Put `parcel` in place of the shipment's number, now and whenever Shopify tells the old one.

    Returns the shipment of the new number. Raises Taken if the fulfillment has it already.
    """
    fulfillment, before = shipment.fulfillment, shipment.number
    key = normalise(parcel.number)
    others = [s for s in fulfillment.shipments if s is not shipment and not s.removed_at]
    if any(other.number_key == key for other in others):
        raise Taken
    numbers = tuple(Parcel(s.number, s.company, s.url) for s in fulfillment.known_to_shopify)
    _replace(fulfillment, shipment, parcel)
    joined = fulfillment.joined_to(shipment)
    for other in joined:
        other.joined_id = None
    keep_numbers(session, shop, fulfillment, numbers, MERCHANT)
    session.flush()  # a new shipment has its id from here on
    mended = next(s for s in fulfillment.shipments if s.number_key == key)
    for other in joined:
        other.joined_id = mended.id
    history.note(session, mended, "number_changed", MERCHANT, before=before, after=parcel.number)
    if tell_shopify:
        outbox.write_numbers(session, fulfillment)
    orders.conclude(session, shop, fulfillment.order)
    return mended


def _replace(fulfillment: Fulfillment, shipment: Shipment, parcel: Parcel) -> None:
    """From here on `parcel` stands for the old number, and for those that the old one stood for."""
    stood_for = {
        key for key, told in fulfillment.replaced.items() if told["number"] == shipment.number
    }
    keys = {shipment.number_key, *stood_for}
    fulfillment.replaced = fulfillment.replaced | dict.fromkeys(keys, asdict(parcel))


def choose_carrier(session: Session, shop: Shop, shipment: Shipment, carrier: str) -> None:
    """Let the provider ask another carrier; `carrier` is the provider's own code."""
    shipment.wanted_carrier = carrier
    shipment.wish("carrier")
    history.note(session, shipment, "carrier_chosen", MERCHANT)
    by_hand.retrack(session, shop, shipment)


def give_fields(
    session: Session, shop: Shop, shipment: Shipment, fields: Mapping[str, str]
) -> None:
    """Tell the provider what the carrier asked for; kept encrypted, since it may be personal."""
    known = json.loads(shipment.fields) if shipment.fields else {}
    shipment.fields = json.dumps(known | {name: value for name, value in fields.items() if value})
    shipment.wish("inform")
    history.note(session, shipment, "fields_given", MERCHANT)
    by_hand.retrack(session, shop, shipment)


def join(session: Session, shop: Shop, shipment: Shipment, number: str) -> None:
    """Another number of the same parcel, such as that of its last mile: one timeline for both."""
    fulfillment = shipment.fulfillment
    key = normalise(number)
    other = next((s for s in fulfillment.shipments if s.number_key == key), None)
    if other is shipment:
        raise Taken
    if other is None or other.removed_at:
        other = other or add_shipment(session, fulfillment, key)
        other.number, other.removed_at, other.added_by_hand = number, None, True
        following.begin(session, other)
    readings.drop_pin(other)  # what was said of it by hand was of a parcel of its own
    other.joined_id, other.pinned = shipment.id, False
    for more in fulfillment.joined_to(other):
        more.joined_id = shipment.id
    history.note(session, shipment, "joined", MERCHANT, number=number)
    orders.conclude(session, shop, fulfillment.order)


def part(session: Session, shop: Shop, shipment: Shipment, other: Shipment) -> None:
    """Take a joining back; a number that Shopify does not know goes."""
    if other.joined_id != shipment.id:
        return
    other.joined_id = None
    if other.added_by_hand:
        remove_shipment(session, other, MERCHANT)
    history.note(session, shipment, "parted", MERCHANT, number=other.number)
    orders.conclude(session, shop, shipment.fulfillment.order)
