"""A fulfillment and its parcels, kept as Shopify describes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import (
    accounts,
    following,
    history,
    letting_go,
    links,
    readings,
    write_back,
)
from shopify_app.domain.facts import (
    Checkpoint,
    FulfillmentEventFacts,
    FulfillmentFacts,
    Parcel,
    as_dict,
)
from shopify_app.domain.shipment import SHOPIFY
from shopify_app.domain.tracking_number import normalise, split
from shopify_app.models import CheckpointRow, Fulfillment, Order, Shipment, Shop, draft

LONGEST_TEXT = 1000
"""Of what somebody pasted for a number, so much is searched for numbers."""


def describe_fulfillment(
    session: Session, shop: Shop, order: Order, facts: FulfillmentFacts
) -> Fulfillment:
    """Take over what `facts` say, unless we know something newer."""
    fulfillment = order.fulfillment(facts.id)
    if fulfillment is None:
        fulfillment = _placeholder(shop, order, facts.id, facts.created_at)
    if not fulfillment.version or _is_newer(fulfillment, facts):
        fulfillment.name, fulfillment.status = facts.name, facts.status
        fulfillment.created_at = facts.created_at
        fulfillment.imported = facts.created_at < shop.installed_at
        fulfillment.updated_at, fulfillment.version = facts.updated_at, facts.version
        fulfillment.items = [] if order.redacted_at else [as_dict(item) for item in facts.items]
        keep_numbers(session, shop, fulfillment, facts.parcels if facts.live else None)
    for event in facts.events:
        take_event(session, shop, order, event)
    return fulfillment


def take_event(session: Session, shop: Shop, order: Order, event: FulfillmentEventFacts) -> None:
    """Keep one of Shopify's own events. What we wrote to Shopify ourselves is no news."""
    fulfillment = order.fulfillment(event.fulfillment_id)
    if fulfillment and write_back.is_echo(fulfillment, event):
        return
    if fulfillment is None:
        fulfillment = _placeholder(shop, order, event.fulfillment_id, event.happened_at)
        keep_numbers(session, shop, fulfillment, ())
    readings.keep_event(fulfillment, event)
    if not event.or_later:  # a step without a time of its own has no place among the others
        add_checkpoints(fulfillment, None, SHOPIFY, [_checkpoint(event)])


def add_checkpoints(
    fulfillment: Fulfillment,
    shipment: Shipment | None,
    source: str,
    checkpoints: Iterable[Checkpoint],
) -> None:
    """Keep those of the checkpoints that are new. Without a shipment they are the fulfillment's."""
    number = shipment.number_key if shipment else ""
    told = {_checkpoint_key(source, number, each): each for each in checkpoints}
    missing = told.keys() - {row.key for row in fulfillment.checkpoints}
    for key in reversed(told):  # they are told newest first; of one second, the later one is later
        if key not in missing:
            continue
        fulfillment.checkpoints.append(
            draft.new(
                CheckpointRow,
                beside=fulfillment,
                shop_id=fulfillment.shop_id,
                fulfillment_id=fulfillment.id,
                shipment_id=shipment.id if shipment else None,
                key=key,
                source=source,
                **_kept(fulfillment, told[key]),
            )
        )


def _kept(fulfillment: Fulfillment, told: Checkpoint) -> dict[str, Any]:
    """What is kept of a checkpoint: of an erased customer's parcel nothing that may name them."""
    erased = fulfillment.order.redacted_at is not None
    return as_dict(told) | ({"text": "", "place": ""} if erased else {})


def _checkpoint_key(source: str, number: str, told: Checkpoint) -> str:
    parts = (source, number, told.local, told.code, told.text, told.place)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def _placeholder(shop: Shop, order: Order, fulfillment_id: int, at: datetime) -> Fulfillment:
    fulfillment = draft.new(
        Fulfillment,
        beside=order,
        shop_id=shop.id,
        id=fulfillment_id,
        order_id=order.id,
        created_at=at,
        updated_at=at,
        imported=at < shop.installed_at,
    )
    order.fulfillments.append(fulfillment)
    return fulfillment


def _is_newer(known: Fulfillment, facts: FulfillmentFacts) -> bool:
    return (facts.updated_at, facts.version) > (known.updated_at, known.version)


