"""The forms that mend a shipment: what they show, and what may be wrong with what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.actions.fulfillments import LONGEST_TEXT
from shopify_app.admin.language import _
from shopify_app.carriers import registry
from shopify_app.domain.carrier_names import CARRIERS
from shopify_app.domain.facts import plain
from shopify_app.domain.tracking_number import normalise, recognise, split
from shopify_app.models import CarrierAccount, Order, Shipment

_CODE = re.compile(r"[0-9]{1,9}")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
LONGEST_FIELD = 200
NEWEST = 1000
"""In so many parcels the carriers are looked for that can be chosen."""


@dataclass(frozen=True, slots=True)
class Forms:
    """How the page shows them: which one is open, what was typed and what is wrong with it.

    `numbers`: what was pasted holds several, and the merchant is to say which one it is.
    """

    opened: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    numbers: Sequence[str] = ()


def numbers_in(text: str) -> list[str]:
    """The numbers in what was typed or pasted; a single one as it was written.

    What fits no format is a number too: no one but its carrier can tell that it is none.
    """
    text = plain(text)[:LONGEST_TEXT]
    found, whole = split(text), " ".join(text.split())
    if len(found) > 1 and recognise(whole):
        return [*found, whole]  # or is it one number, written in groups?
    if len(found) > 1 or (found and found[0] != normalise(whole)):
        return found
    return [whole] if normalise(whole) else []


def others(numbers: Sequence[str], chosen: str) -> list[str]:
    """The numbers beside the chosen one; none if it is the whole text, of which they are groups."""
    found = [each for each in numbers if each == normalise(each)]
    return [each for each in found if each != chosen] if chosen in found else []


def check_fields(given: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with what was given for the carrier, in words, by field."""
    errors = {}
    if given.get("date") and not _is_day(given["date"]):
        errors["date"] = _("Write the day as 2026-11-02.")
    if given.get("phone") and len(_digits(given["phone"])) < 4:
        errors["phone"] = _("At least its last four digits are needed.")
    for name in ("country", "origin"):
        if given.get(name) and not _COUNTRY.fullmatch(given[name]):
            errors[name] = _("Write the two letters of the country, such as DE.")
    return errors


def fields_to_keep(given: Mapping[str, str]) -> dict[str, str]:
    """Only what is needed is kept: of a phone number its last four digits."""
    kept = {name: value[:LONGEST_FIELD] for name, value in given.items() if value}
    if "phone" in kept:
        kept["phone"] = _digits(kept["phone"])[-4:]
    return kept


def first_guess(order: Order, asked: Iterable[str]) -> dict[str, str]:
    """What we know of what the carrier asks for, for the merchant to look over."""
    known = {"country": order.country_code, "city": order.city}
    return {name: known[name] for name in asked if known.get(name)}


def chooses_carrier(
    account: CarrierAccount | None, serving: Sequence[CarrierAccount]
) -> CarrierAccount | None:
    """The account whose provider lets the carrier be chosen; None if it is always the same."""
    asked = [account] if account else serving
    return next((each for each in asked if _can_choose(each)), None)


def _can_choose(account: CarrierAccount) -> bool:
    return "change_carrier" in registry.provider(account.provider, "").caps


def known_carriers(session: Session, shop_id: int, provider: str) -> dict[str, str]:
    """The carriers that a provider told of this shop's newest parcels: names by its own codes."""
    newest = (
        select(Shipment.carrier, Shipment.carrier_name, Shipment.account_id)
        .where(Shipment.shop_id == shop_id, Shipment.carrier != "", Shipment.carrier_name != "")
        .order_by(Shipment.order_id.desc())
        .limit(NEWEST)
        .subquery()
    )
    told = (
        select(newest.c.carrier, newest.c.carrier_name)
        .join(CarrierAccount, CarrierAccount.id == newest.c.account_id)
        .where(CarrierAccount.provider == provider)
        .distinct()
    )
    often = _certain() if provider == "17track" else {}
    found = often | dict(session.execute(told).all())
    return dict(sorted(found.items(), key=lambda each: each[1].casefold()))


def _certain() -> dict[str, str]:
    codes = ((each.seventeentrack, each.name) for each in CARRIERS.values())
    return {str(code): name for code, name in codes if code}


def check_carrier(code: str, known: Iterable[str]) -> str:
    """What is wrong with a chosen carrier, in words; empty if nothing is."""
    if not code:
        return _("Choose a carrier, or write its code.")
    if code not in known and not _CODE.fullmatch(code):
        return _("A code has digits only, such as 190012.")
    return ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign in "0123456789")
