"""A second number of a parcel comes into its timeline, and is parted again."""

from __future__ import annotations

import pytest

from tests.admin.shipment.mended import (
    HOUR,
    OTHER,
    follow,
    history,
    opened,
    refused,
    remark,
    said,
    typed,
)
from tests.admin.shop import order_id, tell, tracking_number
from tests.pages import read
from tests.support import NOON, App


def test_another_number_comes_into_the_same_timeline(path: str, app: App) -> None:
    tell(app.house, 1, "InTransit_Departure", NOON - 9 * HOUR, country="CN")
    page = follow(app, app.submit(f"{path}/join", {"number": OTHER}))
    assert said(page) == "Joined: one timeline for both numbers"
    tell(app.house, OTHER, "InTransit_Arrival", NOON - HOUR, country="US")
    legs = read(app.visit(path)).all("section", class_="leg")
    assert [leg.one("span", class_="number").text for leg in legs] == [OTHER, tracking_number(1)]
    [other] = [s for s in app.house.shipments() if s.number == OTHER]
    leads = app.visit(f"/shipments/{other.id}")
    assert (leads.status_code, leads.location) == (303, path)
    order = read(app.visit(f"/orders/{order_id(1)}"))
    assert f"/shipments/{other.id}" not in [
        each["href"] for each in order.all("a", class_="number")
    ]


def test_retrack_asks_about_both(path: str, app: App) -> None:
    app.submit(f"{path}/join", {"number": OTHER})
    follow(app, app.submit(f"{path}/retrack", {}))
    assert [s.asked_at for s in app.house.shipments()] == [NOON, NOON]


def test_and_is_parted_again(path: str, app: App) -> None:
    app.submit(f"{path}/join", {"number": OTHER})
    [other] = [s for s in app.house.shipments() if s.joined_id]
    assert app.submit(f"/shipments/{other.id}/join", {"number": "X1"}).status_code == 404
    page = follow(app, app.submit(f"{path}/part", {"other": str(other.id)}))
    assert history(page)[:2] == [
        f"Parted from the number {OTHER}",
        f"Joined with the number {OTHER}",
    ]
    assert [s.number for s in app.house.shipments()] == [tracking_number(1)]
    assert app.submit(f"{path}/part", {"other": str(other.id)}).status_code == 404
    assert app.submit(f"{path}/part", {}).status_code == 404


@pytest.mark.parametrize(
    ("number", "said_"),
    [("", "Enter a tracking number."), (tracking_number(1), "This is the parcel's own number.")],
)
def test_no_number_and_its_own_are_no_other(number: str, said_: str, path: str, app: App) -> None:
    dialog = opened(refused(app.submit(f"{path}/join", {"number": number})))
    assert (remark(dialog), typed(dialog, "number")) == (said_, number)
