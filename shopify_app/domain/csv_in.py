"""What a file of numbers or statuses asks for, row by row, and why a row cannot be done.

Three things can come of a row: its order is fulfilled with the number, the number takes the place
of the order's one, or the status of a parcel is set by hand.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shopify_app.domain.csv_columns import Row, key
from shopify_app.domain.status import REASONS, Reason, Status
from shopify_app.domain.tracking_number import flaw, normalise

_PIECES = re.compile(r"[1-9][0-9]{0,5}")
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
"""How a spreadsheet shows a long number; the digits that it left out are lost."""


class What(StrEnum):
    """What comes of a row."""

    FULFILL = "fulfill"
    NUMBER = "number"
    STATUS = "status"
    SAME = "same"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class KnownParcel:
    """A parcel of an order, as it is now."""

    id: int
    key: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order that the file names, as it is now. `open`: pieces of it are to be fulfilled."""

    id: int
    open: bool
    cancelled: bool
    parcels: tuple[KnownParcel, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done for a row, and to what; or why nothing can be done."""

    row: Row
    what: What
    why: str = ""
    order_id: int | None = None
    parcel_id: int | None = None
    status: Status | None = None
    reason: Reason | None = None

    @property
    def line(self) -> int:
        """Where one finds it in the file."""
        return self.row.line


Known = Mapping[str, Sequence[KnownOrder]]
Words = Mapping[str, str]
"""The words for statuses and reasons in any language, as `key` has them, and our values."""


class _Bad(Exception):
    """A row cannot be done; says why."""


def names(order: str) -> tuple[str, str]:
    """How the order of a row may be called in the store."""
    return order, f"#{order.lstrip('#')}"


def judge(asked: Iterable[Row], known: Known, words: Words) -> list[Verdict]:
    """What comes of each row, with the orders and parcels as they are `known` by row's order."""
    asked = list(asked)
    new = _new_numbers(asked, known)
    seen: set[tuple[str, ...]] = set()

    def verdict(row: Row) -> Verdict:
        try:
            said = _said(row, words)
            order = _order(row, known)
            same = (str(order.id), normalise(row.number), row.sku, *map(str, said))
            if same in seen:
                raise _Bad("duplicate")
            seen.add(same)
            return _of_order(row, order, new[order.id], *said)
        except _Bad as why:
            return Verdict(row, What.BAD, str(why))

    return [verdict(row) for row in asked]


def _new_numbers(asked: Iterable[Row], known: Known) -> dict[int, set[str]]:
    """The numbers that the file brings an order which has them not."""
    new: dict[int, set[str]] = defaultdict(set)
    for row in asked:
        for order in known.get(row.order, ()):
            if row.number and not _has(order, row.number):
                new[order.id].add(normalise(row.number))
    return new


def _said(row: Row, words: Words) -> tuple[Status | None, Reason | None]:
    """The status that a row names. Raises _Bad if the row by itself is of no use."""
    status, reason = _status(row, words), None
    if not row.order:
        raise _Bad("no_order")
    if not (row.number or status):
        raise _Bad("empty")
    if row.number:
        _check_number(row.number)
    if row.quantity and not _PIECES.fullmatch(row.quantity):
        raise _Bad("bad_quantity")
    if row.reason and status in REASONS:
        reason = words.get(key(row.reason))
        if reason not in REASONS[status]:
            raise _Bad("unknown_reason")
    return status, Reason(reason) if reason else None


def _status(row: Row, words: Words) -> Status | None:
    if not row.status:
        return None
    value = words.get(key(row.status))
    if value not in set(Status):
        raise _Bad("unknown_status")
    return None if value == Status.UNFULFILLED else Status(value)


def _check_number(number: str) -> None:
    if _SHORTENED.fullmatch(number):
        raise _Bad("shortened")
    if problem := flaw(number):
        raise _Bad(problem)


def _order(row: Row, known: Known) -> KnownOrder:
    found = known.get(row.order, ())
    if len(found) != 1:
        raise _Bad("several_orders" if found else "unknown_order")
    if found[0].cancelled:
        raise _Bad("cancelled")
    return found[0]


def _of_order(
    row: Row, order: KnownOrder, new: set[str], status: Status | None, reason: Reason | None
) -> Verdict:
    if row.number and not _has(order, row.number):
        return _new_number(row, order, new)
    parcel = _parcel(row, order)
    if status is None or _is_so(parcel, status, reason):
        return Verdict(row, What.SAME, order_id=order.id)
    return Verdict(row, What.STATUS, "", order.id, parcel.id, status, reason)


def _new_number(row: Row, order: KnownOrder, new: set[str]) -> Verdict:
    """It fulfills what is open, else it takes the place of the one number, or of none."""
    if order.open:
        return Verdict(row, What.FULFILL, order_id=order.id)
    if not order.parcels:
        raise _Bad("nothing_to_ship")
    nameless = [parcel for parcel in order.parcels if not parcel.key]
    place = nameless or order.parcels
    if len(place) > 1 or len(new) > 1:
        raise _Bad("fulfilled")
    return Verdict(row, What.NUMBER, order_id=order.id, parcel_id=place[0].id)


def _parcel(row: Row, order: KnownOrder) -> KnownParcel:
    """The parcel with the row's number, or the only one."""
    wanted = normalise(row.number)
    found = [parcel for parcel in order.parcels if not wanted or parcel.key == wanted]
    if len(found) != 1:
        raise _Bad("several_parcels" if found else "no_parcel")
    return found[0]


def _has(order: KnownOrder, number: str) -> bool:
    return normalise(number) in {parcel.key for parcel in order.parcels}


def _is_so(parcel: KnownParcel, status: Status, reason: Reason | None) -> bool:
    return parcel.status == status and reason in (None, parcel.reason)
