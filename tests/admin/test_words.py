"""What the machine's words are called on a page: none is missing, an unknown one does no harm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import g

from shopify_app.admin import words
from shopify_app.admin.messages import words as message_words
from shopify_app.admin.shipment import advice, history, problems
from shopify_app.domain import status_map
from shopify_app.domain.status import REASONS, SHIPMENT_STATUSES, Reason, Status
from shopify_app.models import Change, Order, Shipment
from tests.support import NOON

pytestmark = pytest.mark.usefixtures("reader")

DAY = timedelta(days=1)
TROUBLED = (Status.ALERT, Status.UNDELIVERED)


def in_both(say: Any) -> tuple[str, str]:
    told = []
    for g.language in ("en", "vi"):
        told.append(say())
    return told[0], told[1]


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_name_in_both_languages(status: Status) -> None:
    english, vietnamese = in_both(lambda: words.status(status))
    assert english
    assert vietnamese
    assert english != vietnamese


def test_the_nine_statuses_are_named_as_the_product_names_them() -> None:
    assert {status: in_both(lambda s=status: words.status(s)) for status in SHIPMENT_STATUSES} == {
        "pending": ("Pending", "Đang chờ xử lý"),
        "not_recognized": ("Not recognized", "Không được công nhận"),
        "in_transit": ("In transit", "Đang vận chuyển"),
        "pick_up": ("Pick up", "Lấy hàng"),
        "expired": ("Expired", "Đã hết hạn"),
        "alert": ("Alert", "Cảnh báo"),
        "undelivered": ("Undelivered", "Chưa giao"),
        "returned": ("Returned", "Đã trả lại"),
        "delivered": ("Delivered", "Đã giao"),
    }


@pytest.mark.parametrize("status", SHIPMENT_STATUSES)
def test_every_status_is_explained(status: Status) -> None:
    english, vietnamese = in_both(lambda: words.meaning(status))
    assert english.endswith(".")
    assert vietnamese.endswith(".")
    assert english != vietnamese


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_name_and_something_to_do(reason: Reason) -> None:
    english, vietnamese = in_both(lambda: words.reason(reason))
    assert english != vietnamese
    for status in TROUBLED:
        order, shipment = Order(status=status), Shipment(status=status, reason=reason)
        todo = in_both(lambda o=order, s=shipment: advice.step(o, s))
        assert all(todo)
        assert todo[0] != todo[1]


def test_a_reason_belongs_to_the_statuses_that_a_source_can_give_it_with() -> None:
    tables = (status_map.SEVENTEENTRACK, status_map.SHOPIFY, status_map.DHL, status_map.MERCHANT)
    told = {(m.status, m.reason) for table in tables for m in table.values() if m.reason}
    assert told <= {(status, reason) for status in REASONS for reason in REASONS[status]}
    assert {reason for reasons in REASONS.values() for reason in reasons} == set(Reason)


def test_no_reason_has_no_name() -> None:
    assert words.reason("") == ""


@pytest.mark.parametrize(
    "code", [*status_map.SEVENTEENTRACK, *status_map.SHOPIFY], ids=lambda code: str(code)
)
def test_every_code_of_a_source_has_a_plain_phrase(code: str) -> None:
    english, vietnamese = in_both(lambda: words.checkpoint(code, "the carrier's own words"))
    assert english != "the carrier's own words"
    assert english != vietnamese


@pytest.mark.parametrize(
    ("code", "phrase"),
    [
        ("InTransit_Teleported", "On its way"),
        ("Exception_Eaten", "The carrier reports a problem"),
        ("Teleported", "the carrier's own words"),
        ("", "the carrier's own words"),
    ],
)
def test_an_unknown_code_is_told_by_its_kind_or_in_the_carriers_own_words(
    code: str, phrase: str
) -> None:
    assert words.checkpoint(code, "the carrier's own words") == phrase


@pytest.mark.parametrize(
    "say",
    [words.fulfillment, words.source, message_words.shopify_value, problems.what, problems.step,
     problems.field, message_words.detail, message_words.event, history.retrack_result],
)  # fmt: skip
def test_a_word_nobody_taught_us_raises_nothing(say: Any) -> None:
    assert isinstance(say("teleported"), str)
    assert isinstance(say(""), str)


@pytest.mark.parametrize(
    ("detail", "words_"),
    [
        ("mail_refused", "The mail server refused the mail."),
        ("mail_refused:550 no such user", "The mail server refused the mail. (550 no such user)"),
        ("sms_refused:30003: off", "Twilio refused the text. (30003: off)"),
        ("gateway_login:403", "The gateway for texts does not accept our requests. (403)"),
        ("gateway_later:503", "The gateway takes no text now. (503)"),
        ("gateway_refused:422", "The gateway refused the text. (422)"),
        ("something new", "something new"),
        ("", ""),
    ],
)
def test_what_the_other_side_said_stands_in_brackets(detail: str, words_: str) -> None:
    assert message_words.detail(detail) == words_


@pytest.mark.parametrize(
    ("what", "detail", "line"),
    [
        ("status", {"before": "pending", "after": "alert", "reason": "lost"},
         "Pending → Alert, lost"),
        ("set_by_hand", {"before": "in_transit", "after": "delivered"}, "In transit → Delivered"),
        ("status", {"before": "pending", "after": "alert", "reason": "other"}, "Pending → Alert"),
        ("status", {"before": "alert", "after": "alert", "reason": "lost"}, "Alert, lost"),
        ("retrack", {"result": "no_change"}, "Retracked: no change"),
        ("retrack", {}, "Retracked: no change"),
        ("fulfilled", {"numbered": True}, "Fulfilled"),
        ("number_added", {"number": "YT1"}, "Number added"),
        ("unpinned", {}, "The carrier is followed again"),
        ("something_new", {}, "something_new"),
    ],
)  # fmt: skip
def test_a_line_of_the_history(what: str, detail: dict[str, Any], line: str) -> None:
    assert history.line(Change(what=what, detail=detail)) == line


PARTLY = {
    "fulfillment_status": "partially_fulfilled",
    "items": [
        {"quantity": 3, "unfulfilled": 2, "requires_shipping": True},
        {"quantity": 1, "unfulfilled": 1, "requires_shipping": False},
    ],
}


def order(**more: Any) -> Order:
    return Order(**{"status": "in_transit", "placed_at": NOON - 10 * DAY} | more)


def pending(age: timedelta, number: str = "YT1") -> Shipment:
    since = NOON - age
    return Shipment(status="pending", reason="", number=number, status_since=since)


@pytest.mark.parametrize(
    ("about", "shipment", "todo"),
    [
        pytest.param(order(), Shipment(status="in_transit"), "", id="on its way"),
        pytest.param(order(status="delivered"), Shipment(status="delivered"), "", id="there"),
        pytest.param(order(status=""), None, "", id="nothing to ship"),
        pytest.param(order(status="pending"), pending(2 * DAY),
                     "Wait for a first scan until Nov 29", id="young"),
        pytest.param(order(status="pending"), pending(7 * DAY),
                     "Ask the supplier whether it left", id="a week without a scan"),
        pytest.param(order(status="pending"), pending(2 * DAY, ""),
                     "Ask the supplier for the number", id="without a number"),
        pytest.param(order(status="expired"), Shipment(status="expired", reason=""),
                     "Ask the supplier where it is", id="expired"),
        pytest.param(order(status="returned"), Shipment(status="returned", reason=""),
                     "Refund or send again", id="returned"),
        pytest.param(order(status="unfulfilled", unfulfilled_from=NOON), None,
                     "Fulfill it or write to the customer", id="not fulfilled for a week"),
        pytest.param(order(status="unfulfilled", unfulfilled_from=NOON + DAY), None, "",
                     id="not fulfilled lately"),
        pytest.param(order(status="delivered", **PARTLY), Shipment(status="delivered"),
                     "Fulfill the rest", id="partly fulfilled"),
        pytest.param(order(status="delivered", cancelled_at=NOON, **PARTLY),
                     Shipment(status="delivered"), "", id="partly fulfilled, then cancelled"),
        pytest.param(order(late_from=NOON), Shipment(status="in_transit", reason=""),
                     "Ask the supplier; offer a refund", id="over 45 days"),
    ],
)  # fmt: skip
def test_what_is_to_be_done_follows_from_the_status_then_from_the_age(
    about: Order, shipment: Shipment | None, todo: str
) -> None:
    assert advice.step(about, shipment) == todo


def test_of_a_partly_fulfilled_order_the_rest_that_ships_is_told() -> None:
    assert advice.still_to_fulfill(order(**PARTLY)) == "2 items still to fulfill"
    whole = PARTLY | {"fulfillment_status": "unfulfilled"}
    assert advice.still_to_fulfill(order(**whole)) == ""
    assert advice.still_to_fulfill(order(closed_at=NOON, **PARTLY)) == ""


def test_why_an_order_requires_attention_names_every_rule_that_holds_now() -> None:
    due = order(status="alert", attention_from=NOON - DAY, problem_from=NOON - DAY, late_from=NOON)
    assert advice.attention(due) == "Since Nov 23: Alert; over 45 days"
    assert due.requires_attention
    due.late_from, due.unfulfilled_from = NOON + DAY, NOON
    assert advice.attention(due) == "Since Nov 23: not fulfilled for 7 days; Alert"
    for never in (order(), order(attention_from=NOON + DAY)):
        assert advice.attention(never) == ""
        assert not never.requires_attention
