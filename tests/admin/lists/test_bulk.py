"""Doing one thing to many orders: counted, each once, and asked about where it is far-reaching."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict

from shopify_app.actions import bulk, by_hand
from shopify_app.domain.status import Status
from shopify_app.jobs import bulk_runs
from shopify_app.models import BulkRun, Change
from tests.admin.shop import order_id, place, ship, shipment, tell
from tests.pages import Element, read
from tests.support import ALICE, BOB, App, House


def press(app: App, do: str, *numbers: int, path: str = "/orders", **more: str) -> Element:
    chosen = [("order", str(order_id(n))) for n in numbers]
    form = MultiDict([*chosen, ("do", do), *more.items()])
    answer = app._fetch("POST", f"{path}/bulk", ALICE, data=form)
    assert answer.status_code == 303, answer.text[:500]
    return read(app.visit(answer.location))


def told(page: Element) -> str:
    return page.one("div", id="run").text


def test_a_status_is_set_for_each_parcel_and_in_its_history(app: App) -> None:
    for number in (1, 2):
        ship(app.house, number)
    place(app.house, 3)
    page = press(app, "status:delivered", 1, 2, 3)
    assert told(page) == "2 parcels set; 1 order skipped, since it has no parcel."
    assert {s.status for s in app.house.shipments()} == {"delivered"}
    assert sum(each.what == "set_by_hand" for each in app.house.rows(Change)) == 2
    again = press(app, "status:delivered", 1)
    assert told(again) == "0 parcels set; 1 skipped, since it was set so before."


def test_a_status_is_set_for_its_reason_to_all_that_are_not_so_yet(app: App) -> None:
    for number in (1, 2):
        ship(app.house, number)
    lost = {"reason:alert": "lost", "reason:undelivered": "rural_or_remote"}
    press(app, "status:alert", 1, **lost)
    assert told(press(app, "status:alert", 1, 2, **lost)).startswith("1 parcel set; 1 skipped")
    assert {s.reason for s in app.house.shipments()} == {"lost"}


def test_trouble_is_marked_as_resolved_where_there_is_some(app: App) -> None:
    for number in (1, 2):
        ship(app.house, number)
    tell(app.house, 1, "Exception_Lost")
    page = press(app, "resolve", 1, 2, path="/tracking")
    assert told(page) == "1 parcel marked as resolved; 1 order skipped, since it has no trouble."
    assert "Requires attention 0" in page.text


def test_customers_are_written_to_only_after_it_was_said_to_how_many(app: App) -> None:
    app.house.notify()
    for number in (1, 2, 3):
        ship(app.house, number)
    first, second, _ = app.house.outbox("email")
    app.house.change(first, state="failed")
    app.house.change(second, state="sent")
    page = press(app, "resend", 1, 2, 3)
    assert "to the customers of 1 order, whose confirmation failed" in told(page)
    assert "2 other orders have none to send again" in told(page)
    assert [row.state for row in app.house.outbox("email")] == ["failed", "sent", "waiting"]
    run = page.one("div", id="run").all("form")[0]["action"]
    done = read(app.visit(app.submit(run, {}).location))
    bulk_runs.step()
    done = read(app.visit("/orders?run=" + run.split("/")[3]))
    assert told(done).startswith("1 confirmation goes out again")
    assert [row.state for row in app.house.outbox("email")] == ["waiting", "sent", "waiting"]


def test_what_is_cancelled_or_stopped_changes_nothing_more(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopify_app.admin.lists.bulk.AT_ONCE", 1)
    monkeypatch.setattr("shopify_app.jobs.bulk_runs.AT_A_TIME", 1)
    for number in (1, 2, 3):
        ship(app.house, number)
    page = press(app, "status:delivered", all="1")
    assert "This is for 3 orders." in told(page)
    yes, no = (form["action"] for form in page.one("div", id="run").all("form"))
    app.submit(yes, {})
    assert bulk_runs.step()
    running = read(app.visit("/orders?run=" + yes.split("/")[3]))
    assert "1 of 3 orders" in told(running)
    stopped = read(app.visit(app.submit(no, {}).location))
    assert told(stopped) == "1 parcel set; stopped before 2 orders."
    assert not bulk_runs.step()


def begun(house: House, *numbers: int) -> BulkRun:
    with house.changing() as (session, shop):
        ids = [order_id(n) for n in numbers]
        return bulk.begin(session, shop, "status", ids, "delivered", ask=False)


def test_one_that_raises_is_passed_by_and_each_other_is_done_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        ship(house, number)
    poison, set_status = shipment(house, 2).id, by_hand.set_status

    def raises(session, shop, each, status, _reason):  # type: ignore[no-untyped-def]
        set_status(session, shop, each, Status(status))
        if each.id == poison:
            raise RuntimeError

    monkeypatch.setattr(by_hand, "set_status", raises)
    run = begun(house, 1, 2, 3)
    while bulk_runs.step():
        pass
    [ended] = house.rows(BulkRun)
    assert (ended.counted, ended.place, ended.order_ids) == ({"set": 2, "failed": 1}, 3, [])
    assert ended.id == run.id
    assert sum(each.what == "set_by_hand" for each in house.rows(Change)) == 2


def test_a_database_that_is_busy_is_waited_for_and_fails_no_order(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship(house, 1)
    set_status = by_hand.set_status
    locked = OperationalError("UPDATE", {}, Exception("database is locked"))
    troubles = iter([locked] * 3)

    def busy(*given):  # type: ignore[no-untyped-def]
        if trouble := next(troubles, None):
            raise trouble
        set_status(*given)

    monkeypatch.setattr(by_hand, "set_status", busy)
    begun(house, 1)
    assert [bulk_runs.step() for _ in range(3)] == [False] * 3  # the ticker wakes the queue again
    assert not bulk_runs.step()
    [ended] = house.rows(BulkRun)
    assert (ended.counted, ended.place, ended.failures) == ({"set": 1}, 1, 0)


def test_what_is_no_order_of_the_shop_is_passed_over(house: House) -> None:
    ship(house, 1)
    with house.changing() as (session, shop):
        run = bulk.begin(session, shop, "retrack", [order_id(1), order_id(1) + 10**6], ask=True)
        assert run.order_ids == [order_id(1)]


def test_anothers_run_is_not_there(app: App) -> None:
    ship(app.house, 1)
    run = begun(app.house, 1)
    assert not read(app.visit(f"/orders?run={run.id}", BOB)).has("div", id="run")
    assert app.submit(f"/orders/bulk/{run.id}/stop", {}, BOB).status_code == 404
    for do in ("", "delete", "status:", "status:lost", "status:unfulfilled", "resolve:x:"):
        form = {"do": do, "order": str(order_id(1))}
        assert app.submit("/orders/bulk", form).status_code == 404, do
    wrong = {"do": "status:alert", "reason:alert": "rural_or_remote", "order": str(order_id(1))}
    assert app.submit("/orders/bulk", wrong).status_code == 404


@pytest.mark.parametrize("number", ["x", "9" * 5000, str(2**63), str(order_id(9))])
def test_with_one_that_is_no_order_nothing_is_done_to_the_others(app: App, number: str) -> None:
    ship(app.house, 1)
    form = {"do": "resolve", "order": [str(order_id(1)), number]}
    assert app.submit("/orders/bulk", form).status_code == 404
    assert app.house.rows(BulkRun) == []
