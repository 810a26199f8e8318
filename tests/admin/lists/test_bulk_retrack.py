"""Tracking: Retrack for many orders at once, and the numbers to mend."""

from __future__ import annotations

from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from shopify_app.domain.status import Status
from shopify_app.jobs import poll_carriers
from tests import payloads
from tests.admin.shop import DAY, listed, order_id, place, ship, shipment, tell, tracking_number
from tests.pages import Element, read
from tests.stubs import SeventeenTrack
from tests.support import ALICE, BOB, NOON, App

HOUR = timedelta(hours=1)


def retrack(
    app: App, *numbers: int, query: str = "", domain: str = ALICE, **more: str
) -> TestResponse:
    chosen = [("order", str(order_id(n))) for n in numbers]
    form = MultiDict([*chosen, ("do", "retrack"), *more.items()])
    return app._fetch("POST", f"/tracking/bulk{query}", domain, data=form)


def follow(app: App, answer: TestResponse) -> Element:
    assert answer.status_code == 303
    return read(app.visit(answer.location))


def said(page: Element) -> str:
    return page.one("template", data_toast=True)["data-toast"]


def waiting(app: App, domain: str = ALICE) -> set[int]:
    """The orders with a parcel that somebody waits for an answer about."""
    return {s.order_id - payloads.ORDER for s in app.house.shipments(domain) if s.asked_at}


def to_mend(app: App) -> tuple[int, list[str]]:
    page = read(app.visit("/tracking?status=mend"))
    return int(page.one("a", id="mend").text.rpartition(" ")[2]), listed(page)


def next_steps(page: Element) -> dict[str, str]:
    rows = (row for row in page.all("tr") if row.has("td", class_="col-next"))
    return {row.one("a", class_="name").text: row.one("td", class_="col-next").text for row in rows}


def test_the_chosen_ones_are_asked_about_and_no_other(app: App) -> None:
    app.house.follow()
    for number in (1, 2, 3):
        ship(app.house, number)
    page = follow(app, retrack(app, 1, 3, query="?from=any"))
    assert said(page) == "Asking about 2 parcels"
    assert waiting(app) == {1, 3}
    assert "2 answers are to come" in page.one("div", id="run").text
    assert listed(page) == ["#3", "#2", "#1"], "under the filters of before"


def test_what_was_set_by_hand_or_has_arrived_is_passed_by_and_counted(app: App) -> None:
    app.house.follow()
    for number in range(1, 6):
        ship(app.house, number)
    ship(app.house, 6, numbers=[])
    tell(app.house, 4, "Delivered_Other")
    for number in (1, 2):
        app.submit(f"/shipments/{shipment(app.house, number).id}/status", {"status": "alert"})
    page = follow(app, retrack(app, *range(1, 7)))
    assert said(page) == (
        "Asking about 2 parcels; 2 set by hand were passed by; "
        "1 delivered or returned was passed by; 1 cannot be asked"
    )
    assert waiting(app) == {3, 5}
    assert shipment(app.house, 1).pinned


def test_the_answers_come_to_the_page_by_themselves(app: App, carrier: SeventeenTrack) -> None:
    app.house.follow()
    app.house.choose()
    for number in (1, 2):
        ship(app.house, number)
        carrier.tells[tracking_number(number)] = payloads.tracked(
            tracking_number(number), payloads.step("InTransit_Departure", "2026-11-24T00:00:00Z")
        )
    poll_carriers.run()
    carrier.tells[tracking_number(2)] = payloads.tracked(
        tracking_number(2), payloads.step("Delivered_Other", "2026-11-24T11:00:00Z")
    )
    app.house.clock.jump(hours=1)
    slot = follow(app, retrack(app, 1, 2, query="?status=in_transit")).one("div", id="run")
    assert (slot["hx-trigger"], slot["hx-select"]) == ("every 3s", "#run")
    app.house.clock.jump(seconds=1)
    poll_carriers.run()
    slot = read(app.visit(slot["hx-get"])).one("div", id="run")
    assert slot.text == "Asking about 2 parcels. Retracked: 1 changed, 1 did not."
    assert (slot["hx-trigger"], slot["hx-get"]) == ("load", "/tracking?status=in_transit")
    assert slot["hx-target"] == slot["hx-select"] == "#rows"


