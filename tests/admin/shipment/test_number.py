"""The number of a shipment is corrected, chosen among several, or given where there was none."""

from __future__ import annotations

import pytest

from tests.admin.shipment.mended import (
    OTHER,
    follow,
    history,
    opened,
    refused,
    remark,
    said,
    typed,
)
from tests.admin.shop import order_id, ship, shipment, tracking_number
from tests.pages import read
from tests.support import App


def test_another_number_takes_the_place_of_a_wrong_one(path: str, app: App) -> None:
    form = {"number": "YT 2412-3456 7890 1234", "company": "YunExpress"}
    page = follow(app, app.submit(f"{path}/number", form))
    assert page.one("h1").text == "YT 2412-3456 7890 1234"
    assert said(page) == "Number saved; it is tracked from now on"
    found = shipment(app.house, 1)
    assert (found.number_key, found.company) == ("YT2412345678901234", "YunExpress")
    assert f"Number: {tracking_number(1)} → YT 2412-3456 7890 1234" in history(page)
    assert "No longer in use" in read(app.visit(path)).text
    assert app.house.outbox("shopify") == [], "nobody agreed to write it to Shopify"


def test_a_number_corrected_twice_has_the_history_of_both(path: str, app: App) -> None:
    follow(app, app.submit(f"{path}/number", {"number": OTHER, "company": ""}))
    [live] = [s for s in app.house.shipments() if s.removed_at is None]
    form = {"number": "YT2499999999999999", "company": ""}
    page = follow(app, app.submit(f"/shipments/{live.id}/number", form))
    told = [line for line in history(page) if line.startswith("Number: ")]
    assert told == [
        f"Number: {OTHER} → YT2499999999999999",
        f"Number: {tracking_number(1)} → {OTHER}",
    ]
    assert history(page).count("Fulfilled") == 1
    assert "Number no longer in use" not in history(page)


def test_shopify_is_told_if_the_merchant_agrees(path: str, app: App) -> None:
    form = {"number": OTHER, "company": "", "tell_shopify": "1"}
    page = follow(app, app.submit(f"{path}/number", form))
    [row] = app.house.outbox("shopify")
    assert row.event == "TRACKING_INFO"
    assert "Tracking numbers" in page.text
    assert "TRACKING_INFO" not in page.text


def test_of_several_pasted_numbers_the_merchant_chooses(path: str, app: App) -> None:
    text = f"Old: {tracking_number(1)}, new: {OTHER}; also YT2412345678901234"
    form = {"number": text, "company": "Cainiao"}
    dialog = opened(refused(app.submit(f"{path}/number", form)))
    assert typed(dialog, "number") == text
    assert typed(dialog, "company") == "Cainiao"
    choices = [each["value"] for each in dialog.all("input", name="chosen")]
    assert choices == [tracking_number(1), OTHER, "YT2412345678901234"]
    assert not dialog.has("p", class_="field-remark"), "it was not asked before"
    again = opened(refused(app.submit(f"{path}/number", form | {"choosing": "1"})))
    assert again.one("p", class_="field-remark").text == "Choose one of these."
    assert shipment(app.house, 1).number == tracking_number(1), "nothing is changed yet"
    page = follow(app, app.submit(f"{path}/number", form | {"chosen": OTHER, "others": "1"}))
    assert page.one("h1").text == OTHER
    assert "YT2412345678901234" in page.text, "and the others go on with it"
    assert {s.number for s in app.house.shipments() if s.joined_id} == {*choices} - {OTHER}


def test_a_number_written_in_groups_can_be_chosen_whole(path: str, app: App) -> None:
    form = {"number": "yt 2412-3456 7890 1234"}
    dialog = opened(refused(app.submit(f"{path}/number", form)))
    assert dialog.all("input", name="chosen")[-1]["value"] == "yt 2412-3456 7890 1234"
    follow(
        app,
        app.submit(f"{path}/number", form | {"chosen": "yt 2412-3456 7890 1234", "others": "1"}),
    )
    assert [s.number_key for s in app.house.shipments()] == ["YT2412345678901234"]


@pytest.mark.parametrize("text", ["hello there", "<script>alert</script>", "A1" * 26])
def test_what_no_carrier_can_have_is_refused_and_kept_in_its_field(
    text: str, path: str, app: App
) -> None:
    before = app.house.shipments()[0].number_key
    page = read(app.submit(f"{path}/number", {"number": text}), 422)
    assert "A tracking number has" in page.text
    assert app.house.shipments()[0].number_key == before


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("7" * 50, "7" * 50, id="a long one"),
        pytest.param("A1", "A1", id="a short one"),
        pytest.param(f"tracking number: {OTHER} thanks", OTHER, id="words around it"),
    ],
)
def test_no_number_is_blocked(text: str, number: str, path: str, app: App) -> None:
    follow(app, app.submit(f"{path}/number", {"number": text}))
    assert shipment(app.house, 1).number == number


@pytest.mark.parametrize("text", ["", "   ", "–––", "\x00"])
def test_without_a_number_it_is_asked_for(text: str, path: str, app: App) -> None:
    dialog = opened(refused(app.submit(f"{path}/number", {"number": text, "company": "DPD"})))
    assert remark(dialog) == "Enter a tracking number."
    assert typed(dialog, "company") == "DPD"


def test_a_number_that_the_order_has_already_is_said_to_be_so(app: App) -> None:
    ship(app.house, 1, numbers=[tracking_number(1), OTHER])
    path = f"/shipments/{shipment(app.house, 1).id}"
    dialog = opened(refused(app.submit(f"{path}/number", {"number": OTHER})))
    assert remark(dialog) == "This order has a parcel with this number already."
    assert typed(dialog, "number") == OTHER


def test_a_mistyped_sign_is_doubted_and_put_right_by_a_press(app: App) -> None:
    ship(app.house, 1, numbers=["YT24123456789O1234"])
    path = f"/shipments/{shipment(app.house, 1).id}"
    meant = f"{path}?number=YT2412345678901234"
    page = read(app.visit(path))
    assert "Did you mean YT2412345678901234?" in page.text
    assert page.has("a", class_="btn", href=meant)
    assert typed(opened(read(app.visit(meant))), "number") == "YT2412345678901234"


def test_a_parcel_without_a_number_gets_one(app: App) -> None:
    ship(app.house, 1, numbers=[])
    path = f"/shipments/{shipment(app.house, 1).id}"
    page = follow(app, app.submit(f"{path}/number", {"number": OTHER}))
    assert page.one("h1").text == OTHER
    assert page.one("a", href=f"/orders/{order_id(1)}").text == "#1"
