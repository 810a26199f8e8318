"""What becomes of the parcels that a provider tells of, or refuses to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from shopify_app import clock
from shopify_app.actions import accounts, following, looking, shipments
from shopify_app.carriers.base import Provider, Refusal
from shopify_app.domain.facts import Snapshot
from shopify_app.domain.tracking_number import normalise
from shopify_app.jobs import choosing
from shopify_app.jobs.calls import OUT_OF_QUOTA
from shopify_app.jobs.looks import Look, Round
from shopify_app.jobs.taking import Act, take_all
from shopify_app.models import CarrierAccount, Shipment, Shop

NOT_ITS_OWN = {"bad_number", "no_carrier", "carrier_unavailable"}
"""Refusals by which a provider says that it cannot tell of the number: another one may."""


def tell(round_: Round, told: Sequence[tuple[Look, Snapshot]]) -> None:
    """The provider told where the shipments of these looks are."""
    take_all([(each, _acts_of_answer(round_, each, snapshot)) for each, snapshot in told])


def _acts_of_answer(round_: Round, each: Look, snapshot: Snapshot) -> tuple[Act, ...]:
    take = partial(shipments.take_snapshot, snapshot=snapshot, began=each.began, state=each.state)
    return take, _unless_silent, partial(_not_too_often, round_.provider)


def refuse(round_: Round, asked: Sequence[Look], refusals: Iterable[Refusal]) -> None:
    """Tell each look what its number was refused for; two looks may have the same number."""
    by_number = {normalise(refusal.ref.number): refusal for refusal in refusals}
    told = [(each, by_number[each.ref.number]) for each in asked if each.ref.number in by_number]
    take_all([(each, _acts_of_refusal(round_, each, refusal)) for each, refusal in told])


def _acts_of_refusal(round_: Round, each: Look, refusal: Refusal) -> tuple[Act, ...]:
    if refusal.kind in OUT_OF_QUOTA:
        return (partial(shipments.could_not_look, why="quota"),)
    take = partial(_take_refusal, round_, each, refusal)
    return take, _unless_silent, partial(_not_too_often, round_.provider)


def _take_refusal(
    round_: Round, each: Look, refusal: Refusal, session: Session, shop: Shop, shipment: Shipment
) -> None:
    """It is the provider's last word, unless there is another to ask."""
    other = _other(session, shipment) if refusal.kind in NOT_ITS_OWN else None
    if other:
        following.hand_on(session, shipment, other)
        return
    source, kind = round_.provider_name, refusal.kind
    shipments.take_refusal(session, shop, shipment, source, kind, each.began, refusal.fields)


def _unless_silent(session: Session, _shop: Shop, shipment: Shipment) -> None:
    """Ask the next provider if this one has known nothing (new) of the parcel for long."""
    if looking.is_silent(shipment) and (other := _other(session, shipment)):
        following.hand_on(session, shipment, other)


def _not_too_often(provider: Provider, _session: Session, _shop: Shop, shipment: Shipment) -> None:
    """The plan may want more looks at a number than its provider allows in a day."""
    now, most = clock.now(), provider.looks_a_day
    if most and shipment.look_at and shipment.look_at > now:
        shipment.look_at = max(shipment.look_at, now + timedelta(days=1) / most)


def _other(session: Session, shipment: Shipment) -> CarrierAccount | None:
    serving = accounts.serving(session, shipment.shop_id)
    return choosing.after(serving, shipment.account_id or "", shipment.number_key)
