"""What a merchant does on a shipment's page: Retrack, and set the status by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from shopify_app.domain.status import REASONS, SHIPMENT_STATUSES
from shopify_app.jobs import poll_carriers
from shopify_app.models import Change
from tests import payloads
from tests.admin.shop import ship, shipment, tell, tracking_number
from tests.pages import Element, read
from tests.stubs import SeventeenTrack
from tests.support import NOON, App

HOUR = timedelta(hours=1)
DELIVERED = payloads.tracked(
    tracking_number(1), payloads.step("Delivered_Other", "2026-11-24T11:00:00Z")
)


@pytest.fixture
def path(app: App) -> str:
    """The page of a parcel on its way."""
    ship(app.house, 1)
    tell(app.house, 1, "InTransit_Departure", NOON - 12 * HOUR)
    return f"/shipments/{shipment(app.house, 1).id}"


def said(page: Element) -> list[str]:
    """What the admin is to say once."""
    return [each["data-toast"] for each in page.all("template", data_toast=True)]


def follow(app: App, post: str, **form: str) -> Element:
    """Send a form, and read the page that it leads to."""
    answer = app.submit(post, form)
    assert answer.status_code == 303
    return read(app.visit(answer.location))


def next_check(page: Element) -> str:
    rows = {row.one("dt").text: row.one("dd").text for row in page.one("dl").all("div")}
    return rows["Next check"]


def test_the_page_offers_both(path: str, app: App) -> None:
    page = read(app.visit(path))
    forms = {form["action"]: form for form in page.all("form", method="post")}
    assert forms[f"{path}/retrack"].one("button").text == "Retrack"
    values = [button["value"] for button in page.all("button", name="status")]
    assert values == list(SHIPMENT_STATUSES)
    asked = {
        form.one("button")["value"]: [each["value"] for each in form.all("option")]
        for form in page.all("form", action=f"{path}/status")
    }
    assert {status: reasons for status, reasons in asked.items() if reasons} == {
        status: [*reasons] for status, reasons in REASONS.items()
    }
    assert [b["value"] for b in page.all("button", name="status") if "now" in b.text] == [
        "in_transit"
    ]


@pytest.mark.parametrize("status", SHIPMENT_STATUSES)
def test_each_of_the_nine_can_be_set_and_stays(status: str, path: str, app: App) -> None:
    page = follow(app, f"{path}/status", status=status)
    assert said(page) == ["Status set by hand"]
    assert "by hand" in page.one("div", class_="page-title").text
    assert "Set by hand, so it stays until a carrier tells of a later end" in page.text
    found = shipment(app.house, 1)
    assert (found.status, found.pinned) == (status, True)
    [change] = [c for c in app.house.rows(Change) if c.what == "set_by_hand"]
    assert (change.who, change.detail) == ("merchant", {"before": "in_transit", "after": status})
    tell(app.house, 1, "Exception_Lost", NOON)
    assert shipment(app.house, 1).status == status


def test_a_reason_of_the_status_is_kept_with_it(path: str, app: App) -> None:
    page = follow(app, f"{path}/status", status="alert", reason="lost")
    assert "Alert: lost" in page.one("div", class_="callout").text
    assert "Refund or send again." in page.text
    [change] = [c for c in app.house.rows(Change) if c.what == "set_by_hand"]
    assert change.detail == {"before": "in_transit", "after": "alert", "reason": "lost"}
    chosen = page.one("select", name="reason", aria_label="Reason: Alert").all(selected=True)
    assert [option["value"] for option in chosen] == ["lost"]


def test_a_reason_of_another_status_is_refused(path: str, app: App) -> None:
    for status, reason in (("undelivered", "lost"), ("delivered", "other"), ("alert", "bored")):
        form = {"status": status, "reason": reason}
        assert app.submit(f"{path}/status", form).status_code == 400, form
    assert not shipment(app.house, 1).pinned


def test_the_menu_says_how_it_is_taken_back_and_whether_shopify_hears_of_it(
    path: str, app: App
) -> None:
    hears = "Shopify hears of it a minute later."
    note = read(app.visit(path)).one("p", class_="menu-note").text
    assert "“Follow the carrier again” takes it back." in note
    assert hears in note
    app.house.change_shop(write_back=False)
    assert hears not in read(app.visit(path)).text


def test_a_status_that_is_none_is_refused(path: str, app: App) -> None:
    for form in ({}, *({"status": s} for s in ("", "unfulfilled", "lost", "Delivered", "mend"))):
        assert app.submit(f"{path}/status", form).status_code == 400, form
    assert not shipment(app.house, 1).pinned


def test_retrack_waits_on_the_page_until_the_answer_is_there(
    path: str, app: App, carrier: SeventeenTrack, woken: Callable[[], set[str]]
) -> None:
    app.house.follow()
    poll_carriers.run()
    carrier.tells = {tracking_number(1): DELIVERED}
    page = follow(app, f"{path}/retrack")
    assert woken() >= {"poll"}
    waiting = page.one("div", id="retracking")
    assert (waiting["hx-get"], waiting["hx-trigger"]) == (f"{path}/answer", "every 2s")
    assert read(app.visit(f"{path}/answer")).one("div", id="retracking").text == waiting.text
    app.house.clock.jump(seconds=1)
    poll_carriers.run()
    answer = app.visit(f"{path}/answer")
    assert (answer.status_code, answer.headers["HX-Location"]) == (204, f"{path}?done=retrack")
    page = read(app.visit(answer.headers["HX-Location"]))
    assert said(page) == ["Retracked: something changed"]
    assert not page.has("div", id="retracking")
    assert "Delivered" in page.one("div", class_="page-title").text


def test_while_retrack_waits_the_next_check_is_no_day_long_past(path: str, app: App) -> None:
    app.house.follow()
    page = follow(app, f"{path}/retrack")
    assert "2025" not in next_check(page)


def test_retrack_follows_the_carrier_again_and_says_so(
    path: str, app: App, carrier: SeventeenTrack
) -> None:
    app.house.follow()
    carrier.tells = {
        tracking_number(1): payloads.tracked(
            tracking_number(1), payloads.step("InTransit_Departure", "2026-11-24T00:00:00Z")
        )
    }
    poll_carriers.run()
    follow(app, f"{path}/status", status="delivered")
    app.house.clock.jump(seconds=5)
    follow(app, f"{path}/retrack")
    found = shipment(app.house, 1)
    assert (found.status, found.pinned) == ("in_transit", False), "at once, whatever 17TRACK says"
    app.house.clock.jump(seconds=1)
    poll_carriers.run()
    page = read(app.visit(f"{path}?done=retrack"))
    assert said(page) == ["Retracked: the carrier is followed again"]
    assert "by hand" not in page.one("div", class_="page-title").text


def test_without_a_key_nobody_can_be_asked_and_it_is_said_at_once(path: str, app: App) -> None:
    page = follow(app, f"{path}/retrack")
    assert said(page) == ["Retracked: without a 17TRACK key nobody can be asked"]
    assert "No carrier is asked about this parcel" in page.text
    assert not page.has("div", id="retracking")


def test_without_a_number_nobody_can_be_asked_and_it_is_said_at_once(app: App) -> None:
    app.house.follow()
    ship(app.house, 2, numbers=[])
    page = follow(app, f"/shipments/{shipment(app.house, 2).id}/retrack")
    assert said(page) == ["Retracked: without a number nobody can be asked"]


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        ("quota", "Retracked: no tracking numbers left at 17TRACK"),
    ],
)
def test_what_keeps_17track_from_being_asked_is_said_at_once(
    problem: str, text: str, path: str, app: App
) -> None:
    app.house.follow()
    with app.house.changing_account() as (_, account):
        account.problem, account.problem_since = problem, NOON
    assert said(follow(app, f"{path}/retrack")) == [text]


def test_a_page_that_is_opened_again_says_nothing_new(path: str, app: App) -> None:
    assert said(read(app.visit(path))) == []
    assert said(read(app.visit(f"{path}?done=retrack"))) == [], "nobody retracked"
    assert said(read(app.visit(f"{path}?done=evil"))) == []


def test_a_later_end_unpins_and_the_history_tells_all_of_it(path: str, app: App) -> None:
    follow(app, f"{path}/status", status="alert")
    app.house.clock.jump(hours=3)
    tell(app.house, 1, "Delivered_Other", NOON + HOUR)
    page = read(app.visit(path))
    history = [row.text for row in page.one("ol", class_="history").all("li")]
    assert history[-1] == "Nov 23, 7:00 AM Fulfilled Shopify"
    assert history[-2].endswith("Pending → In transit 17TRACK")
    assert history[-3].endswith("In transit → Alert you")
    assert any("The carrier is followed again" in line for line in history[:2])
    assert any("Alert → Delivered" in line for line in history[:2])
    assert app.house.order(payloads.ORDER + 1).status == "delivered"
