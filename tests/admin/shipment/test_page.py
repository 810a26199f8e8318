"""One shipment: where it is and why, its way, what was told of it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest

from tests import payloads
from tests.admin.shop import DAY, order_id, ship, shipment, tell, tracking_number
from tests.pages import Element, read
from tests.support import ALICE, NOON, App

HOUR = timedelta(hours=1)


def opened(app: App, number: int = 1) -> Element:
    return read(app.visit(f"/shipments/{shipment(app.house, number).id}"))


def card(page: Element, title: str) -> Element:
    [found] = [
        each
        for each in (*page.all("section", class_="card"), *page.all("details", class_="card"))
        if each.has("h2") and each.one("h2").text == title
    ]
    return found


def why(page: Element) -> dict[str, str]:
    rows = card(page, "Why this status").one("dl").all("div")
    return {row.one("dt").text: row.one("dd").text for row in rows}


def steps(page: Element) -> list[tuple[str, ...]]:
    """The steps of the bar: how each stands, and what is written under it."""
    return [
        (each["class"].rpartition("--")[2], each.one("span", class_="step-detail").text)
        for each in page.all("li", class_="step")
    ]


def test_it_says_what_it_is_whose_it_is_and_where_it_goes(app: App) -> None:
    app.house.change_shop(tracking_url="https://parcels.test/{number}?lang=en")
    ship(app.house, 1, numbers=["YT 1/2&3"])
    page = opened(app)
    assert page.one("h1").text == "YT 1/2&3"
    assert page.one("h1").text in [each["data-copy"] for each in page.all("button", data_copy=True)]
    subtitle = page.one("p", class_="page-subtitle").text
    assert [
        w for w in ("YunExpress", "#1", "Maren Oakdale", "2 days ago") if w not in subtitle
    ] == []
    link = card(page, "Customer's tracking link").one("a")
    assert link["href"] == "https://parcels.test/YT%201%2F2%263?lang=en"
    assert (link["target"], link["rel"]) == ("_blank", "noopener")
    assert page.has("a", href=f"shopify://admin/orders/{order_id(1)}")


def test_a_carriers_word_is_explained_from_its_text_to_the_status(app: App) -> None:
    app.house.follow()
    ship(app.house, 1)
    tell(app.house, 1, "Exception_Lost", text="Paquet perdu", place="Lyon", country="FR")
    page = opened(app)
    assert why(page) == {
        "The carrier says": "“Paquet perdu”",
        "Rule": "Lost on the way → Alert, lost (Exception_Lost, table 1)",
        "Source": "17TRACK, today, 6:00 AM, last asked today, 7:00 AM",
        "Requires attention": "Since 6:00 AM: Alert",
        "Next check": why(page)["Next check"],
        "Asked": why(page)["Asked"],
        "Number looks like": "YunExpress (plausible)",
    }
    assert why(page)["Next check"].endswith("or when you press Retrack")
    assert page.one(data_reason=True)["data-reason"] == "lost"
    callout = page.one("div", class_="callout").text
    assert "Alert: lost" in callout
    assert "Refund or send again." in callout


def test_a_parcel_in_trouble_offers_a_mail_to_the_customer_in_their_language(app: App) -> None:
    app.house.follow()
    ship(app.house, 1, customer_locale="vi-VN")
    assert "Write to the customer" not in opened(app).text
    tell(app.house, 1, "Exception_Lost")
    [letter] = [a for a in opened(app).all("a") if a["href"].startswith("mailto:")]
    assert letter.text == "Write to the customer"
    assert unquote(letter["href"]) == "mailto:maren.oakdale@example.com?subject=Đơn hàng #1"


def test_nobody_is_written_to_without_an_address(app: App) -> None:
    app.house.follow()
    ship(app.house, 1, email=None, contact_email=None, customer=None)
    tell(app.house, 1, "Exception_Lost")
    assert "Write to the customer" not in opened(app).text


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        pytest.param("InTransit_Departure", "transit (InTransit_Departure, table 1)", id="known"),
        pytest.param(
            "InTransit_Teleported", "transit (InTransit_Other, table 1)", id="unknown detail"
        ),
        pytest.param("Delivered_Other", "Delivered (Delivered_Other, table 1)", id="said once"),
        pytest.param("Teleported_Now", "so it is Pending", id="unknown"),
    ],
)
def test_the_rule_that_applied_is_named(code: str, rule: str, app: App) -> None:
    ship(app.house, 1)
    tell(app.house, 1, code)
    said = why(opened(app))["Rule"]
    assert said.endswith(rule)
    assert "Delivered → Delivered" not in said


def test_a_number_that_nobody_knew_for_a_week_is_explained_by_that(app: App) -> None:
    ship(app.house, 1, NOON - 9 * DAY, NOON - 8 * DAY)
    app.house.track(payloads.tracked(tracking_number(1)))
    page = opened(app)
    assert why(page)["Rule"] == "Not found for 7 days since it was fulfilled → Not recognized"
    assert "Ask the supplier for the right number" in page.text


def test_shopifys_own_event_is_a_source_like_any_other(app: App) -> None:
    ship(app.house, 1)
    event = payloads.fulfillment_event(
        "out_for_delivery",
        (NOON - HOUR).isoformat(),
        order_id=order_id(1),
        fulfillment_id=payloads.FULFILLMENT + 1,
        country=None,
    )
    app.hear("fulfillment_events/create", event)
    page = opened(app)
    assert why(page)["Source"] == "Shopify, today, 6:00 AM"
    assert why(page)["Rule"] == "Out for delivery → Pick up (out_for_delivery, table 1)"
    assert "Shopify Out for delivery" in card(page, "Timeline").text


@pytest.mark.parametrize(
    ("told", "bar"),
    [
        pytest.param([], ["current", "todo", "todo", "todo"], id="nothing told"),
        pytest.param(["InTransit_Departure"], ["done", "current", "todo", "todo"], id="on its way"),
        pytest.param(["Exception_Lost"], ["done", "problem", "todo", "todo"], id="lost"),
        pytest.param(["OutForDelivery_Other"], ["done", "done", "current", "todo"], id="near"),
        pytest.param(
            ["OutForDelivery_Other", "Exception_Damage"],
            ["done", "done", "problem", "todo"],
            id="damaged at the door",
        ),
        pytest.param(["Delivered_Other"], ["done", "done", "done", "done"], id="there"),
    ],
)
def test_the_bar_shows_how_far_it_came_and_where_it_went_wrong(
    told: list[str], bar: list[str], app: App
) -> None:
    ship(app.house, 1)
    for hours, code in enumerate(told):
        tell(app.house, 1, code, NOON - DAY + hours * HOUR)
    found = steps(opened(app))
    assert [state for state, _ in found] == bar
    assert found[0][1] == "Nov 22"


def test_the_timeline_goes_by_carrier_and_country_the_newest_first(app: App) -> None:
    ship(app.house, 1)
    told = payloads.tracked(
        tracking_number(1),
        payloads.step("OutForDelivery_Other", "2026-11-24T10:00:00Z", place="Newark"),
        payloads.step("InTransit_Arrival", "2026-11-23T20:00:00Z", place="Newark"),
        payloads.step("InTransit_Departure", "2026-11-23T02:00:00Z", "Xuất cảng", "Hà Nội", "VN"),
    )
    app.house.track(told)
    timeline = card(opened(app), "Timeline")
    legs = timeline.all("section", class_="leg")
    assert [leg.one("h3").text for leg in legs] == ["United States", "Vietnam"]
    points = [point.text for leg in legs for point in leg.all("li", class_="checkpoint")]
    assert len(points) == 3
    assert "Out for delivery" in points[0]
    assert "Nov 23, 2:00 AM" in points[2], "as the place's own clock has it"
    assert legs[1].one("q").text == "Xuất cảng"
    assert len(timeline.all("li", class_="checkpoint--now")) == 1


def test_without_a_number_there_is_nothing_to_follow(app: App) -> None:
    ship(app.house, 1, numbers=[])
    page = opened(app)
    assert page.one("h1").text == "No tracking number"
    assert "Without a tracking number there is nothing to follow" in page.text
    assert not page.has("button", title="Copy tracking number")
    assert "Customer's tracking link" not in page.text
    app.house.notify()
    assert "The customer is told as soon as there is a number" in opened(app).text


def test_without_a_checkpoint_the_page_says_how_long_that_may_take(app: App) -> None:
    ship(app.house, 1)
    page = opened(app)
    assert "A number can take 5 to 7 days to come alive" in card(page, "Timeline").text
    assert why(page)["Rule"] == "Nobody has told of it yet, so it is Pending"
    assert "It left the warehouse lately" in page.text
    app.house.clock.jump(days=30)
    page = opened(app)
    assert "5 to 7 days" not in page.text
    assert "For 31 days no scan of it is known." in page.text


def test_retrack_is_offered_only_where_somebody_can_be_asked(app: App) -> None:
    ship(app.house, 1)
    ship(app.house, 2, numbers=[])
    found = shipment(app.house, 1)
    assert why(opened(app))["Next check"] == "None: without a key nobody can be asked"
    app.house.follow()
    app.house.change(found, look_at=None)
    assert why(opened(app))["Next check"] == "None planned; press Retrack to ask"
    app.house.change(found, stopped="for_good")
    assert why(opened(app))["Next check"] == "None, until it is registered anew"
    page = opened(app, 2)
    assert why(page)["Next check"] == "None: without a number nobody can be asked"
    assert "It has no tracking number, so nobody can be asked where it is." in page.text
    assert "Ask the supplier for the number." in page.text


def test_a_replaced_number_keeps_its_page_but_nothing_can_be_done_with_it(app: App) -> None:
    ship(app.house, 1)
    old = shipment(app.house, 1).id
    ship(app.house, 1, numbers=["YT999999999"], shipped=NOON - HOUR)
    page = read(app.visit(f"/shipments/{old}"))
    assert "No longer in use" in page.text
    assert not page.has("button", id="retrack")
    assert not page.has("button", name="status")
    assert "Number no longer in use" in card(page, "History").text


@pytest.mark.parametrize(
    ("shop", "order", "text"),
    [
        pytest.param({}, {}, "the switch in Settings is off", id="switched off"),
        pytest.param(
            {"notify": True, "notify_by": "shopify"}, {}, "Shopify itself tells", id="by Shopify"
        ),
        pytest.param(
            {"notify": True},
            {"email": None, "contact_email": None, "shipping_address": None},
            "no email address and no phone number",
            id="out of reach",
        ),
        pytest.param({"installed_at": NOON}, {}, "before the install", id="imported"),
    ],
)
def test_why_no_message_was_sent_is_said(
    shop: dict[str, object], order: payloads.Body, text: str, app: App
) -> None:
    app.house.change_shop(notify_since=NOON - 30 * DAY, **shop)
    ship(app.house, 1, **order)
    assert text in card(opened(app), "Messages to the customer").text


def test_what_was_told_to_whom_is_listed(app: App) -> None:
    app.house.notify()
    ship(app.house, 1)
    tell(app.house, 1, "InTransit_Departure")
    page = opened(app)
    assert card(page, "Messages to the customer").text.count("Shipping confirmation") == 2
    assert "In transit Waits" in card(page, "Written to Shopify").text


def test_what_was_written_of_the_whole_order_is_listed_once_it_is_due(app: App) -> None:
    app.house.change_shop(write_tags=True, scopes="read_orders,write_orders")
    ship(app.house, 1)
    written = card(opened(app), "Written to Shopify").text
    assert written.count("Tags and metafield of the order Waits") == 1, written


def test_a_check_digit_that_does_not_fit_is_said(app: App) -> None:
    ship(app.house, 1, numbers=["LX123456786NL"])
    said = "PostNL, but its check digit does not fit: a sign may be mistyped"
    assert why(opened(app))["Number looks like"] == said


def test_what_is_not_there_is_a_page_that_says_so(app: App) -> None:
    ship(app.house, 1)
    there = shipment(app.house, 1).id
    app.hear("orders/delete", {"id": order_id(1)}, ALICE)
    for path in (there, there + 1000, 10**40):
        assert "This page is not here" in read(app.visit(f"/shipments/{path}"), 404).text


def test_what_other_sources_say_is_shown_where_they_disagree(path: str, app: App) -> None:
    tell(app.house, 1, "InTransit_Departure", NOON - HOUR)
    assert "Others say" not in why(read(app.visit(path)))
    event = payloads.fulfillment_event(
        "out_for_delivery",
        (NOON - 5 * HOUR).isoformat(),
        order_id=order_id(1),
        fulfillment_id=payloads.FULFILLMENT + 1,
        country=None,
    )
    app.hear("fulfillment_events/create", event)
    told = why(read(app.visit(path)))
    assert told["Others say"] == "Shopify: Pick up, today, 2:00 AM"
    assert told["Rule"].endswith("In transit (InTransit_Departure, table 1)")
    assert told["Number looks like"] == "YunExpress (plausible)"
