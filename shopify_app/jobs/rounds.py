"""One round: a batch of one account's shipments is looked at, outside of any transaction.

A number that the account does not follow yet is registered first; what the merchant wants besides
(another carrier, a field, a registration anew) is asked before the look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app import clock, database
from shopify_app.actions import ledger
from shopify_app.carriers.base import Batch, Provider, ProviderError, Ref, Registered
from shopify_app.domain.tracking_number import normalise
from shopify_app.jobs.answers import refuse, tell
from shopify_app.jobs.calls import answered, failed
from shopify_app.jobs.looks import Look, Round
from shopify_app.jobs.taking import take, take_all
from shopify_app.models import CarrierAccount, Shipment, Shop
from shopify_app.tenants import across_shops


def look(round_: Round) -> None:
    """Ask the provider, and let each shipment take its answer."""
    try:
        followed = _follow_all(round_)
        if followed:
            _fetch(round_, _revived(round_, followed))
    except ProviderError as error:
        failed(round_, error)


def _follow_all(round_: Round) -> list[Look]:
    """Do what is to be done before a look; returns the looks that the account follows then."""
    ready = [each for each in round_.looks if each.followed and not each.wishes]
    fresh = [each for each in round_.looks if not each.followed]
    wishing = [each for each in round_.looks if each.followed and each.wishes]
    if fresh:
        ready += _register(round_, fresh, "register")
    for each in wishing:
        ready += _grant(round_, each)
    return ready


def _register(round_: Round, looks: list[Look], what: str) -> list[Look]:
    """Register these numbers; returns the looks that are followed from here on."""
    if "register" not in round_.provider.caps:
        free = [(each, Registered(each.ref, spent=False)) for each in looks]
        _follow(round_, free, what)
        return looks
    answer = round_.provider.register([each.ref for each in looks])
    answered(round_, answer, what, len(looks), spent=any(each.spent for each in answer.accepted))
    known = {normalise(each.ref.number): each for each in answer.accepted}
    accepted = [(each, known[each.ref.number]) for each in looks if each.ref.number in known]
    _follow(round_, _charged_once(accepted), what)
    refuse(round_, looks, answer.refused)
    return [_registered(each, told) for each, told in accepted]


def _charged_once(accepted: Sequence[tuple[Look, Registered]]) -> list[tuple[Look, Registered]]:
    """A number in two shipments is registered, and paid for, once."""
    first = {each.ref.number: each for each, _ in reversed(accepted)}
    return [
        (each, replace(told, spent=told.spent and first[each.ref.number] is each))
        for each, told in accepted
    ]


def _follow(round_: Round, registered: Sequence[tuple[Look, Registered]], what: str) -> None:
    """Keep that the account follows these from here on."""
    take_all(
        [
            (each, [partial(_now_followed, each, told, round_.account_id, what)])
            for each, told in registered
        ]
    )


def _registered(each: Look, told: Registered) -> Look:
    return replace(_followed(each, told.ref.carrier), known=not told.spent)


def _now_followed(
    each: Look,
    told: Registered,
    account_id: str,
    what: str,
    session: Session,
    _shop: Shop,
    shipment: Shipment,
) -> None:
    """The registration took the fields and the carrier along."""
    shipment.followed_at = clock.now()
    shipment.carrier = told.ref.carrier or shipment.carrier
    shipment.settle(each.wishes)
    if told.spent:
        ledger.spent(session, account_id, shipment, what)


def _followed(each: Look, carrier: str) -> Look:
    ref = Ref(each.ref.number, carrier or each.ref.carrier, each.ref.fields)
    return replace(each, ref=ref, followed=True)


def _grant(round_: Round, each: Look) -> list[Look]:
    """Ask the provider for what the merchant wants of a number it follows already."""
    if "renew" in each.wishes:
        return _renew(round_, each)
    for wish in each.wishes:
        answer = _wish(round_.provider, each, wish)
        if answer is None:
            continue
        answered(round_, answer, wish, 1)
        if not answer.accepted and answer.refused[0].kind != "already":
            take(each, partial(_settle, each.wishes))
            refuse(round_, [each], answer.refused)
            return []
        each = _followed(each, answer.accepted[0].carrier if answer.accepted else "")
    take(each, partial(_settle, each.wishes))
    return [each]


def _wish(provider: Provider, each: Look, wish: str) -> Batch[Ref] | None:
    """None if the provider has no such thing: a plain look then takes the fields along."""
    if wish == "carrier" and "change_carrier" in provider.caps:
        return provider.change_carrier(each.ref, each.wanted_carrier)
    if wish == "inform" and "info" in provider.caps:
        return provider.inform(each.ref, each.ref.fields)
    return None


def _settle(wishes: Sequence[str], _session: Session, _shop: Shop, shipment: Shipment) -> None:
    shipment.settle(wishes)


def _renew(round_: Round, each: Look) -> list[Look]:
    """Delete and register anew; not while another shop of the same key follows the number.

    Once deleted it is a number that nobody follows yet: if we die before it is registered, or there
    is no quota, it is registered like any other, and not paid for twice.
    """
    if _followed_by_others(round_, each):
        take(each, partial(_settle, each.wishes))
        return [replace(each, state="shared")]
    if "delete" in round_.provider.caps:
        answer = round_.provider.delete([each.ref])
        answered(round_, answer, "delete", 1)
        if not answer.accepted and answer.refused[0].kind != "not_registered":
            take(each, partial(_settle, each.wishes))
            refuse(round_, [each], answer.refused)
            return []
    take(each, partial(_no_longer_followed, each.wishes))
    return [replace(renewed, state="renewed") for renewed in _register(round_, [each], "renew")]


def _no_longer_followed(
    wishes: Sequence[str], _session: Session, _shop: Shop, shipment: Shipment
) -> None:
    shipment.followed_at, shipment.stopped = None, ""
    shipment.settle(wishes)


def _followed_by_others(round_: Round, each: Look) -> bool:
    same_key = select(CarrierAccount.id).where(CarrierAccount.key_hash == round_.key_hash)
    others = select(Shipment.id).where(
        Shipment.number_key == each.ref.number,
        Shipment.account_id.in_(same_key),
        Shipment.id != each.shipment_id,
        Shipment.removed_at.is_(None),
    )
    with database.reading() as session:
        return session.scalar(across_shops(others).limit(1)) is not None


def _revived(round_: Round, looks: list[Look]) -> list[Look]:
    """Let the provider look again at what it had stopped: for those that somebody waits for, and
    those that come back to it."""
    asked = [each for each in looks if (each.asked or each.known) and not each.state]
    if not asked or "state" not in round_.provider.caps:
        return looks
    told = round_.provider.state([each.ref for each in asked])
    answered(round_, told, "state", len(asked))
    stopped = {normalise(f.ref.number): f for f in told.accepted if not f.tracking}
    again = [f.ref for f in stopped.values() if not f.retracked]
    revived = set()
    if again:
        answer = round_.provider.retrack(again)
        answered(round_, answer, "retrack", len(again))
        revived = {normalise(ref.number) for ref in answer.accepted}
    tracked = {normalise(f.ref.number) for f in told.accepted if f.tracking}

    def state(number: str) -> str:
        """Of a number that was not asked about it is none."""
        if number in revived:
            return "revived"
        return "for_good" if number in stopped else "tracking" if number in tracked else ""

    return [replace(each, state=each.state or state(each.ref.number)) for each in looks]


def _fetch(round_: Round, looks: list[Look]) -> None:
    answer = round_.provider.fetch([each.ref for each in looks])
    answered(round_, answer, "fetch", len(looks))
    told = {normalise(snapshot.number): snapshot for snapshot in answer.accepted}
    tell(round_, [(each, told[each.ref.number]) for each in looks if each.ref.number in told])
    refuse(round_, looks, answer.refused)
    if answer.cut_short:
        heard = told.keys() | {normalise(refusal.ref.number) for refusal in answer.refused}
        unasked = [each for each in looks if each.ref.number not in heard]
        failed(replace(round_, looks=unasked), answer.cut_short)
