"""Trouble is put aside, a carrier followed again, a number registered anew."""

from __future__ import annotations

from tests.admin.shipment.mended import OTHER, follow, history, hold, said
from tests.admin.shop import order_id, ship, shipment, tell
from tests.pages import Element, read
from tests.support import ALICE, BOB, NOON, App


def why(page: Element) -> dict[str, str]:
    return {row.one("dt").text: row.one("dd").text for row in page.one("dl").all("div")}


def test_trouble_is_put_aside_and_taken_back(path: str, app: App) -> None:
    tell(app.house, 1, "Exception_Lost")
    page = follow(app, app.submit(f"{path}/resolve", {"resolved": "1"}))
    assert said(page) == "Marked as resolved"
    assert app.house.order(order_id(1)).attention_from is None
    assert not page.has("div", class_="callout")
    page = follow(app, app.submit(f"{path}/resolve", {"resolved": "0"}))
    assert app.house.order(order_id(1)).attention_from
    assert history(page)[:2] == ["No longer marked as resolved", "Marked as resolved"]


def test_the_carrier_is_followed_again_without_asking_anybody(path: str, app: App) -> None:
    tell(app.house, 1, "InTransit_Departure")
    app.submit(f"{path}/status", {"status": "delivered"})
    assert read(app.visit(path)).has("form", action=f"{path}/unpin")
    page = follow(app, app.submit(f"{path}/unpin", {}))
    found = shipment(app.house, 1)
    assert (found.status, found.pinned, found.asked_at) == ("in_transit", False, None)
    assert not page.has("form", action=f"{path}/unpin")


def test_a_registration_anew_names_its_cost_before(path: str, app: App) -> None:
    assert not read(app.visit(path)).has("dialog", id="mend-renew")
    hold(app, stopped="for_good", look_at=None)
    with app.house.changing() as (session, _):
        account = session.merge(app.house.account())
        account.quota_total, account.quota_left = 200, 12
    page = read(app.visit(path))
    dialog = page.one("dialog", id="mend-renew")
    assert "It takes 1 of the 12 numbers left." in dialog.text
    assert dialog.one("form", method="post")["action"] == f"{path}/renew"
    assert "17TRACK has stopped looking" in why(page)["Asked"]
    follow(app, app.submit(f"{path}/renew", {}))
    assert (shipment(app.house, 1).wishes, shipment(app.house, 1).asked_at) == (["renew"], NOON)


def test_retrack_names_its_cost_where_nobody_was_to_follow_the_parcel(path: str, app: App) -> None:
    costs = "Retrack takes one of the 12 tracking numbers left at 17TRACK."
    with app.house.changing() as (session, _):
        account = session.merge(app.house.account())
        account.quota_total, account.quota_left = 200, 12
    assert costs not in read(app.visit(path)).text
    hold(app, followed_at=None, look_at=None)
    assert costs in read(app.visit(path)).text


def test_anothers_parcel_is_not_there(path: str, app: App) -> None:
    ship(app.house, 2, domain=BOB)
    before = vars(shipment(app.house, 1)).copy()
    for what in ("number", "carrier", "fields", "join", "part", "resolve", "unpin", "renew"):
        form = {"number": OTHER, "code": "190271", "resolved": "1", "postcode": "1"}
        assert app.submit(f"{path}/{what}", form, BOB).status_code == 404, what
        assert app.submit(f"{path}/{what}", {}, BOB).status_code == 404, what
    after = vars(shipment(app.house, 1, ALICE))
    assert {n for n in before if not n.startswith("_") and before[n] != after[n]} == set()