def test_all_that_match_are_asked_about_up_to_a_limit_that_the_page_names(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.house.follow()
    for number in range(1, 53):
        ship(app.house, number, NOON - 2 * DAY + number * HOUR / 10)
    tell(app.house, 52, "Exception_Lost")
    page = read(app.visit("/tracking?status=pending"))
    assert "All 51 that match" in page.one("form", id="selected").text
    for module in ("common", "bulk"):
        monkeypatch.setattr(f"shopify_app.admin.lists.{module}.MOST_AT_ONCE", 50)
    page = read(app.visit("/tracking?status=pending"))
    assert "The first 50 that match" in page.one("form", id="selected").text
    assert page.one("form", id="selected")["action"] == "/tracking/bulk?status=pending"
    page = follow(app, retrack(app, query="?status=pending", all="1"))
    assert said(page) == "Asking about 50 parcels"
    assert waiting(app) == set(range(2, 52)), "the first of the list"


def test_nothing_chosen_asks_about_nothing(app: App) -> None:
    app.house.follow()
    ship(app.house, 1)
    assert said(follow(app, retrack(app))) == "Asking about 0 parcels"
    assert waiting(app) == set()


@pytest.mark.parametrize("run", ["", "x", "-1", "9" * 30, "1.5", "1"])
def test_an_address_that_nobody_made_does_no_harm(run: str, app: App) -> None:
    assert not read(app.visit(f"/tracking?run={run}")).has("div", id="run")


def test_anothers_orders_are_not_there_and_nothing_is_asked(app: App) -> None:
    for domain in (ALICE, BOB):
        app.house.follow(domain)
    ship(app.house, 1)
    ship(app.house, 2, domain=BOB)
    assert retrack(app, 1, 2).status_code == 404
    assert retrack(app, 1, domain=BOB).status_code == 404
    assert retrack(app, 10**40).status_code == 404, "an id that no order can have"
    follow(app, retrack(app, all="1", query="?from=any"))
    assert (waiting(app), waiting(app, BOB)) == ({1}, set())


def test_the_numbers_to_mend_are_the_broken_expired_and_refused_ones(app: App) -> None:
    for number in range(1, 9):
        ship(app.house, number)
    tell(app.house, 1, "NotFound_InvalidCode")
    tell(app.house, 2, "Expired_Other")
    tell(app.house, 3, "Exception_Lost")
    tell(app.house, 5, "Delivered_Other")
    for number, problem in ((4, "need_field"), (5, "no_carrier"), (6, "no_carrier")):
        app.house.change(shipment(app.house, number), problem=problem)
    place(app.house, 9)
    assert to_mend(app) == (4, ["#6", "#4", "#2", "#1"])
    steps = next_steps(read(app.visit("/tracking?status=mend")))
    assert {name: step.removesuffix(" Requires attention") for name, step in steps.items()} == {
        "#1": "Ask the supplier for the right number",
        "#2": "Ask the supplier where it is",
        "#4": "Give what the carrier asks for",
        "#6": "Choose the carrier",
    }


def test_a_parcel_behind_a_needier_one_is_to_be_mended_too(app: App) -> None:
    numbers = [tracking_number(1), tracking_number(2)]
    ship(app.house, 1, numbers=numbers)
    tell(app.house, numbers[0], "Exception_Lost")
    refused = next(s for s in app.house.shipments() if s.number == numbers[1])
    app.house.change(refused, problem="bad_number")
    page = read(app.visit("/tracking?status=mend"))
    assert next_steps(page)["#1"].startswith("Ask the supplier for the right number")
    assert "says that the number is not valid" in page.one("td", class_="col-checkpoint").text
    everything = next_steps(read(app.visit("/tracking")))
    assert everything["#1"].startswith("Refund or send again"), "the needier one comes first"


def test_what_is_resolved_is_not_to_be_mended_until_its_state_changes(app: App) -> None:
    ship(app.house, 1)
    tell(app.house, 1, "Expired_Other")
    path = f"/shipments/{shipment(app.house, 1).id}"
    app.submit(f"{path}/resolve", {"resolved": "1"})
    assert to_mend(app) == (0, [])
    assert app.house.order(order_id(1)).status == Status.EXPIRED
    assert "Requires attention 0" in read(app.visit("/tracking")).text
    tell(app.house, 1, "Exception_Lost", NOON)
    assert "Requires attention 1" in read(app.visit("/tracking")).text
