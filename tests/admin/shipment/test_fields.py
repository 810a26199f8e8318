"""What a carrier asks for is given, and every problem of a number has a next step."""

from __future__ import annotations

import json

import pytest

from shopify_app.carriers.base import Field, Kind
from shopify_app.models import Change
from tests.admin.shipment.mended import (
    VI,
    follow,
    history,
    hold,
    opened,
    refused,
    remark,
    typed,
)
from tests.admin.shop import shipment
from tests.pages import read
from tests.support import App


def test_what_the_carrier_asks_for_is_given_and_only_what_is_needed_kept(
    path: str, app: App
) -> None:
    hold(app, problem="need_field", asks="postcode,phone,date")
    page = read(app.visit(path))
    assert "The carrier asks for more before it tells of the parcel" in page.text
    form = {"postcode": " 10115 ", "phone": "+1 (555) 010-0142", "date": "2026-11-02", "city": "X"}
    page = follow(app, app.submit(f"{path}/fields", form))
    found = shipment(app.house, 1)
    given = {"postcode": "10115", "phone": "0142", "date": "2026-11-02"}
    assert (json.loads(found.fields), found.wishes) == (given, ["inform"])
    assert "Given what the carrier asks for" in history(page)
    assert "0142" not in "".join(str(change.detail) for change in app.house.rows(Change))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "12"),
        ("date", "02.11.2026"),
        ("date", "20261102"),
        ("country", "Germany"),
        ("origin", "C"),
        ("postcode", ""),
    ],
)
def test_a_mistake_stands_beside_its_field_and_what_was_typed_stays(
    field: str, value: str, path: str, app: App
) -> None:
    hold(app, problem="bad_field", asks=field)
    dialog = opened(refused(app.submit(f"{path}/fields", {field: value})))
    assert dialog.one("input", name=field)["aria-invalid"] == "true"
    assert remark(dialog)
    assert typed(dialog, field) == value
    assert shipment(app.house, 1).fields == ""


def test_if_it_is_not_said_what_is_asked_for_all_can_be_given(path: str, app: App) -> None:
    hold(app, problem="need_field")
    names = {
        each["name"] for each in read(app.visit(path)).one("dialog", id="mend-fields").all("input")
    }
    assert names == set(Field.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize("headers", [{}, VI], ids=["English", "Vietnamese"])
@pytest.mark.parametrize("kind", Kind.__args__)  # type: ignore[attr-defined]
def test_every_problem_is_told_with_a_next_step(
    kind: str, headers: dict[str, str], path: str, app: App
) -> None:
    hold(app, problem=kind)
    callout = read(app.visit(path, headers=headers)).one("div", class_="callout")
    assert callout.one("h2").text
    assert callout.one("strong").text != "."
    assert kind not in callout.text or kind in {"other", "quota", "stopped", "already"}


def test_a_problem_names_the_provider_that_has_it(path: str, app: App) -> None:
    hold(app, problem="bad_number")
    assert "17TRACK says that the number is not valid" in read(app.visit(path)).text
    hold(app, account_id=None)
    app.house.follow(key="")
    assert "The tracking provider says" in read(app.visit(path)).text
