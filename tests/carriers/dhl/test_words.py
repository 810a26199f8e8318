"""A status code of DHL, with what the text of its event adds, and what it then means."""

from __future__ import annotations

import pytest

from shopify_app.carriers.dhl import words
from shopify_app.carriers.dhl.words import word
from shopify_app.domain import status_map
from shopify_app.domain.status import Reason, Status

WAY = Status.IN_TRANSIT, None
NEAR = Status.PICK_UP, None


@pytest.mark.parametrize(
    ("code", "text", "expected", "meaning"),
    [
        ("pre-transit", "Shipment information received", "pre-transit", (Status.PENDING, None)),
        ("pre-transit", "PRENOTIFICATION_RECEIVED", "pre-transit", (Status.PENDING, None)),
        ("transit", "Shipment picked up", "transit_collected", WAY),
        ("transit", "Processed at LEIPZIG - GERMANY", "transit", WAY),
        ("transit", "Customs clearance status updated. Note: it may", "transit_customs", WAY),
        ("transit", "Shipment is on hold", "transit_held", WAY),
        ("transit", "Your parcel is delayed by severe weather", "transit_delayed", WAY),
        ("transit", "Shipment is out with courier for delivery", "transit_courier", NEAR),
        ("transit", "OUT_FOR_DELIVERY", "transit_courier", NEAR),
        ("transit", "OUT FOR DELIVERY", "transit_courier", NEAR),
        ("transit", "The shipment has been loaded onto the delivery vehicle",
         "transit_courier", NEAR),
        ("transit", "DELIVERED_AT_PARCELSHOP", "transit_counter", NEAR),
        ("transit", "Ready for pick-up at the service point", "transit_counter", NEAR),
        ("transit", "PARCEL_RETURNED_FROM_ROUTE", "transit", WAY),
        ("transit", "PARCEL_READY_FOR_RETURN_TO_HUB", "transit", WAY),
        ("transit", "Returning to DHL facility", "transit", WAY),
        ("transit", "The status will be updated; almost home", "transit", WAY),
        ("transit", "NOT_HOME_SYSTEM_INTERVENTION_DELIVERY_AT_PARCELSHOP", "transit_absent",
         (Status.UNDELIVERED, Reason.RECIPIENT_UNAVAILABLE)),
        ("transit", "INTERVENTION_DELIVERY_ADDRESS_CHANGED_INTO_PARCELSHOP", "transit", WAY),
        ("transit", "ON_ROUTE_TO_SHIPPER", "transit_returning", (Status.ALERT, Reason.RETURNING)),
        ("transit", "DELIVERED_AT_SHIPPER", "transit_returned", (Status.RETURNED, None)),
        ("failure", "", "failure", (Status.UNDELIVERED, Reason.OTHER)),
        ("failure", "Exception, please contact us", "failure", (Status.UNDELIVERED, Reason.OTHER)),
        ("failure", "Delivery attempted; recipient not home", "failure_absent",
         (Status.UNDELIVERED, Reason.RECIPIENT_UNAVAILABLE)),
        ("failure", "Delivery attempted", "failure_attempt", (Status.UNDELIVERED, Reason.OTHER)),
        ("failure", "Recipient refused delivery", "failure_refused",
         (Status.ALERT, Reason.REFUSED)),
        ("failure", "STORAGE_PERIOD_ENDED_AT_PARCELSHOP", "failure_storage",
         (Status.ALERT, Reason.STORAGE_EXPIRED)),
        ("failure", "Address information needed; contact DHL", "failure_address",
         (Status.ALERT, Reason.BAD_ADDRESS)),
        ("failure", "The recipient could not be found", "failure_unfound",
         (Status.UNDELIVERED, Reason.ADDRESS_NOT_FOUND)),
        ("failure", "Scheduled for delivery as agreed", "failure_later",
         (Status.UNDELIVERED, Reason.LATER_DELIVERY_REQUESTED)),
        ("failure", "Delivery rescheduled", "failure_rescheduled",
         (Status.UNDELIVERED, Reason.DELAYED_OR_RESCHEDULED)),
        ("failure", "RETURNED_TO_SHIPPER", "failure_returning", (Status.ALERT, Reason.RETURNING)),
        ("failure", "Held by customs: on hold", "failure_customs",
         (Status.ALERT, Reason.CUSTOMS_UNSPECIFIED)),
        ("failure", "Shipment on hold", "failure_held", (Status.ALERT, Reason.OTHER)),
        ("failure", "Delayed", "failure_delayed", (Status.ALERT, Reason.DELAYED)),
        ("failure", "Shipment damaged", "failure_damaged", (Status.ALERT, Reason.DAMAGED)),
        ("failure", "Shipment lost", "failure_lost", (Status.ALERT, Reason.LOST)),
        ("failure", "Clearance event: documents missing", "failure_customs",
         (Status.ALERT, Reason.CUSTOMS_UNSPECIFIED)),
        ("failure", "Disposed of", "failure_destroyed", (Status.ALERT, Reason.DESTROYED)),
        ("failure", "Shipment cancelled", "failure_cancelled", (Status.ALERT, Reason.CANCELLED)),
        ("delivered", "Delivered", "delivered", (Status.DELIVERED, None)),
        ("delivered", "IN/AT MAILBOX, recipient not home", "delivered", (Status.DELIVERED, None)),
        ("delivered", "Returned to shipper", "delivered_returned", (Status.RETURNED, None)),
        ("unknown", "Order Created", "unknown", (Status.PENDING, None)),
        ("unknown", "NOT_HOME", "unknown_absent",
         (Status.UNDELIVERED, Reason.RECIPIENT_UNAVAILABLE)),
    ],
)  # fmt: skip
def test_the_text_adds_what_the_code_does_not_say(
    code: str, text: str, expected: str, meaning: tuple[Status, Reason | None]
) -> None:
    assert word(code, text) == expected
    found = status_map.meaning("dhl", expected)
    assert found
    assert (found.status, found.reason) == meaning


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("transit", "transit_returning"),
        ("failure", "failure_returning"),
        ("delivered", "delivered_returned"),
    ],
)
def test_the_flag_of_a_return_wins_over_the_text(code: str, expected: str) -> None:
    assert word(code, "Shipment is out with courier for delivery", returning=True) == expected


def test_a_new_status_code_means_nothing_and_raises_nothing() -> None:
    assert word("out-for-delivery", "OUT FOR DELIVERY") == "out-for-delivery"
    assert status_map.meaning("dhl", "out-for-delivery") is None


@pytest.mark.parametrize("code", ["transit", "failure", "unknown"])
def test_every_detail_that_can_be_found_has_a_meaning_of_its_own(code: str) -> None:
    found = [f"{code}_{detail}" for detail, _ in words._OF_CODE[code]]
    assert [key for key in found if status_map.rule("dhl", key) in {"", code}] == []
