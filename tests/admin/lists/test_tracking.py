"""Tracking: where all orders are, in any dates, by any filter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shopify_app.domain.status import Reason, Status
from tests import payloads
from tests.admin.shop import (
    DAY,
    counted,
    listed,
    order_id,
    place,
    ship,
    shipment,
    tell,
    tracking_number,
)
from tests.pages import Element, read
from tests.support import ALICE, BOB, NOON, App

TICK = timedelta(microseconds=1)
CODES = {
    "pending": "InfoReceived",
    "in_transit": "InTransit_Departure",
    "pick_up": "OutForDelivery_Other",
    "delivered": "Delivered_Other",
    "undelivered": "DeliveryFailure_NoBody",
    "alert": "Exception_Damage",
    "expired": "Expired_Other",
    "not_recognized": "NotFound_InvalidCode",
    "returned": "Exception_Returned",
}


def tracking(app: App, query: str = "", domain: str = ALICE) -> Element:
    return read(app.visit(f"/tracking{query}", domain))


def orders(app: App, query: str = "", domain: str = ALICE) -> list[str]:
    return listed(tracking(app, query, domain))


@pytest.mark.parametrize(
    ("zone", "first_moment"),
    [
        pytest.param("America/New_York", datetime(2026, 10, 26, 4, tzinfo=UTC), id="New York"),
        pytest.param("Asia/Ho_Chi_Minh", datetime(2026, 10, 25, 17, tzinfo=UTC), id="Saigon"),
        pytest.param("Asia/Kathmandu", datetime(2026, 10, 25, 18, 15, tzinfo=UTC), id="Kathmandu"),
        pytest.param("Pacific/Kiritimati", datetime(2026, 10, 26, 10, tzinfo=UTC), id="next day"),
    ],
)
def test_the_last_thirty_days_are_shown_as_the_shops_zone_has_them(
    zone: str, first_moment: datetime, app: App
) -> None:
    app.house.change_shop(timezone=zone)
    place(app.house, 1, first_moment - TICK)
    place(app.house, 2, first_moment)
    place(app.house, 3, NOON)
    page = tracking(app)
    assert listed(page) == ["#3", "#2"]
    assert counted(page, "Status")["All"] == 2


def test_a_range_has_both_its_days_whole_and_clocks_may_change_in_it(app: App) -> None:
    """In New York November 1 has 25 hours."""
    begin, end = datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, 5, tzinfo=UTC)
    for number, at in enumerate((begin - TICK, begin, end - TICK, end), start=1):
        place(app.house, number, at)
    assert orders(app, "?from=2026-11-01&to=2026-11-01") == ["#3", "#2"]
    assert orders(app, "?from=2026-11-01") == ["#4", "#3", "#2"]
    assert orders(app, "?to=2026-11-01") == ["#3", "#2", "#1"]
    assert orders(app, "?from=2026-11-02&to=2026-11-01") == ["#4", "#3", "#2"], "turned round"
    assert len(orders(app, "?from=any")) == 4


def test_a_filter_that_means_nothing_does_no_harm(app: App) -> None:
    place(app.house, 1)
    nothing = ["status=lost", "reason=lost%27", "rule=x", "from=yesterday&to=2026-13-01", "after=x",
               "before=20261124T120000.000000~x", "from=0001-01-01&to=9999-12-31"]  # fmt: skip
    for query in nothing:
        assert orders(app, f"?{query}") == ["#1"], query


def test_each_status_can_be_chosen_and_the_counts_add_up(app: App) -> None:
    place(app.house, 1)
    for number, code in enumerate(CODES.values(), start=2):
        ship(app.house, number)
        tell(app.house, number, code)
    page = tracking(app)
    counts = counted(page, "Status")
    assert counts.pop("All") == 10 == sum(counts.values())
    assert set(counts.values()) == {1}
    for number, status in enumerate(("unfulfilled", *CODES), start=1):
        chosen = tracking(app, f"?status={status}")
        assert listed(chosen) == [f"#{number}"], status
        assert counted(chosen, "Status")["All"] == 10, "the counts are not narrowed by it"
    assert set(orders(app, "?status=mend")) == {"#8", "#9"}, "expired and not recognized"
    assert {*CODES, "unfulfilled"} == set(Status)


def test_an_order_stands_where_its_neediest_parcel_is(app: App) -> None:
    numbers = [tracking_number(1), tracking_number(2)]
    ship(app.house, 1, numbers=numbers)
    tell(app.house, numbers[0], "Delivered_Other")
    tell(app.house, numbers[1], "InTransit_Departure")
    assert orders(app, "?status=in_transit") == ["#1"]
    assert orders(app, "?status=delivered") == []
    row = tracking(app).all("tr")[1]
    assert [link.text for link in row.all("a", class_="number")] == numbers


def test_what_needs_no_shipping_or_was_cancelled_is_not_tracked(app: App) -> None:
    digital = [payloads.line(requires_shipping=False)]
    place(app.house, 1, line_items=digital)
    place(app.house, 2, cancelled_at=NOON.isoformat())
    page = tracking(app)
    assert (listed(page), counted(page, "Status")["All"]) == ([], 0)
    assert "No orders in the last 30 days" in page.text


def test_a_reason_can_be_chosen_and_is_marked(app: App) -> None:
    for number, code in (
        (1, "Exception_Damage"),
        (2, "DeliveryFailure_NoBody"),
        (3, "Exception_Lost"),
    ):
        ship(app.house, number)
        tell(app.house, number, code)
    page = tracking(app)
    rows = {row.one("a", class_="name").text: row for row in page.all("tr")[1:]}
    marked = {name: row.one(data_reason=True)["data-reason"] for name, row in rows.items()}
    assert marked == {"#1": "damaged", "#2": "recipient_unavailable", "#3": "lost"}
    assert orders(app, "?reason=damaged") == ["#1"]
    assert orders(app, "?status=alert&reason=recipient_unavailable") == []
    menu = page.one("select", name="reason")
    assert [group["label"] for group in menu.all("optgroup")] == ["Alert", "Undelivered"]
    assert {option["value"] for option in menu.all("option")} == {"", *Reason}


SEARCHES = {
    "#1": ["#1"],
    "1": ["#1"],
    " 1 ": ["#1"],
    "YT00000000000": ["#3", "#2", "#1"],
    "yt 0000-0000 00000002": ["#2"],
    "YT00": [],
    "0000000002": [],
    "other@example.com": ["#3"],
    "OTHER@example.com": ["#3"],
    "other@example": [],
    "%": [],
    "#' OR 1=1 --": [],
}


def test_the_search_is_by_order_by_a_numbers_beginning_or_a_whole_email(app: App) -> None:
    ship(app.house, 1, NOON - 90 * DAY)
    ship(app.house, 2, NOON - 80 * DAY)
    ship(app.house, 3, NOON - 70 * DAY, email="other@example.com")
    ship(app.house, 4, domain=BOB)
    pages = {q: read(app.visit("/tracking", query_string={"q": q})) for q in SEARCHES}
    assert {q: listed(page) for q, page in pages.items()} == SEARCHES


def test_filters_are_kept_by_every_link_and_form_but_the_place_is_not(app: App) -> None:
    place(app.house, 1)
    page = tracking(
        app, f"?status=unfulfilled&from=2026-11-01&to=2026-11-24&id_token=x&shop={ALICE}"
    )
    links = [each["href"] for each in page.one("nav", aria_label="Status").all("a")]
    assert "/tracking?status=alert&from=2026-11-01&to=2026-11-24" in links
    assert "/tracking?from=2026-11-01&to=2026-11-24" in links
    form = page.one("form", role="search")
    kept = {field["name"]: field["value"] for field in form.all("input", type="hidden")}
    assert kept == {"status": "unfulfilled", "from": "2026-11-01", "to": "2026-11-24"}


def test_a_status_set_by_hand_is_marked(app: App) -> None:
    ship(app.house, 1)
    app.submit(f"/shipments/{shipment(app.house, 1).id}/status", {"status": "delivered"})
    assert "by hand" in tracking(app).all("tr")[1].text
    assert f"/orders/{order_id(1)}" == tracking(app).one("a", class_="name")["href"]


def test_an_order_without_name_address_or_mail_is_shown_as_such(app: App) -> None:
    place(app.house, 1, shipping_address=None, customer=None, email=None, contact_email=None)
    row = tracking(app).all("tr")[1].text
    assert "No name" in row
    assert "No address" in row
    assert "No number yet" in row
