"""What comes of each row of a file, and why one cannot be done."""

from __future__ import annotations

from typing import Any

import pytest

from shopify_app.domain.csv_columns import Row, guess, key, rows
from shopify_app.domain.csv_file import read
from shopify_app.domain.csv_in import KnownOrder, KnownParcel, What, judge
from shopify_app.domain.status import Reason, Status

WORDS = {key(text): value for text, value in (
    ("delivered", "delivered"), ("Đã giao", "delivered"), ("Not fulfilled", "unfulfilled"),
    ("Alert", "alert"), ("lost", "lost"), ("In transit", "in_transit"),
)}  # fmt: skip
PARCEL = KnownParcel(7, "YT1", "in_transit", "")
OPEN = KnownOrder(1, open=True, cancelled=False)
SENT = KnownOrder(2, open=False, cancelled=False, parcels=(PARCEL,))
NAMELESS = KnownOrder(3, open=False, cancelled=False, parcels=(KnownParcel(8, "", "pending", ""),))
TWO = KnownOrder(
    4, open=False, cancelled=False, parcels=(PARCEL, KnownParcel(9, "YT2", "alert", "lost"))
)
KNOWN = {
    "#1": [OPEN],
    "#2": [SENT],
    "#3": [NAMELESS],
    "#4": [TWO],
    "#5": [KnownOrder(5, open=True, cancelled=True)],
    "#6": [KnownOrder(6, open=False, cancelled=False)],
    "#7": [OPEN, SENT],
}


def outcome(*asked: dict[str, Any]) -> list[tuple[str, str]]:
    found = judge([Row(n, **each) for n, each in enumerate(asked, start=2)], KNOWN, WORDS)
    return [(verdict.what.value, verdict.why) for verdict in found]


def test_headings_are_known_in_both_languages_and_in_any_spelling() -> None:
    assert guess(["Order", "Tracking Number", "Carrier"]) == {"order": 0, "number": 1, "carrier": 2}
    assert guess(["STT", "Mã đơn hàng", "Mã vận đơn", "Đơn vị vận chuyển", "Số lượng"]) == {
        "order": 1, "number": 2, "carrier": 3, "quantity": 4}  # fmt: skip
    assert guess(["Name", "Lineitem sku", "Trạng thái", "Lý do"]) == {
        "order": 0, "sku": 1, "status": 2, "reason": 3}  # fmt: skip
    assert guess(["a", "b"]) == {}


def test_rows_are_read_by_the_columns_that_the_merchant_named() -> None:
    table = read("x,y\n 1042 ,'=YT 1\n")
    assert rows(table, {"order": 0, "number": 1}) == [Row(2, "1042", "=YT 1")]


def test_a_number_fulfills_what_is_open_or_replaces_the_one_number() -> None:
    assert outcome(
        {"order": "#1", "number": "YT9"},
        {"order": "#1", "number": "YT8"},
        {"order": "#2", "number": "YT7"},
        {"order": "#3", "number": "YT6"},
        {"order": "#2", "number": "yt-1"},
    ) == [("fulfill", ""), ("fulfill", ""), ("number", ""), ("number", ""), ("same", "")]


def test_a_status_goes_to_the_parcel_of_its_number_or_to_the_only_one() -> None:
    asked = [
        Row(2, "#2", status="Đã giao"),
        Row(3, "#4", "YT1", status="alert", reason="Lost"),
        Row(4, "#4", "YT2", status="Alert"),
        Row(5, "#2", status="in transit"),
    ]
    first, second, third, fourth = judge(asked, KNOWN, WORDS)
    assert (first.what, first.parcel_id, first.status) == (What.STATUS, 7, Status.DELIVERED)
    assert (second.parcel_id, second.status, second.reason) == (7, Status.ALERT, Reason.LOST)
    assert (third.what, fourth.what) == (What.SAME, What.SAME), "it is so already"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"order": "", "number": "YT9"}, "no_order"),
        ({"order": "#1"}, "empty"),
        ({"order": "#1", "status": "Not fulfilled"}, "empty"),
        ({"order": "#99", "number": "YT9"}, "unknown_order"),
        ({"order": "#7", "number": "YT9"}, "several_orders"),
        ({"order": "#5", "number": "YT9"}, "cancelled"),
        ({"order": "#6", "number": "YT9"}, "nothing_to_ship"),
        ({"order": "#4", "number": "YT9"}, "fulfilled"),
        ({"order": "#1", "number": "to come"}, "not_a_number"),
        ({"order": "#1", "number": "9.20019E+21"}, "shortened"),
        ({"order": "#1", "number": "1" * 51}, "too_long"),
        ({"order": "#1", "number": "YT9", "quantity": "two"}, "bad_quantity"),
        ({"order": "#1", "number": "YT9", "quantity": "0"}, "bad_quantity"),
        ({"order": "#2", "status": "gone"}, "unknown_status"),
        ({"order": "#2", "status": "alert", "reason": "aliens"}, "unknown_reason"),
        ({"order": "#4", "status": "delivered"}, "several_parcels"),
        ({"order": "#1", "status": "delivered"}, "no_parcel"),
    ],
)
def test_a_row_that_cannot_be_done_says_why(row: dict[str, str], why: str) -> None:
    assert outcome(row) == [("bad", why)]


def test_the_second_of_two_same_rows_is_none_and_two_numbers_for_one_place_are_neither() -> None:
    row = {"order": "#1", "number": "YT9"}
    assert outcome(row, row) == [("fulfill", ""), ("bad", "duplicate")]
    assert (
        outcome({"order": "#2", "number": "YT8"}, {"order": "#2", "number": "YT9"})
        == [("bad", "fulfilled")] * 2
    )
    assert outcome(row | {"sku": "A"}, row | {"sku": "B"}) == [("fulfill", "")] * 2
