"""How many orders of each kind the store starts with, and how old they are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of order: `count` of 300, placed between `youngest` and `oldest` days ago.

    `ending` names what becomes of its parcels (see journeys.endings). `state` is where they are
    at the start: "over" when everything planned has happened, else a sub-status that has come
    but not been passed. `how` is anything unusual about the order itself.
    """

    count: int
    youngest: float
    oldest: float
    ending: str = "delivered"
    state: str = "over"
    how: str = ""


MIX = (
    # Placed in the last 30 days.
    Kind(5, 0.02, 1.2, how="unfulfilled"),
    Kind(9, 1, 6.5, how="unfulfilled"),
    Kind(5, 7.5, 20, how="unfulfilled"),
    Kind(2, 2, 6, state="InTransit_Other", how="partial"),
    Kind(2, 9, 20, how="partial"),
    Kind(3, 4, 25, how="no_number"),
    Kind(1, 5, 15, state="InTransit_Other", how="no_address"),
    Kind(1, 18, 28, how="no_address"),
    Kind(4, 1, 28, how="cancelled"),
    Kind(2, 3, 28, how="digital"),
    Kind(2, 3, 28, how="digital_fulfilled"),
    Kind(8, 0.5, 4, state="InfoReceived"),
    Kind(6, 1, 5, "silent", how="quiet"),
    Kind(2, 9, 20, "silent", how="wrong_digit"),
    Kind(1, 9, 20, "silent", how="typo"),
    Kind(8, 2, 7, state="InTransit_PickedUp"),
    Kind(14, 3, 16, state="InTransit_Other"),
    Kind(6, 5, 16, state="InTransit_Departure"),
    Kind(4, 7, 18, state="InTransit_Arrival"),
    Kind(4, 7, 20, state="InTransit_CustomsProcessing"),
    Kind(1, 8, 20, "documents"),
    Kind(5, 5, 20, state="OutForDelivery_Other"),
    Kind(4, 6, 22, "pickup_point"),
    Kind(1, 14, 26, "refused"),
    Kind(1, 14, 26, "bad_address"),
    Kind(1, 14, 28, "customs_prohibited"),
    Kind(1, 16, 28, "lost"),
    Kind(1, 16, 28, "storage_expired"),
    Kind(1, 14, 26, "damaged"),
    Kind(1, 6, 24, "recipient_away"),
    Kind(1, 8, 24, "rescheduled"),
    Kind(1, 8, 24, "later"),
    Kind(1, 8, 24, "address_not_found"),
    Kind(1, 8, 24, "rural"),
    Kind(2, 26, 29.5, "expired_early"),
    Kind(1, 27, 29.5, "expired_early"),
    Kind(2, 25, 29.5, "returned"),
    Kind(44, 4, 29.5),
    # Placed before.
    Kind(105, 30, 59),
    Kind(5, 46, 58, "stuck", how="stuck"),
    Kind(2, 46, 58, how="no_number"),
    Kind(2, 31, 50, how="unfulfilled"),
    Kind(6, 30, 58, how="cancelled"),
    Kind(4, 30, 58, how="digital_fulfilled"),
    Kind(3, 32, 56, "returned"),
    Kind(2, 40, 56, "expired"),
    Kind(1, 31, 40, "absent"),
    Kind(1, 31, 50, "customs_restricted"),
    Kind(1, 31, 50, "customs_held"),
    Kind(1, 31, 50, "delayed"),
    Kind(1, 31, 50, "returning"),
    Kind(1, 33, 56, "destroyed"),
    Kind(1, 33, 56, "cancelled"),
    Kind(1, 33, 56, "exception"),
    Kind(1, 33, 56, "refused_at_door"),
    Kind(1, 33, 56, "fee_at_door"),
    Kind(1, 33, 56, "not_delivered"),
    Kind(1, 12, 25, "silent", how="quiet"),
)


def kinds(total: int) -> list[Kind]:
    """One kind an order, for `total` orders in the proportions of the mix."""
    each = [kind for kind in MIX for _ in range(kind.count)]
    return [each[place * len(each) // total] for place in range(total)]
