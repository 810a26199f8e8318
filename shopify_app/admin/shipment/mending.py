"""Mending a shipment on its page: its number, its carrier, its other numbers, its trouble."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import abort, make_response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shopify_app.actions import accounts, by_hand, mending, shipments
from shopify_app.admin import words
from shopify_app.admin.blueprint import blueprint
from shopify_app.admin.changing import changing
from shopify_app.admin.language import _
from shopify_app.admin.shipment import mend_forms, problems
from shopify_app.admin.shipment.mend_forms import Forms
from shopify_app.admin.shipment.parcel import page
from shopify_app.domain import tracking_number
from shopify_app.domain.facts import Parcel
from shopify_app.domain.tracking_number import normalise
from shopify_app.models import Shipment, Shop

Mending = tuple[Session, Shop, Shipment]


@contextmanager
def _mending(shipment_id: int) -> Iterator[Mending]:
    """The parcel, its order held. 404 if the shop has no such, or if it is another one's number."""
    with changing() as (session, shop):
        shipment = shipments.held(session, shop.id, shipment_id)
        if shipment is None or shipment.joined_id:
            abort(404)
        yield session, shop, shipment


def _typed() -> dict[str, str]:
    return {name: value.strip() for name, value in request.form.items()}


def _refuse(shipment_id: int, forms: Forms) -> Response:
    """The page again with what was typed; its own address stays in the browser."""
    response = make_response(page(shipment_id, forms), 422)
    response.headers["HX-Push-Url"] = "false"
    return response


def _back(shipment_id: int, done: str) -> Response:
    return redirect(f"/shipments/{shipment_id}?done={done}", 303)


def _asked(shipment: Shipment) -> Response:
    """Back to the page, which waits for the provider's answer or says why there will be none."""
    if shipment.asked_at:
        return redirect(f"/shipments/{shipment.id}", 303)
    return _back(shipment.id, "retrack")


@blueprint.post("/shipments/<int:shipment_id>/number")
def correct_number(shipment_id: int) -> Response:
    """Another number, or another name of its carrier. Of several pasted numbers one is chosen."""
    typed = {"number": "", **_typed()}
    numbers = mend_forms.numbers_in(typed["number"])
    chosen = typed.get("chosen", "") if len(numbers) > 1 else "".join(numbers)
    if chosen not in numbers:
        errors = _without_choice(typed) if numbers else {"number": _("Enter a tracking number.")}
        return _refuse(shipment_id, Forms("number", typed, errors, numbers))
    if problem := words.number_flaw(tracking_number.flaw(chosen)):
        return _refuse(shipment_id, Forms("number", typed, {"number": problem}))
    others = mend_forms.others(numbers, chosen) if typed.get("others") else []
    try:
        mended = _change_number(shipment_id, chosen, others, typed)
    except mending.Taken:
        errors = {"number": _("This order has a parcel with this number already.")}
        return _refuse(shipment_id, Forms("number", typed, errors))
    return _back(mended, "number")


def _without_choice(typed: dict[str, str]) -> dict[str, str]:
    """Which of several numbers it is, is no mistake before it was asked."""
    return {"chosen": _("Choose one of these.")} if "choosing" in typed else {}


def _change_number(shipment_id: int, number: str, others: list[str], typed: dict[str, str]) -> int:
    with _mending(shipment_id) as (session, shop, shipment):
        same = normalise(number) == shipment.number_key
        parcel = Parcel(
            number, typed.get("company", shipment.company)[:100], shipment.url if same else ""
        )
        tell = "tell_shopify" in typed
        mended = mending.change_number(session, shop, shipment, parcel, tell_shopify=tell)
        for other in others:
            mending.join(session, shop, mended, other)
        return mended.id


@blueprint.post("/shipments/<int:shipment_id>/carrier")
def choose_carrier(shipment_id: int) -> Response:
    """Which carrier the provider asks: one it told us of, or one by the provider's own code."""
    typed = _typed()
    code = typed.get("code") or typed.get("carrier", "")
    with _mending(shipment_id) as (session, shop, shipment):
        serving = accounts.of(session, shop.id)
        own = next((each for each in serving if each.id == shipment.account_id), None)
        account = mend_forms.chooses_carrier(own, serving)
        known = mend_forms.known_carriers(session, shop.id, account.provider) if account else {}
        error = mend_forms.check_carrier(code, known)
        if not error:
            mending.choose_carrier(session, shop, shipment, code)
    if error:
        return _refuse(shipment_id, Forms("carrier", typed, {"carrier": error}))
    return _asked(shipment)


@blueprint.post("/shipments/<int:shipment_id>/fields")
def give_fields(shipment_id: int) -> Response:
    """What the carrier asks for before it tells of the parcel."""
    typed = _typed()
    with _mending(shipment_id) as (session, shop, shipment):
        given = {name: typed.get(name, "") for name in problems.asked(shipment)}
        errors = mend_forms.check_fields(given)
        if not any(given.values()):
            errors = {name: _("Fill this in.") for name in given}
        if given and not errors:
            kept = mend_forms.fields_to_keep(given)
            mending.give_fields(session, shop, shipment, kept)
    if errors:
        return _refuse(shipment_id, Forms("fields", typed, errors))
    return _asked(shipment)


@blueprint.post("/shipments/<int:shipment_id>/join")
def join(shipment_id: int) -> Response:
    """Another number of the same parcel, or several: one timeline for all of them."""
    typed = _typed()
    numbers = mend_forms.numbers_in(typed.get("number", ""))
    with _mending(shipment_id) as (session, shop, shipment):
        others = [each for each in numbers if normalise(each) != shipment.number_key]
        for number in others:
            mending.join(session, shop, shipment, number)
    if not others:
        error = _("This is the parcel's own number.") if numbers else _("Enter a tracking number.")
        return _refuse(shipment_id, Forms("join", typed, {"number": error}))
    return _back(shipment_id, "joined")


@blueprint.post("/shipments/<int:shipment_id>/part")
def part(shipment_id: int) -> Response:
    """The other number is no number of this parcel after all."""
    with _mending(shipment_id) as (session, shop, shipment):
        joined = shipment.fulfillment.joined_to(shipment)
        other = next((s for s in joined if str(s.id) == request.form.get("other")), None)
        if other is None:
            abort(404)
        mending.part(session, shop, shipment, other)
    return _back(shipment_id, "parted")


@blueprint.post("/shipments/<int:shipment_id>/resolve")
def resolve(shipment_id: int) -> Response:
    """Put its trouble aside until its state changes; `resolved=0` takes that back."""
    resolved = request.form.get("resolved") != "0"
    with _mending(shipment_id) as (session, shop, shipment):
        by_hand.resolve(session, shop, shipment, resolved=resolved)
    return _back(shipment_id, "resolved" if resolved else "unresolved")


@blueprint.post("/shipments/<int:shipment_id>/unpin")
def unpin(shipment_id: int) -> Response:
    """Follow the carrier again: the status set by hand goes."""
    with _mending(shipment_id) as (session, shop, shipment):
        by_hand.follow_again(session, shop, shipment)
    return _back(shipment_id, "unpinned")


@blueprint.post("/shipments/<int:shipment_id>/renew")
def renew(shipment_id: int) -> Response:
    """Register it anew, which the merchant has agreed to pay a number for."""
    with _mending(shipment_id) as (session, shop, shipment):
        by_hand.renew(session, shop, shipment)
    return _asked(shipment)