def keep_numbers(
    session: Session,
    shop: Shop,
    fulfillment: Fulfillment,
    parcels: tuple[Parcel, ...] | None,
    who: str = history.SHOPIFY,
) -> None:
    """Let there be one live shipment a number; one without a number while there is none.

    `None` means the fulfillment ships nothing: it was cancelled. A number that the merchant mended
    here is replaced whenever Shopify tells it.
    """
    wanted = _wanted(fulfillment, parcels or ())
    if parcels is not None and not wanted:
        wanted = {"": Parcel("")}
    _name_the_nameless(session, shop, fulfillment, wanted)
    for shipment in fulfillment.shipments:
        ours = shipment.joined_id is not None or shipment.added_by_hand
        given_up = shipment.number_key not in wanted and not ours
        if shipment.removed_at is None and (given_up or parcels is None):
            remove_shipment(session, shipment, who)
    for position, (key, parcel) in enumerate(wanted.items()):
        _keep_number(session, shop, fulfillment, position, key, parcel)


def _wanted(fulfillment: Fulfillment, parcels: Iterable[Parcel]) -> dict[str, Parcel]:
    """The numbers by their key; a text that holds several of them counts for each."""
    wanted: dict[str, Parcel] = {}
    for told in parcels:
        for parcel in _one_by_one(told):
            mended = fulfillment.replaced.get(normalise(parcel.number))
            parcel = Parcel(**mended) if mended else parcel
            wanted.setdefault(normalise(parcel.number), parcel)
    wanted.pop("", None)
    if not wanted and "" in fulfillment.replaced:
        parcel = Parcel(**fulfillment.replaced[""])
        wanted[normalise(parcel.number)] = parcel
    return wanted


def _one_by_one(parcel: Parcel) -> list[Parcel]:
    numbers = split(parcel.number[:LONGEST_TEXT])
    if len(numbers) < 2:
        return [parcel]
    return [replace(parcel, number=number, url="") for number in numbers]


def _name_the_nameless(
    session: Session, shop: Shop, fulfillment: Fulfillment, wanted: dict[str, Parcel]
) -> None:
    """The first number goes to the shipment that had none, so that its history goes on."""
    known = {shipment.number_key: shipment for shipment in fulfillment.shipments}
    fresh = next((key for key in wanted if key and key not in known), None)
    if "" in known and fresh and "" not in wanted:
        shipment = known[""]
        shipment.number_key, shipment.number = fresh, wanted[fresh].number
        shipment.created_at = clock.now()  # who was told of no number has to hear of this one
        history.note(session, shipment, "number_added", history.SHOPIFY, number=shipment.number)
        _begin_following(session, shop, shipment)


def _keep_number(
    session: Session, shop: Shop, fulfillment: Fulfillment, position: int, key: str, parcel: Parcel
) -> None:
    known = next((s for s in fulfillment.shipments if s.number_key == key), None)
    shipment = known or add_shipment(session, fulfillment, key)
    shipment.position, shipment.number = position, parcel.number
    shipment.company = parcel.company
    if not links.is_ours(shop, fulfillment, parcel):
        shipment.url = "" if fulfillment.order.redacted_at else parcel.url  # it may hold a postcode
    came_back, shipment.removed_at = shipment.removed_at is not None, None
    if key and (came_back or known is None):
        _begin_following(session, shop, shipment)


def _begin_following(session: Session, shop: Shop, shipment: Shipment) -> None:
    """Let a provider look at it at once; what is imported waits until all of it is there."""
    waits = shop.importing and shipment.fulfillment.imported
    if shop.installed and not waits and accounts.serve(session, shop.id):
        following.begin(session, shipment)


def add_shipment(session: Session, fulfillment: Fulfillment, key: str) -> Shipment:
    """A new shipment of this number, empty: of the fulfillment without one."""
    shipment = draft.new(
        Shipment,
        beside=fulfillment,
        shop_id=fulfillment.shop_id,
        order_id=fulfillment.order_id,
        fulfillment_id=fulfillment.id,
        number_key=key,
        created_at=clock.now(),
        status_since=fulfillment.created_at,
    )
    fulfillment.shipments.append(shipment)
    at = fulfillment.created_at
    history.note(session, shipment, "fulfilled", history.SHOPIFY, at=at, numbered=bool(key))
    return shipment


def remove_shipment(session: Session, shipment: Shipment, who: str = history.SHOPIFY) -> None:
    """Its number is not in use any more: its history stays, it counts no more."""
    shipment.removed_at = clock.now()
    shipment.look_at = shipment.asked_at = None
    letting_go.of_shipment(session, shipment)
    history.note(session, shipment, "number_removed", who)
    for other in shipment.fulfillment.joined_to(shipment):
        other.joined_id = None
        if other.added_by_hand:
            remove_shipment(session, other, who)


def _checkpoint(event: FulfillmentEventFacts) -> Checkpoint:
    return Checkpoint(
        happened_at=event.happened_at,
        local=event.happened_at.isoformat(),
        text=event.message,
        code=event.status,
        place=event.place,
        country=event.country,
    )
